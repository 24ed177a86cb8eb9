#!/usr/bin/env bash
# Prints the path of a Chromium: the one on PATH, else Debian's, unpacked into the checkout's .cache and nowhere else.
set -euo pipefail
cd "$(dirname "$0")/../.."

type -P chromium chromium-browser google-chrome | head -n 1 | grep . && exit

root=$PWD/.cache/chromium
if [ ! -x "$root/chromium" ]; then
  rm -rf "$root"
  mkdir -p "$root/apt/lists/partial" "$root/apt/archives/partial" "$root/files"
  apt=(apt-get -o Dir::State::lists="$root/apt/lists" -o Dir::Cache="$root/apt" -o Dir::Cache::archives="$root/apt/archives"
    -o Debug::NoLocking=true -o APT::Sandbox::User= -o APT::Install-Recommends=false -qq)
  "${apt[@]}" update >&2
  # Whatever Chromium needs and this machine lacks; apt knows, and only downloads.
  "${apt[@]}" --yes --download-only install chromium fonts-dejavu-core >&2
  for package in "$root"/apt/archives/*.deb; do dpkg-deb --extract "$package" "$root/files"; done
  cat >"$root/fonts.conf" <<FONTS
<?xml version="1.0"?>
<fontconfig><dir>/usr/share/fonts</dir><dir>$root/files/usr/share/fonts</dir><cachedir>$root/font-cache</cachedir></fontconfig>
FONTS
  cat >"$root/chromium.new" <<LAUNCH
#!/bin/sh
libraries=$root/files/usr/lib/\$(uname -m)-linux-gnu
export LD_LIBRARY_PATH="\$libraries:\$libraries/nss:\$libraries/pulseaudio:$root/files/usr/lib/chromium"
export FONTCONFIG_FILE="$root/fonts.conf"
exec "$root/files/usr/lib/chromium/chromium" "\$@"
LAUNCH
  chmod +x "$root/chromium.new"
  rm -rf "$root/apt"
  mv "$root/chromium.new" "$root/chromium"
fi
echo "$root/chromium"
