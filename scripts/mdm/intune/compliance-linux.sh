#!/bin/sh
# Intune custom compliance, discovery script for Linux: one line of JSON with the settings of compliance.json.
# Intune runs it as the user, who cannot open the report: it tells the summary that the systemd unit leaves for
# everybody after each scan, with its age as of now.
program=/opt/shadowscan/bin/shadowscan
summary=/var/lib/shadowscan-public/compliance.json
# Hours, as in compliance.json: a summary that is older is as good as none.
most=72

if [ ! -x "$program" ] || [ ! -r "$summary" ]; then
  echo '{"ShadowscanResult":"none","ShadowscanComplete":false,"ShadowscanAgeHours":999999}'
  exit 0
fi
line=$(head -n 1 "$summary")
scanned=$(printf '%s\n' "$line" | sed -n 's/.*"ShadowscanScanned":"\([0-9TZ:-]*\)".*/\1/p')
# Without a time it says itself that there was no result.
if [ -n "$scanned" ]; then
  now=$(date +%s)
  began=$(date -u -d "$scanned" +%s 2>/dev/null) || began=
  # A time that is not one, or that is more than an hour ahead, would never become old.
  if [ -z "$began" ] || [ "$began" -gt $((now + 3600)) ]; then age=999999
  elif [ "$began" -gt "$now" ]; then age=0
  else age=$(((now - began) / 3600)); fi
  line=$(printf '%s\n' "$line" | sed "s/\"ShadowscanAgeHours\":[0-9]*/\"ShadowscanAgeHours\":$age/")
  if [ "$age" -gt "$most" ]; then
    line=$(printf '%s\n' "$line" | sed 's/"ShadowscanResult":"[a-z]*"/"ShadowscanResult":"stale"/')
  fi
fi
case $line in
  '{'*'"ShadowscanAgeHours":'*'}') printf '%s\n' "$line" ;;
  *) echo '{"ShadowscanResult":"error","ShadowscanComplete":false,"ShadowscanAgeHours":999999}' ;;
esac
exit 0
