#!/bin/sh
# Munki condition: an executable file in /usr/local/munki/conditions. Manifests can then ask, for example,
#   shadowscan_result == "fail"   or   shadowscan_high > 0
program="/opt/shadowscan/bin/shadowscan"
managed=$(/usr/bin/defaults read /Library/Preferences/ManagedInstalls ManagedInstallDir 2>/dev/null)
items="${managed:-/Library/Managed Installs}/ConditionalItems"
[ -x "$program" ] || exit 0
"$program" report --format munki "/Library/Application Support/shadowscan/report.json" 2>/dev/null |
  while IFS='=' read -r key value; do
    case "$value" in
    true | false) /usr/bin/defaults write "$items" "$key" -bool "$value" ;;
    '' | *[!0-9]*) /usr/bin/defaults write "$items" "$key" -string "$value" ;;
    *) /usr/bin/defaults write "$items" "$key" -int "$value" ;;
    esac
  done
[ -f "$items.plist" ] && /usr/bin/plutil -convert xml1 "$items.plist"
exit 0
