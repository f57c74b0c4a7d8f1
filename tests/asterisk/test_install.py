"""Unpacking survives interruption and company. apt and dpkg are played by two small scripts."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.asterisk.install import AsteriskUnavailable, ensure_installed

APT = """#!/bin/sh
for word; do case $word in Dir::Cache=*) cache=${word#Dir::Cache=};; esac; done
case "$*" in
  *install*) echo downloaded >> "$DOWNLOADS"; touch "$cache/archives/asterisk.deb";;
esac
"""
DPKG = """#!/bin/sh
mkdir -p "$3/usr/share/asterisk/sounds/en_US_f_Allison" "$3/usr/sbin"
touch "$3/usr/sbin/asterisk"
"""


@pytest.fixture
def downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Puts the played programs first on the path; gives the file in which downloads are counted."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name, text in {"apt-get": APT, "dpkg-deb": DPKG}.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    count = tmp_path / "downloads"
    count.touch()
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("DOWNLOADS", str(count))
    monkeypatch.setattr("tests.asterisk.install.find_mirror", lambda: "http://mirror.example")
    return count


def count_of(downloads: Path) -> int:
    return len(downloads.read_text().splitlines())


def test_the_second_time_nothing_is_downloaded(tmp_path: Path, downloads: Path) -> None:
    first = ensure_installed(tmp_path / "cache")
    second = ensure_installed(tmp_path / "cache")

    assert first == second
    assert (first.root / "usr/share/asterisk/sounds/en").is_dir()
    assert count_of(downloads) == 1


def test_what_an_interrupted_run_left_is_cleared_and_done_again(
    tmp_path: Path, downloads: Path
) -> None:
    leftover = tmp_path / "cache/unfinished-before/root/usr"
    leftover.mkdir(parents=True)

    installed = ensure_installed(tmp_path / "cache")

    assert (installed.root / "usr/sbin/asterisk").is_file()
    assert not leftover.exists()


def test_a_failed_download_leaves_nothing_that_looks_finished(
    tmp_path: Path, downloads: Path
) -> None:
    apt = tmp_path / "programs/apt-get"
    apt.write_text("#!/bin/sh\necho 'E: the mirror is away' >&2\nexit 100\n")

    with pytest.raises(AsteriskUnavailable, match="the mirror is away"):
        ensure_installed(tmp_path / "cache")

    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["lock"]


def test_two_runs_at_once_download_once(tmp_path: Path, downloads: Path) -> None:
    (tmp_path / "programs/apt-get").write_text(APT + "sleep 0.3\n")
    program = (
        "import sys; from pathlib import Path; import tests.asterisk.install as install\n"
        "install.find_mirror = lambda: 'http://mirror.example'\n"
        "install.ensure_installed(Path(sys.argv[1]))\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "cache")]
    root = Path(__file__).parents[2]

    runs = [subprocess.Popen(command, cwd=root) for _ in range(2)]

    assert [run.wait(30) for run in runs] == [0, 0]
    assert count_of(downloads) == 1
