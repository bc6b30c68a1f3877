#!/bin/sh
# Before a removal, not before an upgrade: dpkg says so in words, rpm by the number of versions that stay.
set -e
if [ "$1" = remove ] || [ "$1" = 0 ]; then
  if [ -z "${DPKG_ROOT:-}" ] && [ -d /run/systemd/system ]; then systemctl disable --now shadowscan.timer shadowscan.service || true; fi
fi
exit 0
