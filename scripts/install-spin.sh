#!/bin/sh
# Installs SPIN and a C compiler, beside which `npm run bench:explore` measures (Debian and its like).
set -e
if command -v spin >/dev/null && command -v gcc >/dev/null; then
  spin -V
  exit 0
fi
as_root=''
[ "$(id -u)" = 0 ] || as_root=sudo
$as_root apt-get update
$as_root apt-get install -y --no-install-recommends spin gcc libc6-dev
spin -V
