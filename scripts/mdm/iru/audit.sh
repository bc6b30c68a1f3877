#!/bin/sh
# Iru (Kandji), audit script of a custom script item: other than 0 is an alert, or starts remediation.sh.
program="/opt/shadowscan/bin/shadowscan"
[ -x "$program" ] || { echo "NOT INSTALLED"; exit 1; }
exec "$program" report --format iru "/Library/Application Support/shadowscan/report.json"
