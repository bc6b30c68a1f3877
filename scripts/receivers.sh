#!/usr/bin/env bash
# Real syslog receivers for the tests, from Debian's packages, unpacked into .build/receivers and not installed:
# the two exclude each other, and neither is to run on the machine.
set -euo pipefail
cd "$(dirname "$0")/.."
target=.build/receivers
[ -x "$target/usr/sbin/rsyslogd" ] && [ -x "$target/usr/sbin/syslog-ng" ] && exit 0
rm -rf "$target" && mkdir -p "$target/packages"
packages=(rsyslog rsyslog-openssl syslog-ng-core)
libraries=$(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces \
  --no-enhances "${packages[@]}" | grep -oE '^lib(estr0|fastjson4|lognorm5|wrap0|ivykis0|net1|pcre3|ssl[0-9.]+|maxminddb0|json-c5|systemd0)$' | sort -u)
# shellcheck disable=SC2086 # one word a library
(cd "$target/packages" && apt-get download -qq "${packages[@]}" $libraries)
for package in "$target"/packages/*.deb; do dpkg -x "$package" "$target"; done
rm -r "$target/packages"
