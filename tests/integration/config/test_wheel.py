"""The wheel: what is installed from it works without the checkout it was built in."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from crm_core.kernel.schema import known_revisions

ROOT = Path(__file__).parents[3]


def clean_copy(target: Path) -> Path:
    """What git knows of the tree, without anything that was built."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file() and not name.startswith("tests/"):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


def build(tree: Path, target: Path) -> subprocess.CompletedProcess[str]:
    """As `make wheel` does; what it takes to build is in this environment already."""
    options = ("--quiet", "--no-build-isolation", "--no-deps", "--no-index")
    return subprocess.run(
        [sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", str(target), str(tree)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tree = clean_copy(tmp_path_factory.mktemp("tree"))
    assert (ROOT / "web/static/index.html").is_file(), "the screens are not built: run `make ui`"
    shutil.copytree(ROOT / "web/static", tree / "web/static")
    return tree


@pytest.fixture(scope="module")
def wheel(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    built = build(tree, target)
    assert built.returncode == 0, built.stderr
    (wheel,) = target.glob("*.whl")
    return wheel


@dataclass(frozen=True, slots=True)
class Installed:
    """Allo in an environment of its own, and an empty directory to work in."""

    programs: Path
    directory: Path

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if name != "PYTHONPATH" and not name.startswith("ALLO_")
        }
        return {**kept, "ALLO_WEB__PORT": "0", "ALLO_PUSH__PORT": "0"}

    def run(self, program: str, *arguments: str) -> str:
        done = subprocess.run(
            [self.programs / program, *arguments],
            cwd=self.directory,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in a fresh environment, which borrows its dependencies from this one."""
    directory = tmp_path_factory.mktemp("elsewhere")
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", "venv"], cwd=directory, check=True
    )
    python = directory / "venv/bin/python"
    pip = [sys.executable, "-m", "pip", "--python", str(python)]
    options = ("--quiet", "--no-deps", "--no-index")
    subprocess.run([*pip, "install", *options, str(wheel)], check=True)
    (packages,) = (directory / "venv/lib").glob("python*/site-packages")
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return Installed(python.parent, directory)


@pytest.fixture
async def address(installed: Installed) -> AsyncIterator[str]:
    """Where it serves, after `allo migrate`."""
    installed.run("allo", "migrate")
    process = await asyncio.create_subprocess_exec(
        installed.programs / "allo",
        "serve",
        cwd=installed.directory,
        env=installed.environment,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    line = (await process.stdout.readline()).decode()
    yield line.split()[4].rstrip(",")
    process.terminate()
    await process.communicate()
    assert process.returncode == 0


def test_it_holds_screens_migrations_and_samples_but_no_sources_of_the_screens(
    wheel: Path,
) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())

    steps = {name for name in names if re.search(r"versions/\d{4}_\w+\.py$", name)}
    assert len(steps) == len(known_revisions())
    assert {f"config/samples/{file.name}" for file in (ROOT / "config/samples").iterdir()} <= names
    assert {"web/static/index.html", "web/static/index.html.br"} <= names
    assert any(re.search(r"web/static/assets/.*\.js$", name) for name in names)
    assert not {name for name in names if name.startswith(("web/ui/", "tests/", "tools/"))}


def test_the_same_tree_gives_the_same_bytes(tree: Path, wheel: Path, tmp_path: Path) -> None:
    assert build(tree, tmp_path).returncode == 0

    assert (tmp_path / wheel.name).read_bytes() == wheel.read_bytes()


def test_a_tree_without_screens_makes_no_wheel(tmp_path: Path) -> None:
    built = build(clean_copy(tmp_path / "tree"), tmp_path / "wheel")

    assert built.returncode != 0
    assert "run `make ui`" in built.stderr
    assert not (tmp_path / "wheel").exists() or not list((tmp_path / "wheel").iterdir())


def test_what_is_installed_is_the_wheel_and_not_the_checkout(installed: Installed) -> None:
    say = "import config, crm_core, web; print(config.__file__, crm_core.__file__, web.__file__)"

    places = installed.run("python", "-c", say).split()

    assert all(Path(place).is_relative_to(installed.directory) for place in places)


async def test_it_serves_the_login_page_with_its_script_and_is_ready(address: str) -> None:
    async with aiohttp.ClientSession(address) as session:
        page = await session.get("/")
        text = await page.text()
        scripts = re.findall(r'<script[^>]+src="(/assets/[^"]+)"', text)
        script = await session.get(scripts[0])
        ready = await session.get("/readyz")

        assert page.status == 200
        assert script.status == 200
        assert "javascript" in script.content_type
        assert len(await script.text()) > 10_000
        assert (ready.status, (await ready.json())["status"]) == (200, "ready")
