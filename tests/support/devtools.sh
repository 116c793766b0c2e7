#!/usr/bin/env bash
# Makes what tests load a .heapsnapshot with: the engine of Chrome's DevTools, as npm's
# heap-snapshot-toolkit packs it, in build/devtools. Where it cannot be had, that is printed as
# `SKIPPED devtools: reason`, and so is what the tests then leave out.
set -euo pipefail
cd "$(dirname "$0")/../.."
package=heap-snapshot-toolkit@1.1.3
folder=build/devtools

skip() {
  echo "SKIPPED devtools: $1"
  exit 0
}

has_node() { node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2>/dev/null; }

[ "$(cat "$folder/made" 2>/dev/null)" != "$package" ] || exit 0
if ! has_node || ! command -v npm >/dev/null; then
  command -v apt-get >/dev/null || skip "no node 18 with npm"
  root=()
  if [ "$(id -u)" != 0 ]; then root=(sudo); fi
  "${root[@]}" apt-get -q update &&
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
      apt-get -q install -y --no-install-recommends nodejs npm || skip "nodejs and npm cannot be installed"
  has_node || skip "node is older than 18"
fi
mkdir -p "$folder"
echo '{"private": true}' >"$folder/package.json"
npm install --prefix "$folder" --ignore-scripts --no-audit --no-fund --save-exact "$package" ||
  skip "npm cannot install $package"
echo "$package" >"$folder/made"
