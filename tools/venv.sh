#!/usr/bin/env bash
# Makes the virtual environment with the newest Python found here, 3.11 at least.
set -euo pipefail
venv=$1

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

found=
for python in python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$python" >/dev/null && is_new_enough "$python"; then
        found=$python
        break
    fi
done
if [ -z "$found" ]; then
    echo "Allo needs Python 3.11 or newer. On Debian 12: apt install python3 python3-venv" >&2
    exit 1
fi
if ! "$found" -c 'import venv, ensurepip' 2>/dev/null; then
    echo "$found cannot make virtual environments. On Debian: apt install python3-venv" >&2
    exit 1
fi
if [ -x "$venv/bin/python" ] && is_new_enough "$venv/bin/python"; then
    exit 0
fi
echo "making $venv with $("$found" --version)" >&2
"$found" -m venv --clear "$venv"
