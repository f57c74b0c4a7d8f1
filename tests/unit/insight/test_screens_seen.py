"""A screen that vanishes is lost; one that was closed by logging out is not."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from crm_core.insight.screens_seen import ScreensSeen

NOON = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANNA = UUID(int=1)


class Eyes:
    def __init__(self) -> None:
        self.is_open = True
        self.seen = ScreensSeen(lambda _user_id: self.is_open, lambda: None)

    def look(self, seconds: float) -> tuple[bool, bool]:
        return self.seen.look(ANNA, NOON + timedelta(seconds=seconds))


@pytest.fixture
async def eyes() -> Eyes:
    """In a loop, since somebody is to look again later."""
    return Eyes()


async def test_who_never_had_a_screen_has_lost_none(eyes: Eyes) -> None:
    eyes.is_open = False
    assert eyes.look(0) == (False, False)


async def test_a_screen_that_vanishes_is_lost_for_a_while_and_found_again(eyes: Eyes) -> None:
    assert eyes.look(0) == (True, False)
    eyes.is_open = False
    assert eyes.look(1) == (True, False)  # the page may be loading anew
    assert eyes.look(5) == (False, True)
    assert eyes.look(599) == (False, True)
    eyes.is_open = True
    assert eyes.look(600) == (True, False)
    eyes.is_open = False
    assert eyes.look(606) == (False, True)
    assert eyes.look(1_201) == (False, False)


async def test_who_logs_out_is_not_lost(eyes: Eyes) -> None:
    eyes.look(0)
    eyes.seen.said_farewell(ANNA, NOON + timedelta(seconds=10))
    assert eyes.look(10.5) == (True, False)  # the tab goes a moment after the session
    eyes.is_open = False
    assert eyes.look(11) == (False, False)


async def test_a_farewell_of_one_browser_says_nothing_of_another_that_stays(eyes: Eyes) -> None:
    eyes.look(0)
    eyes.seen.said_farewell(ANNA, NOON + timedelta(seconds=10))
    assert eyes.look(60) == (True, False)
    eyes.is_open = False
    assert eyes.look(66) == (False, True)
