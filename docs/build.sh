#!/usr/bin/env bash
# Builds the documentation site in dist/docs: no network, and any warning is an error.
set -euo pipefail
cd "$(dirname "$0")/.."
# By a path of its own: Ansible finds no roles where a folder ansible_collections stands twice in the path of a collection.
roots=$(mktemp -d)
trap 'rm -rf "$roots"' EXIT
ln -s "$PWD/.cache/collections/current/ansible_collections" "$roots/ansible_collections"
export ANSIBLE_COLLECTIONS_PATH=$roots ANSIBLE_HOME=$PWD/.cache/ansible-home

work=.cache/docs
rm -rf "$work" dist/docs
install -d -m 700 "$work/rst"
antsibull-docs --config-file docs/antsibull-docs.cfg collection --use-current --fail-on-error --cleanup everything \
  --squash-hierarchy --dest-dir "$work/rst" threatlists.aws
python docs/site/arrange.py "$work/rst"
sphinx-build --quiet --fail-on-warning --keep-going -b html -c docs -d "$work/doctrees" "$work/rst" dist/docs
python docs/site/finish.py dist/docs
echo "dist/docs/index.html"
