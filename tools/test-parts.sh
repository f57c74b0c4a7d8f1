#!/usr/bin/env bash
# Brings the parts of the tests that pip cannot: Chromium, PostgreSQL, nginx, a real Asterisk.
# They come from Debian's packages when this is Debian and we are root. Elsewhere it says which
# tests cannot run and why; with CI=true a missing part is a failure. What can run here is
# written to .cache/test-marks, for pytest's -m.
set -euo pipefail
cd "$(dirname "$0")/.."

has_postgresql() {
    command -v pg_ctl >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/pg_ctl' >/dev/null
}

has_libatomic() {
    compgen -G '/usr/lib/*/libatomic.so.1' >/dev/null || /sbin/ldconfig -p | grep -q 'libatomic\.so\.1'
}

has_nginx() { # Debian keeps it where only root looks
    command -v nginx >/dev/null || [ -x /usr/sbin/nginx ]
}

wanted=()
[ -x /usr/bin/chromium ] || wanted+=(chromium)
has_postgresql || wanted+=(postgresql)
has_nginx || wanted+=(nginx)
command -v systemd-analyze >/dev/null || wanted+=(systemd)
# Playwright's own node is linked against it, and a bare Debian has none.
has_libatomic || wanted+=(libatomic1)
can_install=
if [ -e /etc/debian_version ] && [ "$(id -u)" = 0 ]; then
    can_install=yes
fi

if [ ${#wanted[@]} -gt 0 ] && [ -n "$can_install" ]; then
    echo "installing for the tests: ${wanted[*]}" >&2
    export DEBIAN_FRONTEND=noninteractive
    {
        apt-get -o DPkg::Lock::Timeout=300 -qq update &&
            apt-get -o DPkg::Lock::Timeout=300 -qq install -y --no-install-recommends "${wanted[@]}"
    } >/dev/null || echo "the packages could not be installed" >&2
fi

missing=()
marks="not torture"
without() { # without PART WHY [MARK]: these tests cannot run here
    missing+=("$1")
    [ -z "${3:-}" ] || marks="$marks and not $3"
    echo "NOT RUN HERE: tests with $1: $2" >&2
}

if [ ! -x /usr/bin/chromium ] || ! has_libatomic; then
    without "a real browser" "Debian's chromium or libatomic1 is missing" browser
fi
has_nginx || without "a real nginx" "Debian's nginx is missing" nginx
command -v systemd-analyze >/dev/null || without systemd "systemd-analyze is missing" systemd
has_postgresql || without PostgreSQL "there is no PostgreSQL server (they skip themselves)"
if ! .venv/bin/python -m tests.asterisk.install >/dev/null; then
    without "a real Asterisk" "it needs Debian's packages (amd64 or arm64) or a filled cache" asterisk
fi

if [ ${#missing[@]} -gt 0 ] && [ "${CI:-}" = true ]; then
    echo "CI must run every test, and this is missing: ${missing[*]}" >&2
    exit 1
fi
mkdir -p .cache
echo "$marks" >.cache/test-marks
