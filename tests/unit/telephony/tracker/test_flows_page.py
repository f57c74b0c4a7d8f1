"""The page of all flows lists every recording, and nothing that is not recorded."""

import re
from pathlib import Path

from tests.unit.telephony.tracker.replay import ALL_CAPTURES

PAGE = Path(__file__).parents[4] / "docs" / "calls.md"


def test_every_recorded_way_of_calling_has_its_line() -> None:
    listed = re.findall(r"^\| `(\w+)` \|", PAGE.read_text("utf-8"), re.MULTILINE)
    assert sorted(listed) == list(ALL_CAPTURES)
