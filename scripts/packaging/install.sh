#!/bin/sh
# Installs a binary on macOS or Linux without a package manager, or removes it:
#   sudo sh install.sh BINARY --sums SHA256SUMS --signature SHA256SUMS.minisig --key PUBLIC_KEY
#   sudo sh install.sh BINARY --sums SHA256SUMS --unsigned     where SHA256SUMS came another trusted way
#   sudo sh install.sh --uninstall [--purge]                   with --purge also what scans have kept
# PUBLIC_KEY is a minisign key as text, or its file. An update is the same call; the old program runs until
# the new one has been checked, and scans that have begun with it end with it. An older version than the one that
# is installed is refused without --downgrade: it was signed once, too. Everything is checked on copies that
# nobody but root can exchange.
set -eu
PATH=/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin:/opt/homebrew/bin
export PATH
umask 022
folder=/opt/shadowscan
link=/usr/local/bin/shadowscan

fail() { echo "install.sh: $1" >&2; exit 2; }

[ "$(id -u)" = 0 ] || fail "must be run as root"
binary='' sums='' signature='' key='' unsigned='' uninstall='' purge='' downgrade=''
while [ $# -gt 0 ]; do
  case $1 in
    --sums | --signature | --key)
      [ $# -ge 2 ] || fail "$1: a value is missing"
      case $1 in --sums) sums=$2 ;; --signature) signature=$2 ;; --key) key=$2 ;; esac
      shift ;;
    --unsigned) unsigned=yes ;;
    --uninstall) uninstall=yes ;;
    --purge) purge=yes ;;
    --downgrade) downgrade=yes ;;
    -*) fail "$1: unknown option" ;;
    *) [ -z "$binary" ] || fail "name one binary"; binary=$1 ;;
  esac
  shift
done

if [ "$(uname -s)" = Darwin ]; then
  kept='/Library/Application Support/shadowscan'
  cache=$kept/cache
  told=
else
  kept=/var/lib/shadowscan
  cache=/var/cache/shadowscan
  told=/var/lib/shadowscan-public
fi

# Whether the first of two versions is older than the second; what stands behind a hyphen is not compared.
is_older() {
  printf '%s\n%s\n' "$1" "$2" | awk -F'[.-]' '
    { for (i = 1; i <= 3; i++) v[NR, i] = $i + 0 }
    END { for (i = 1; i <= 3; i++) if (v[1, i] != v[2, i]) exit !(v[1, i] < v[2, i]); exit 1 }'
}

# Whether a folder is root's and nobody else may write to it.
is_own() { [ -n "$(find "$1" -prune -type d -user root ! -perm -020 ! -perm -002)" ]; }

# A folder of root's, and no link that leads to one of somebody else's.
own_folder() {
  [ ! -L "$1" ] || fail "$1 is a link; remove it"
  [ -d "$1" ] || mkdir -m "${2:-755}" "$1"
  is_own "$1" ||
    fail "$1 must belong to root, and nobody else may write to it"
}

if [ -n "$uninstall" ]; then
  [ -z "$binary" ] || fail "--uninstall takes no binary"
  if [ "$(uname -s)" = Darwin ]; then
    job=/Library/LaunchDaemons/com.shadowscan.scan.plist
    if [ -f "$job" ]; then launchctl bootout system "$job" 2>/dev/null || true; rm -f "$job"; fi
  else
    if [ -f /etc/systemd/system/shadowscan.timer ]; then
      systemctl disable --now shadowscan.timer shadowscan.service 2>/dev/null || true
      rm -f /etc/systemd/system/shadowscan.timer /etc/systemd/system/shadowscan.service
    fi
  fi
  if [ "$(readlink "$link" 2>/dev/null)" = "$folder/bin/shadowscan" ]; then rm -f "$link"; fi
  rm -f "$folder/bin/shadowscan"
  rm -rf "$folder"/.new-*
  for one in "$folder/bin" "$folder"; do [ ! -d "$one" ] || rmdir "$one" 2>/dev/null || true; done
  if [ -n "$purge" ]; then rm -rf "$kept" "$cache" ${told:+"$told"}; fi
  echo "install.sh: removed"
  exit 0
fi

[ -f "$binary" ] || fail "name the binary to install"
[ -f "$sums" ] || fail "--sums SHA256SUMS is missing"
if [ -n "$unsigned" ]; then
  [ -z "$signature$key" ] || fail "--unsigned goes with neither --signature nor --key"
else
  [ -f "$signature" ] || fail "--signature SHA256SUMS.minisig is missing; see --unsigned"
  [ -n "$key" ] || fail "--key PUBLIC_KEY is missing"
  command -v minisign >/dev/null || fail "minisign is needed to check the signature"
fi

own_folder /opt
own_folder "$folder"
own_folder "$folder/bin"
# Where jobs put their result.
own_folder "$(dirname "$kept")"
own_folder "$kept" 700
# What everybody may know of it: counts (scripts/mdm/systemd).
[ "$(uname -s)" = Darwin ] || own_folder "$told"
rm -rf "$folder"/.new-*
fresh=$(mktemp -d "$folder/.new-XXXXXX")
trap 'rm -rf "$fresh"' EXIT
trap 'exit 2' HUP INT TERM
cp -- "$sums" "$fresh/SHA256SUMS"
cp -- "$binary" "$fresh/shadowscan"

if [ -z "$unsigned" ]; then
  cp -- "$signature" "$fresh/SHA256SUMS.minisig"
  if [ -f "$key" ]; then minisign -Vqm "$fresh/SHA256SUMS" -p "$key" >/dev/null 2>&1
  else minisign -Vqm "$fresh/SHA256SUMS" -P "$key" >/dev/null 2>&1
  fi || fail "the signature of SHA256SUMS is not one of this key; nothing was installed"
fi

name=$(basename -- "$binary")
wanted=$(awk -v name="$name" '$2 == name && NF == 2 { print $1 }' "$fresh/SHA256SUMS")
if command -v sha256sum >/dev/null; then found=$(sha256sum <"$fresh/shadowscan")
else found=$(shasum -a 256 <"$fresh/shadowscan"); fi
[ -n "$wanted" ] || fail "SHA256SUMS does not list $name; it must be called as it was delivered"
[ "$wanted" = "${found%% *}" ] || fail "$name is not what SHA256SUMS lists; nothing was installed"

chown 0:0 "$fresh/shadowscan"
chmod 755 "$fresh/shadowscan"
if [ "$(uname -s)" = Darwin ]; then
  xattr -d com.apple.quarantine "$fresh/shadowscan" 2>/dev/null || true
  # Apple's processors run nothing unsigned; a signature without a name is made on the spot.
  codesign --verify "$fresh/shadowscan" 2>/dev/null || codesign --force --sign - "$fresh/shadowscan"
fi
"$fresh/shadowscan" selftest || fail "the program does not work on this machine; nothing was installed"
new=$("$fresh/shadowscan" --version)
if [ -x "$folder/bin/shadowscan" ] && [ -z "$downgrade" ]; then
  old=$("$folder/bin/shadowscan" --version 2>/dev/null) || old=
  if [ -n "$old" ] && is_older "$new" "$old"; then
    fail "$new is older than $old, which is installed; --downgrade takes it all the same"
  fi
fi
mv -f -- "$fresh/shadowscan" "$folder/bin/shadowscan"
mkdir -p "$(dirname "$link")"
# Where others may write they could put another link in its place, which root would follow.
if ! is_own "$(dirname "$link")"; then echo "install.sh: $(dirname "$link") is not root's alone; no link was made" >&2
elif [ -L "$link" ] || [ ! -e "$link" ]; then ln -sfn "$folder/bin/shadowscan" "$link"; fi
echo "install.sh: $new is in $folder/bin/shadowscan"
