#!/usr/bin/env bash
# Sets up ansible-rulebook in an environment of its own, since its botocore is older than ours, and prints JAVA_HOME of a
# Java 17 or newer: this machine's, else Debian's, unpacked into the checkout's .cache and nowhere else. Ends with 3 where
# one of them cannot be had.
set -euo pipefail
cd "$(dirname "$0")/../.."

tests/setup.sh eda >&2
if java=$(type -P java) && "$java" -version 2>&1 | grep -Eq 'version "(1[7-9]|[2-9][0-9])'; then
  dirname "$(dirname "$(readlink -f "$java")")"
  exit
fi
root=$PWD/.cache/java
if [ ! -e "$root/ready" ]; then
  rm -rf "$root"
  mkdir -p "$root/apt/lists/partial" "$root/apt/archives/partial" "$root/files"
  apt=(apt-get -o Dir::State::lists="$root/apt/lists" -o Dir::Cache="$root/apt" -o Dir::Cache::archives="$root/apt/archives"
    -o Debug::NoLocking=true -o APT::Sandbox::User= -o APT::Install-Recommends=false -qq)
  "${apt[@]}" update >&2 && "${apt[@]}" --yes --download-only install openjdk-17-jre-headless >&2 || exit 3
  for package in "$root"/apt/archives/*.deb; do dpkg-deb --extract "$package" "$root/files"; done
  rm -rf "$root/apt"
  touch "$root/ready"
fi
echo "$root"/files/usr/lib/jvm/java-17-openjdk-*
