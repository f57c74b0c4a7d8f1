"""The sample for systemd: right by systemd's own word, and its commands are run as written."""

import re
import shlex
import shutil
import signal
import subprocess
import urllib.request
from pathlib import Path

import pytest

from tests.allo_process import ALLO
from tests.ports import free_port

SAMPLE = Path(__file__).parents[3] / "config/samples/allo.service"
MOST_EXPOSED = 2.5  # of 10, as `systemd-analyze security` counts


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where the sample expects the program, in a place of ours."""
    home = tmp_path / "srv"
    (home / ".venv/bin").mkdir(parents=True)
    (home / ".venv/bin/allo").symlink_to(ALLO)
    return home


@pytest.fixture
def unit(home: Path, tmp_path: Path) -> Path:
    text = SAMPLE.read_text()
    for written, ours in {
        "/srv/allo": str(home),
        "/var/lib/allo": str(tmp_path / "state"),
        "/etc/allo.env": str(tmp_path / "allo.env"),
    }.items():
        assert written in text
        text = text.replace(written, ours)
    unit = tmp_path / "allo.service"
    unit.write_text(text)
    return unit


def said(unit: Path, key: str) -> list[str]:
    """Every value of a key, in order."""
    return re.findall(rf"^{key}=(.*)$", unit.read_text(), re.MULTILINE)


def environment(unit: Path) -> dict[str, str]:
    """What systemd would give the program: the unit's own lines, then the file's."""
    lines = said(unit, "Environment")
    for file in said(unit, "EnvironmentFile"):
        lines += Path(file.removeprefix("-")).read_text().splitlines()
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    return {"PATH": path, **dict(line.split("=", 1) for line in lines)}


@pytest.mark.systemd
def test_systemd_understands_every_line(unit: Path) -> None:
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, check=False
    )

    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


@pytest.mark.systemd
def test_the_service_is_left_few_rights(unit: Path) -> None:
    weighed = subprocess.run(
        ["systemd-analyze", "security", "--no-pager", "--offline=true", unit],
        capture_output=True,
        text=True,
        check=False,
    )

    exposure = re.search(r"exposure level for allo\.service: ([\d.]+)", weighed.stdout)
    assert exposure, weighed.stdout + weighed.stderr
    assert float(exposure[1]) <= MOST_EXPOSED


def test_its_commands_run_as_they_are_written(unit: Path, home: Path, tmp_path: Path) -> None:
    web = free_port()
    (tmp_path / "allo.env").write_text(f"ALLO_WEB__PORT={web}\nALLO_PUSH__PORT=0\n")
    (tmp_path / "state").mkdir(mode=0o700)
    assert shutil.which("allo", path=str(home / ".venv/bin"))
    (before,) = said(unit, "ExecStartPre")
    (command,) = said(unit, "ExecStart")
    (directory,) = said(unit, "WorkingDirectory")
    (patience,) = said(unit, "TimeoutStopSec")

    given = environment(unit)
    subprocess.run(shlex.split(before), cwd=directory, env=given, check=True)
    process = subprocess.Popen(
        shlex.split(command), cwd=directory, env=given, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        assert "is ready" in process.stdout.readline()
        with urllib.request.urlopen(f"http://127.0.0.1:{web}/readyz") as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(float(patience)) == 0
    finally:
        process.kill()
        process.communicate()
    assert (tmp_path / "state/allo.sqlite3").exists()
    assert not list(home.rglob("*.sqlite3*"))
