#!/bin/sh
# After a removal. What scans have kept goes with `apt purge` alone; rpm knows no such thing.
set -e
if [ -z "${DPKG_ROOT:-}" ] && [ -d /run/systemd/system ]; then systemctl daemon-reload || true; fi
if [ "$1" = purge ]; then
  for one in lib/shadowscan lib/shadowscan-public cache/shadowscan; do rm -rf "${DPKG_ROOT:-}/var/$one"; done
fi
exit 0
