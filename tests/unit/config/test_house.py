"""The rules of the house that a program can check."""

import importlib.util
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PACKAGES = ("config", "crm_core", "recordings", "telephony", "web")
LONGEST_FILE = 300


@pytest.mark.parametrize("name", PACKAGES)
def test_our_package_names_mean_our_packages(name: str) -> None:
    spec = importlib.util.find_spec(name)

    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).is_relative_to(ROOT)


def test_the_wheel_holds_these_packages_and_no_others() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())

    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == list(PACKAGES)
    assert project["tool"]["importlinter"]["root_packages"] == list(PACKAGES)


def test_imports_run_one_way() -> None:
    linter = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert linter.returncode == 0, linter.stdout


def test_no_file_names_a_registry_or_a_place_on_a_machine() -> None:
    check = subprocess.run(
        [ROOT / "tools/check-tree.sh"], capture_output=True, text=True, check=False
    )

    assert check.returncode == 0, check.stderr


@pytest.mark.parametrize("name", PACKAGES)
def test_files_stay_small_enough_to_be_held_in_the_head(name: str) -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for path in (ROOT / name).rglob("*.py")
        if "node_modules" not in path.parts
    }

    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}
