#!/usr/bin/env bash
# Makes everything that tests and demo need, inside the checkout's .cache and nowhere else.
#   tests/setup.sh main                          the environment of everything that runs once
#   tests/setup.sh units-py3.11-core2.18 …       one environment of the units' matrix each
#   tests/setup.sh eda                           ansible-rulebook, whose botocore is older
#   tests/setup.sh galaxy-importer               galaxy-importer, whose pins break the others
set -euo pipefail
cd "$(dirname "$0")/.."
export UV_CACHE_DIR=$PWD/.cache/uv-cache UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=hardlink
export XDG_CACHE_HOME=$PWD/.cache/xdg PIP_CACHE_DIR=$PWD/.cache/pip PIP_DISABLE_PIP_VERSION_CHECK=1
uv=.cache/uv/bin/uv

python_of() { # the first interpreter of this version that really runs (version managers' shims may not)
  local candidate
  for candidate in $(type -ap "python$1" 2>/dev/null) "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$1".*/bin/python"$1"; do
    "$candidate" -c 'import venv' 2>/dev/null && { echo "$candidate"; return; }
  done
  return 1
}

up_to_date() { [ "$(cat "$1" 2>/dev/null)" = "$2" ]; }

begin() { [ -n "${begun:-}" ] || echo "Setting up .cache, once, a few minutes" >&2; begun=1; }

install_uv() {
  local want; want=$(sha256sum tests/requirements/uv.txt)
  up_to_date .cache/uv/stamp "$want" && return
  begin
  local python
  for python in python3 python3.13 python3.12 python3.11 ""; do
    [ -n "$python" ] || { echo "setup: no Python here can make virtual environments: apt-get install python3-venv" >&2; exit 4; }
    "$python" -c 'import ensurepip' 2>/dev/null && break
  done
  "$python" -m venv --clear .cache/uv
  .cache/uv/bin/python -m pip install --quiet --requirement tests/requirements/uv.txt
  echo "$want" >.cache/uv/stamp
}

environment() { # NAME PYTHON_VERSION... (the first that this machine has)
  local name=$1 venv=.cache/venv/$1 requirements=tests/requirements/$1.txt python="" version want
  shift
  for version in "$@"; do python=$(python_of "$version") && break; done
  [ -n "$python" ] || { echo "setup: this machine has no Python $*" >&2; exit 3; }
  want=$(sha256sum "$requirements"; echo "$python")
  up_to_date "$venv/stamp" "$want" && return
  begin
  [ "$(tail -n 1 "$venv/stamp" 2>/dev/null)" = "$python" ] || $uv venv --quiet --clear --python "$python" "$venv"
  $uv pip sync --quiet --python "$venv/bin/python" "$requirements"
  echo "$want" >"$venv/stamp"
}

# Collections come from the PyPI package `ansible`; two of its releases give two sets:
# `current` for everything, `floor` (an older amazon.aws) for the older ansible-cores, and awx.awx.
collections() { # SET ANSIBLE_VERSION
  local root=.cache/collections/$1/ansible_collections package=.cache/ansible-$2
  up_to_date ".cache/collections/$1/stamp" "$2" && return
  begin
  $uv pip install --quiet --python .cache/uv/bin/python --no-deps --python-version 3.12 --target "$package" "ansible==$2"
  rm -rf ".cache/collections/$1"
  mkdir -p "$root/threatlists"
  : >"$root/__init__.py"   # a regular package wins over every other ansible_collections on sys.path
  mv "$package/ansible_collections/amazon" "$root/amazon"
  [ ! -d "$package/ansible_collections/awx" ] || mv "$package/ansible_collections/awx" "$root/awx"
  rm -rf "$package"
  ln -s "$PWD" "$root/threatlists/aws"
  echo "$2" >".cache/collections/$1/stamp"
}

# What ansible-test needs of a home folder: the user's pip settings, and in place of the get-pip.py that it would
# download, one that takes the pip of ensurepip.
home() {
  local cache=.cache/home/.ansible/test/cache version
  mkdir -p "$cache" .cache/home/.config
  for version in 24_2 25_2; do cp tests/tooling/get_pip.py "$cache/get_pip_$version.py"; done
  [ ! -d "$HOME/.config/pip" ] || ln -sfn "$HOME/.config/pip" .cache/home/.config/pip
  [ ! -f "$HOME/.pip/pip.conf" ] || ln -sfn "$HOME/.pip" .cache/home/.pip
}

install_uv
home
collections current 14.5.0
collections floor 12.3.0
for name in "$@"; do
  case $name in
    main | galaxy-importer) environment "$name" 3.12 3.13 ;;
    eda) environment eda 3.13 ;; # drools' bridge has wheels for 3.11 and 3.13, and ansible-core 2.21 is for 3.12 and newer
    units-py*) version=${name#units-py}; environment "$name" "${version%%-*}" ;;
    *) echo "setup: unknown environment $name" >&2; exit 2 ;;
  esac
done
