#!/usr/bin/env bash
# No file of the tree may name a package registry's host or a path of somebody's machine.
set -euo pipefail
cd "$(dirname "$0")/.."

hosts='(py[p]i|pythonh[o]sted|registry\.npm[j]s|deb\.debi[a]n)\.(org|com)'
paths='(^|[^[:alnum:]._/-])/(work|root|Users)/[[:alnum:]]'
if git rev-parse --git-dir >/dev/null 2>&1; then
    found=$(git ls-files -z -- . ':!.venv' | xargs -0 grep -nIE -e "$hosts" -e "$paths" || true)
    if [ -n "$found" ]; then
        echo "registry hosts or machine paths in the tree:" >&2
        echo "$found" | cut -c1-200 >&2
        exit 1
    fi
fi
