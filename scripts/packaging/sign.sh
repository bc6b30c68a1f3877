#!/bin/sh
# Signs what is in dist/, for those who hold the keys; each step on a system that has its tools, `sums` last:
#   sign.sh macos IDENTITY PROFILE     on a Mac: Developer ID, hardened runtime, notarised (notarytool's PROFILE)
#   sign.sh windows CERTS.pem KEY.pem [TIMESTAMP_URL]    by osslsigncode, on any system
#   sign.sh sums MINISIGN_SECRET_KEY   SHA256SUMS anew, since signing changes bytes, and its signature
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../../dist"

fail() { echo "sign.sh: $1" >&2; exit 2; }

case ${1:-} in
  macos)
    [ $# = 3 ] || fail "macos IDENTITY PROFILE"
    for one in shadowscan-macos-x64 shadowscan-macos-arm64; do
      [ -f "$one" ] || continue
      codesign --force --timestamp --options runtime --entitlements "$here/macos-entitlements.plist" \
        --identifier com.shadowscan.shadowscan --sign "$2" "$one"
      codesign --verify --strict "$one"
      # A single file cannot carry the ticket; Gatekeeper asks Apple for it by the file's digest.
      ditto -c -k "$one" "$one.zip"
      xcrun notarytool submit "$one.zip" --keychain-profile "$3" --wait
      rm "$one.zip"
    done ;;
  windows)
    [ $# = 3 ] || [ $# = 4 ] || fail "windows CERTS.pem KEY.pem [TIMESTAMP_URL]"
    for one in shadowscan-windows-x64.exe shadowscan-windows-arm64.exe; do
      [ -f "$one" ] || continue
      # The signature of Node's makers is no longer one of these bytes.
      osslsigncode remove-signature -in "$one" -out "$one.bare" >/dev/null 2>&1 || cp "$one" "$one.bare"
      osslsigncode sign -certs "$2" -key "$3" ${4:+-ts "$4"} -h sha256 -n shadowscan -in "$one.bare" -out "$one.signed"
      rm "$one.bare"
      mv "$one.signed" "$one"
    done ;;
  sums)
    [ $# = 2 ] || fail "sums MINISIGN_SECRET_KEY"
    names=$(cut -c67- SHA256SUMS)
    for one in $names; do [ -f "$one" ] || fail "dist/$one is missing"; done
    # shellcheck disable=SC2086 # names of our own, one a word
    sha256sum $names >SHA256SUMS.new
    mv SHA256SUMS.new SHA256SUMS
    minisign -Sm SHA256SUMS -s "$2" ;;
  *) fail "macos, windows or sums" ;;
esac
