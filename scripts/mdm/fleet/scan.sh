#!/bin/sh
# Fleet script (macOS, Linux; root): scans all homes and prints the result. Fleet ends scripts after 5 minutes
# and keeps the last 10,000 characters. Queries over the saved state: shadowscan osquery.
case "$(uname)" in Darwin) folder="/Library/Application Support/shadowscan" ;; *) folder=/var/lib/shadowscan ;; esac
program=/opt/shadowscan/bin/shadowscan
umask 077
mkdir -p "$folder" || exit 2
"$program" scan --all-users --exit-zero --time-limit 240 --output "$folder/report.json" || exit 2
# Fleet shows a script that ends with anything but 0 as failed: what was found is in the output, as with Jamf.
"$program" report --format iru "$folder/report.json" || [ $? -eq 1 ] || exit 2
