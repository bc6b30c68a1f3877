#!/usr/bin/env bash
# What the Linux binary promises, tried with it: `sudo scripts/proof/binary.sh [BINARY] [RUNS]`. It runs in an
# empty root with nothing but the libraries that it is linked with, as root and as a user that no database knows,
# without network, with a read-only root, a full disk, no /tmp, HOME and TZ unset or hostile, outputs closed or
# full, few descriptors, any umask and (with faketime) any clock; under strace, where there is one; then RUNS times
# in a row, after which nothing may have been left. Says `ok` for each line, ends with 1 when one is not.
# shellcheck disable=SC2317 # functions are called by name
set -uo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
binary=${1:-$top/dist/shadowscan-linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')}
runs=${2:-200}
user=65533
binary=$(realpath -e "$binary") || exit 2
[ "$(id -u)" = 0 ] || { echo "binary.sh: needs root, for chroot" >&2; exit 2; }
[ -x "$binary" ] || { echo "binary.sh: $binary is missing; npm run build:binary" >&2; exit 2; }

cage=$(mktemp -d)
cleanup() {
  mountpoint -q "$cage/full" && umount "$cage/full"
  rm -rf --one-file-system "$cage"
}
trap cleanup EXIT
mkdir -p "$cage"/{bin,dev/shm,full,home/dev/.cursor,home/dev/.cache,run/user,tmp,var/tmp}
chmod 755 "$cage"
chmod 1777 "$cage"/{tmp,var/tmp,dev/shm,run/user}
mkfifo -m 666 "$cage/fifo"
cp "$binary" "$cage/bin/shadowscan"
# What a program is linked with.
libraries_of() {
  ldd "$1" | grep -o '/[^ ]*' | while read -r library; do
    mkdir -p "$cage$(dirname "$library")"
    [ -e "$cage$library" ] || cp -L "$library" "$cage$library"
  done
}
libraries_of "$binary"
mknod -m 666 "$cage/dev/null" c 1 3
echo '{"mcpServers":{"a":{"command":"npx","args":["-y","example"]}}}' >"$cage/home/dev/.cursor/mcp.json"
chown -R "$user:$user" "$cage/home/dev"

failed=0
# check TEXT STATUS OUTPUT-PATTERN COMMAND...: exit status and a word of what it says, in the empty root.
check() {
  local text=$1 status=$2 pattern=$3 said code
  shift 3
  said=$("$@" 2>&1)
  code=$?
  if [ "$code" = "$status" ] && grep -qE "$pattern" <<<"$said"; then echo "ok    $text"
  else
    echo "WRONG $text: exit $code instead of $status"
    head -c 600 <<<"$said"
    failed=1
  fi
}
# Without network in either case.
as_root() { timeout 60 unshare --net -- env -i "$@"; }
in_cage() { as_root "${vars[@]}" "$(command -v chroot)" "$cage" "$@"; }
in_cage_user() { as_root "${vars[@]}" "$(command -v chroot)" --userspec="$user:$user" "$cage" "$@"; }
program=/bin/shadowscan
scan=("$program" scan --format json)
found='"status": ?"complete"'

for who in in_cage in_cage_user; do
  vars=(HOME=/home/dev)
  check "$who: --version" 0 '^[0-9]+\.' "$who" "$program" --version
  check "$who: selftest" 0 'ok, all' "$who" "$program" selftest
  check "$who: scan" 0 "$found" "$who" "${scan[@]}"
  check "$who: finds the server" 0 '"package-unpinned"' "$who" "${scan[@]}" --home /home/dev --platform linux
  vars=()
  check "$who: HOME unset" 0 "$found" "$who" "${scan[@]}"
  # 128 KB is the most that Linux lets one variable have.
  for home in '' relative/place / . /dev /dev/null /fifo $'/home/\e[31m' $'/home\nb' /proc/self/root \
    "/$(printf 'x%.0s' {1..5000})" "/$(printf 'x%.0s' {1..130000})"; do
    vars=("HOME=$home")
    check "$who: HOME=$(printf '%.20q' "$home")" 0 '"run"' "$who" "${scan[@]}"
  done
  vars=(HOME=/home/dev NODE_OPTIONS=--require=/evil.js NODE_EXTRA_CA_CERTS=/evil LD_BIND_NOW=1
    NODE_COMPILE_CACHE=/tmp/evil NODE_V8_COVERAGE=/tmp/evil NODE_REDIRECT_WARNINGS=/tmp/evil NODE_CHANNEL_FD=9)
  check "$who: NODE_OPTIONS and the like do not count" 0 "$found" "$who" "${scan[@]}"
  for zone in '' :/fifo ../../x $'\n' UTC+99:99:99; do
    vars=(HOME=/home/dev "TZ=$zone" LC_ALL=xx_YY.evil LANG=$'\e[31m' COLUMNS=-5)
    check "$who: TZ=$(printf %q "$zone")" 0 "$found" "$who" "${scan[@]}"
  done
  printf 'nodejs_conf = a\nopenssl_conf = a\n[a]\nproviders = b\n[b]\nc = d\n[d]\nmodule = /evil.so\nactivate = 1\n' \
    >"$cage/tmp/openssl.cnf"
  vars=(HOME=/home/dev OPENSSL_CONF=/tmp/openssl.cnf OPENSSL_MODULES=/tmp)
  check "$who: OPENSSL_CONF does not count" 0 "$found" "$who" "${scan[@]}"
  rm "$cage/tmp/openssl.cnf"
done

# Without device, /proc and a place for temporary files.
vars=(HOME=/home/dev)
rm -rf "$cage/tmp"
check 'no /tmp: scan' 0 "$found" in_cage_user "${scan[@]}"
check 'no /tmp: selftest says so' 2 'takes no folder' in_cage_user "$program" selftest
mkdir -m 1777 "$cage/tmp"

# A full disk for temporary files and for what is written.
mount -t tmpfs -o size=64k tmpfs "$cage/full"
chmod 1777 "$cage/full"
head -c 200000 /dev/zero >"$cage/full/filler" 2>/dev/null
vars=(HOME=/home/dev TMPDIR=/full)
check 'full disk: scan' 0 "$found" in_cage_user "${scan[@]}"
check 'full disk: --output is no result' 2 'shadowscan: ' in_cage_user "${scan[@]}" --output /full/report.json
check 'full disk: selftest says so' 2 'shadowscan: selftest' in_cage_user "$program" selftest
umount "$cage/full"

# A root that cannot be written at all.
vars=(HOME=/home/dev)
# shellcheck disable=SC2016
sealed='mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && shift 0 && exec chroot --userspec="$1" "$0" "${@:2}"'
check 'read-only: scan' 0 "$found" timeout 60 unshare --net --mount -- \
  env HOME=/home/dev bash -c "$sealed" "$cage" "$user:$user" "${scan[@]}"

# What a shell sets up. `limited SETTING` runs a scan with it, as a user.
vars=(HOME=/home/dev)
limited() { in_cage_user bash -c "$1; exec /bin/shadowscan ${2:-scan --format json}"; }
# A shell for these alone; it goes again before anything is counted.
cp "$(command -v bash)" "$cage/bin/bash"
libraries_of "$cage/bin/bash"
mknod -m 666 "$cage/dev/full" c 1 7
check 'output is full' 2 'standard output cannot be written' limited 'exec >/dev/full'
check 'output is closed' 0 '^$' limited 'exec >&-'
check 'error stream is closed' 0 "$found" limited 'exec 2>&-'
check 'everything is closed' 0 '^$' limited 'exec <&- >&- 2>&-'
check 'wrong call with a full error stream' 2 '^$' limited 'exec 2>/dev/full' 'scan --nope'
check 'umask 000' 0 "$found" limited 'umask 000'
check 'umask 777' 0 "$found" limited 'umask 777'
check 'umask 777: selftest' 0 'ok, all' limited 'umask 777' selftest
check '24 descriptors' 0 "$found" limited 'ulimit -n 24'
check '2 GB of addresses' 0 "$found" limited 'ulimit -v 2000000'
check 'stack of 256 KB' 0 "$found" limited 'ulimit -s 256'
check 'no file may grow' 0 "$found" limited 'ulimit -f 0'
rm -f "$cage/bin/bash" "$cage/dev/full"
# shellcheck disable=SC2016
check 'working folder is gone' 0 "$found" timeout 60 unshare --net -- env -i bash -c \
  'cd "$0" && mkdir gone && cd gone && rmdir ../gone && HOME="$1" exec "$2" scan --format json' \
  "$cage" "$cage/home/dev" "$binary"
if command -v faketime >/dev/null; then
  for clock in '1969-12-31 00:00:00' '1970-01-01 00:00:00' '2038-01-20 00:00:00' '2100-01-01 00:00:00'; do
    check "clock: $clock" 0 "$found" timeout 60 unshare --net -- \
      env FAKETIME_DONT_FAKE_MONOTONIC=1 faketime -f "@$clock" "$binary" scan --home "$cage/home/dev" --platform linux --format json
  done
else echo 'LEFT  clocks: faketime is missing'
fi

# Every call to the system of a default scan.
node=$(command -v "$top/node_modules/.bin/node" node | head -1)
if command -v strace >/dev/null && [ -n "$node" ]; then
  log=$(mktemp)
  vars=(HOME=/home/dev)
  as_root "${vars[@]}" strace -f -y -qq -o "$log" "$(command -v chroot)" --userspec="$user:$user" "$cage" \
    "$program" scan --home /home/dev --platform linux --format json >/dev/null 2>&1
  check 'strace: starts nothing, reaches nobody, writes nothing, follows nothing' 0 '^$' \
    "$node" "$top/scripts/proof/promises.cjs" "$log" "$program" /home/dev
  rm "$log"
else echo 'LEFT  calls to the system: strace or node is missing'
fi

# Again and again, and nothing stays: no file, no change of one in the home, no process.
listed() { (cd "$cage" && find . | sort && find home dev run -printf '%p %m %U %s %T@ %C@\n' | sort); }
before=$(listed)
many=0
for _ in $(seq "$runs"); do
  in_cage_user "$program" scan --home /home/dev --platform linux --format json >/dev/null 2>&1 || many=$((many + 1))
done
for _ in $(seq $((runs / 10 + 1))); do in_cage_user "$program" selftest >/dev/null 2>&1 || many=$((many + 1)); done
after=$(listed)
living=$(find /proc -maxdepth 2 -name root -lname "$cage*" 2>/dev/null)
if [ "$many" = 0 ] && [ "$before" = "$after" ] && [ -z "$living" ]; then echo "ok    $runs scans in a row, nothing left"
else
  echo "WRONG $many of $runs scans failed, or something was left:"
  diff <(echo "$before") <(echo "$after") | head
  echo "$living"
  failed=1
fi
exit "$failed"
