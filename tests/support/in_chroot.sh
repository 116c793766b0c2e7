#!/bin/sh
# Runs a command of a chroot as if it were installed here.
#
#     tests/support/in_chroot.sh ROOT CHECKOUT COMMAND [ARGUMENT...]
#
# Process id, working folder, environment and streams are the caller's, so signals, waits and
# relative paths just work. CHECKOUT, /tmp, $TMPDIR and $HEAPSNAP_BUILD are visible inside at
# their own paths. All mounts live in a mount namespace of the command's own: none is left behind,
# and removing ROOT can never reach what was mounted in it.
set -eu

if [ "$1" != --mounting ]; then
  [ "$(id -u)" = 0 ] && user='' || user=--map-root-user
  exec unshare $user --mount --propagation private "$0" --mounting "$@"
fi
root=$2 checkout=$3
shift 3

for folder in /proc /dev /tmp "$checkout" "${TMPDIR:-}" "${HEAPSNAP_BUILD:-}"; do
  [ -n "$folder" ] && [ -d "$folder" ] || continue
  # A folder below an earlier one is there already.
  [ "$folder" -ef "$root$folder" ] && continue
  mkdir -p "$root$folder"
  mount --rbind "$folder" "$root$folder"
done
exec chroot "$root" /usr/bin/env -C "$PWD" "$@"
