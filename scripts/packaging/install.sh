#!/bin/sh
# Installs a binary on macOS or Linux without a package manager, or removes it:
#   sudo sh install.sh BINARY --sums SHA256SUMS --signature SHA256SUMS.minisig --key PUBLIC_KEY
#   sudo sh install.sh BINARY --sums SHA256SUMS --unsigned     where SHA256SUMS came another trusted way
#   sudo sh install.sh --uninstall [--purge]                   with --purge also what scans have kept
# PUBLIC_KEY is a minisign key as text, or its file. An update is the same call; the old program runs until
# the new one has been checked. Everything is checked on copies that nobody but root can exchange.
set -eu
PATH=/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin:/opt/homebrew/bin
export PATH
umask 022
folder=/opt/shadowscan
link=/usr/local/bin/shadowscan

fail() { echo "install.sh: $1" >&2; exit 2; }

[ "$(id -u)" = 0 ] || fail "must be run as root"
binary='' sums='' signature='' key='' unsigned='' uninstall='' purge=''
while [ $# -gt 0 ]; do
  case $1 in
    --sums | --signature | --key)
      [ $# -ge 2 ] || fail "$1: a value is missing"
      case $1 in --sums) sums=$2 ;; --signature) signature=$2 ;; --key) key=$2 ;; esac
      shift ;;
    --unsigned) unsigned=yes ;;
    --uninstall) uninstall=yes ;;
    --purge) purge=yes ;;
    -*) fail "$1: unknown option" ;;
    *) [ -z "$binary" ] || fail "name one binary"; binary=$1 ;;
  esac
  shift
done

# A folder of root's, and no link that leads to one of somebody else's.
own_folder() {
  [ ! -L "$1" ] || fail "$1 is a link; remove it"
  [ -d "$1" ] || mkdir -m 755 "$1"
  [ -n "$(find "$1" -prune -user root ! -perm -020 ! -perm -002)" ] ||
    fail "$1 must belong to root, and nobody else may write to it"
}

if [ -n "$uninstall" ]; then
  [ -z "$binary" ] || fail "--uninstall takes no binary"
  if [ "$(uname -s)" = Darwin ]; then
    job=/Library/LaunchDaemons/com.shadowscan.scan.plist
    kept='/Library/Application Support/shadowscan'
    if [ -f "$job" ]; then launchctl bootout system "$job" 2>/dev/null || true; rm -f "$job"; fi
  else
    kept=/var/lib/shadowscan
    if [ -f /etc/systemd/system/shadowscan.timer ]; then
      systemctl disable --now shadowscan.timer shadowscan.service 2>/dev/null || true
      rm -f /etc/systemd/system/shadowscan.timer /etc/systemd/system/shadowscan.service
    fi
  fi
  if [ "$(readlink "$link" 2>/dev/null)" = "$folder/bin/shadowscan" ]; then rm -f "$link"; fi
  rm -f "$folder/bin/shadowscan"
  for one in "$folder/bin" "$folder"; do [ ! -d "$one" ] || rmdir "$one" 2>/dev/null || true; done
  if [ -n "$purge" ]; then rm -rf "$kept"; fi
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
mv -f -- "$fresh/shadowscan" "$folder/bin/shadowscan"
mkdir -p "$(dirname "$link")"
if [ -L "$link" ] || [ ! -e "$link" ]; then ln -sfn "$folder/bin/shadowscan" "$link"; fi
echo "install.sh: $("$folder/bin/shadowscan" --version) is in $folder/bin/shadowscan"
