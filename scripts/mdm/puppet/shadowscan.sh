#!/bin/sh
# Puppet external fact: an executable file in /etc/puppetlabs/facter/facts.d (or /etc/facter/facts.d), known as
# $facts['shadowscan'].
program="${SHADOWSCAN:-/opt/shadowscan/bin/shadowscan}"
[ -x "$program" ] || { echo '{"shadowscan":{"result":"none"}}'; exit 0; }
exec "$program" report --format facts "${SHADOWSCAN_RESULT:-/var/lib/shadowscan/report.json}"
