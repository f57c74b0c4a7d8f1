#!/usr/bin/env bash
# Pins every Python part, for all platforms, by version and hash; no address of an index gets in.
set -euo pipefail
command -v uv >/dev/null || python -m pip install --quiet uv

pin() {
    uv pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url --no-header --extra uvloop "$@"
}

pin --group build --output-file requirements.txt
pin --group build --group test --output-file requirements-test.txt
