"""Unpack a real Asterisk 22 into a cache folder, without root and without touching the machine.

Debian 12 carries no Asterisk; a later suite of the same mirror does. apt, with state folders of
its own, checks the signatures and downloads; dpkg-deb unpacks; the suite's own loader runs it.
Run `python -m tests.asterisk.install` to fill the cache ahead of the tests.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.asterisk.apt_sources import find_mirror

SUITE = "forky"
PACKAGES = ("asterisk", "asterisk-core-sounds-en-gsm")
RECIPE = "1"  # raise it when what this file unpacks changes: old caches are then left alone
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
SECONDS_FOR_DOWNLOAD = 600


class AsteriskUnavailable(Exception):
    """This machine cannot have the real Asterisk; the text says why."""


@dataclass(frozen=True, slots=True)
class Installation:
    """An unpacked Asterisk and how to start its programs."""

    root: Path

    @property
    def libraries(self) -> Path:
        return next(self.root.glob("usr/lib/*/asterisk")).parent

    @property
    def modules(self) -> Path:
        return self.libraries / "asterisk" / "modules"

    @property
    def shared_files(self) -> Path:
        return self.root / "usr/share/asterisk"

    def command(self, *arguments: str) -> list[str]:
        """Asterisk started by the loader it was built for: the machine's own C library is older."""
        loader = next(
            path for path in sorted(self.root.glob("usr/lib*/**/ld-linux-*.so.*")) if path.is_file()
        )
        program = self.root / "usr/sbin/asterisk"
        return [str(loader), "--library-path", str(self.libraries), str(program), *arguments]


def cache_directory() -> Path:
    """Where unpacked parts are kept between runs; ASTERISK_CACHE names another place."""
    given = os.environ.get("ASTERISK_CACHE")
    return Path(given) if given else Path(__file__).parents[2] / ".cache" / "asterisk"


def ensure_installed(cache: Path | None = None) -> Installation:
    """Give the unpacked Asterisk, unpacking it first if need be.

    The finished folder appears by one rename, under a lock: a run that was interrupted leaves
    nothing that looks finished, and of two runs at once the second waits for the first.
    """
    cache = cache or cache_directory()
    finished = cache / f"{SUITE}-{RECIPE}"
    if not finished.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with _only_one(cache / "lock"):
            if not finished.is_dir():
                _unpack(cache, finished)
    return Installation(finished)


@contextmanager
def _only_one(lock: Path) -> Iterator[None]:
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _unpack(cache: Path, finished: Path) -> None:
    for leftover in cache.glob("unfinished-*"):
        shutil.rmtree(leftover)
    for program in ("apt-get", "dpkg-deb"):
        if shutil.which(program) is None:
            raise AsteriskUnavailable(
                f"{program} is missing: Asterisk comes from Debian's packages"
            )
    work = Path(tempfile.mkdtemp(prefix="unfinished-", dir=cache))
    try:
        root = work / "root"
        root.mkdir()
        for package in _download(work / "apt"):
            _run(["dpkg-deb", "-x", str(package), str(root)])
        # A maintainer script would make this link; none of them was run.
        (root / "usr/share/asterisk/sounds/en").symlink_to("en_US_f_Allison")
        root.rename(finished)
    finally:
        shutil.rmtree(work)


def _download(state: Path) -> list[Path]:
    """Fetch the packages and all they need, as if nothing were installed on this machine."""
    for folder in ("state/lists/partial", "cache/archives/partial"):
        (state / folder).mkdir(parents=True)
    (state / "status").touch()
    mirror = find_mirror()
    if mirror is None:
        raise AsteriskUnavailable("no Debian mirror is named in this machine's apt sources")
    sources = state / "sources.list"
    sources.write_text(f"deb [signed-by={KEYRING}] {mirror} {SUITE} main\n")
    options = {
        "Dir::State": state / "state",
        "Dir::State::status": state / "status",
        "Dir::Cache": state / "cache",
        "Dir::Etc::sourcelist": sources,
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
        # The mirror may be a frozen copy; signatures are checked all the same.
        "Acquire::Check-Valid-Until": "false",
        "APT::Install-Recommends": "false",
        "APT::Sandbox::User": "",
        "Debug::NoLocking": "true",
    }
    apt = ["apt-get", "-qq"]
    for key, value in options.items():
        apt += ["-o", f"{key}={value}"]
    _run([*apt, "update", "--error-on=any"])
    _run([*apt, "install", "--yes", "--download-only", *PACKAGES])
    return sorted((state / "cache/archives").glob("*.deb"))


def _run(command: list[str]) -> None:
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=SECONDS_FOR_DOWNLOAD, check=False
    )
    if done.returncode != 0:
        last_words = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise AsteriskUnavailable(f"{command[0]} failed: {' / '.join(last_words)}")


def main() -> int:
    try:
        installation = ensure_installed()
    except AsteriskUnavailable as missing:
        sys.stderr.write(f"no real Asterisk for the tests: {missing}\n")
        return 1
    sys.stdout.write(f"Asterisk for the tests is in {installation.root}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
