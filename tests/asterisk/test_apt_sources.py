"""The mirror is read from the machine's own apt sources, whichever form they have."""

from pathlib import Path

import pytest

from tests.asterisk.apt_sources import find_mirror


@pytest.fixture
def apt(tmp_path: Path) -> Path:
    (tmp_path / "os-release").write_text('ID=debian\nVERSION_CODENAME="bookworm"\n')
    (tmp_path / "sources.list.d").mkdir()
    return tmp_path


def mirror_of(apt: Path) -> str | None:
    return find_mirror(apt, apt / "os-release")


def test_the_paragraph_form_names_the_mirror(apt: Path) -> None:
    (apt / "sources.list.d/debian.sources").write_text(
        "Types: deb deb-src\n"
        "# a comment in the middle\n"
        "URIs: http://mirror.example/debian\n"
        "Suites: bookworm\n bookworm-updates\n"
        "Components: main contrib\n"
        "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n"
    )
    assert mirror_of(apt) == "http://mirror.example/debian"


@pytest.mark.parametrize(
    "line",
    [
        "deb http://mirror.example/debian bookworm main",
        "deb [signed-by=/a/key.gpg arch=amd64] http://mirror.example/debian bookworm main # ours",
        "deb   http://mirror.example/debian   bookworm   contrib   main",
    ],
)
def test_the_line_form_names_the_mirror(apt: Path, line: str) -> None:
    (apt / "sources.list").write_text(f"# deb http://old.example/debian bookworm main\n{line}\n")
    assert mirror_of(apt) == "http://mirror.example/debian"


def test_security_foreign_and_switched_off_sources_are_passed_over(apt: Path) -> None:
    (apt / "sources.list.d/debian.sources").write_text(
        "Types: deb\nURIs: http://security.example/debian\nSuites: bookworm-security\n"
        "Components: main\n\n"
        "Enabled: no\nTypes: deb\nURIs: http://off.example/debian\nSuites: bookworm\n"
        "Components: main\n\n"
        "Types: deb\nURIs: http://node.example\nSuites: nodistro\nComponents: main\n"
    )
    (apt / "sources.list.d/more.list").write_text(
        "deb-src http://source.example/debian bookworm main\n"
        "deb http://mirror.example/debian bookworm main\n"
    )
    assert mirror_of(apt) == "http://mirror.example/debian"


def test_a_machine_without_debian_sources_has_no_mirror(apt: Path) -> None:
    assert mirror_of(apt) is None
