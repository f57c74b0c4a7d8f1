"""Where a file may be: by its own name below a folder's prefix, or by the rule of the office."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from recordings.places import Folder, Wanted, places_of, relative_parts

PREFIX = "/var/spool/asterisk/monitor"
HERE = Folder(path=Path("/mnt/rec"), prefix=PREFIX)
RULE = "{year}/{month}/{day}/*{uniqueid}*"


def wanted(path: str | None = None, *, pbx: str = "main", hour: int = 12) -> Wanted:
    return Wanted(
        pbx=pbx,
        path=path,
        uniqueid="1795420543.14525",
        linkedid="1795420543.14525",
        started_at=datetime(2026, 11, 23, hour, tzinfo=UTC),
    )


def test_a_file_is_found_below_its_prefix() -> None:
    (place,) = places_of(wanted(f"{PREFIX}/2026/11/23/in-+7916.wav"), [HERE], RULE)

    assert (place.root, place.parts) == (Path("/mnt/rec"), ("2026", "11", "23", "in-+7916.wav"))


def test_without_a_name_the_rule_looks_in_the_folder_of_the_day_and_of_the_next() -> None:
    first, second = places_of(wanted(), [HERE], RULE)

    assert first.parts == ("2026", "11", "23", "*1795420543.14525*")
    assert second.parts[2] == "24"


def test_a_folder_of_another_pbx_is_not_looked_into() -> None:
    theirs = Folder(path=Path("/mnt/other"), prefix=PREFIX, pbx="branch")

    assert [place.root for place in places_of(wanted(f"{PREFIX}/a.wav"), [theirs, HERE], RULE)] == [
        Path("/mnt/rec")
    ]


@pytest.mark.parametrize(
    "path",
    [
        "",
        "a.wav",
        "../../etc/passwd",
        f"{PREFIX}/../../../../etc/passwd",
        f"{PREFIX}/2026/../../../../etc/shadow",
        f"{PREFIX}",
        f"{PREFIX}/",
        f"{PREFIX}x/a.wav",
        "/etc/passwd",
        f"{PREFIX}/a\0.wav",
    ],
)
def test_what_leads_out_of_the_folder_is_nowhere(path: str) -> None:
    assert relative_parts(path, PREFIX) is None


def test_an_id_with_signs_in_it_is_no_pattern() -> None:
    strange = Wanted(
        pbx="main",
        path=None,
        uniqueid="../*[a]",
        linkedid="1.1",
        started_at=datetime(2026, 11, 23, tzinfo=UTC),
    )

    assert [place.parts[-1] for place in places_of(strange, [HERE], RULE)] == ["*..a*"] * 2
