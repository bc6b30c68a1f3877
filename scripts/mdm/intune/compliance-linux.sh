#!/bin/sh
# Intune custom compliance, discovery script for Linux: one line of JSON with the settings of compliance.json.
program=/opt/shadowscan/bin/shadowscan
[ -x "$program" ] || { echo '{"ShadowscanResult":"none"}'; exit 0; }
"$program" report --format intune-compliance /var/lib/shadowscan/report.json 2>/dev/null
exit 0
