"""Working hours: when somebody can be expected to ring back."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from crm_core.access.working_hours import (
    OpenFrom,
    WorkingHours,
    check_working_hours,
    next_opening,
    read_working_hours,
)
from crm_core.kernel.errors import InvalidValue

DAY = (OpenFrom(opens="09:00", closes="18:00"),)
WORKDAYS = WorkingHours(mon=DAY, tue=DAY, wed=DAY, thu=DAY, fri=DAY)
ALWAYS = None


def moscow(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of March 2026 in Moscow; the second is a Monday."""
    return datetime(2026, 3, day, hour - 3, minute, tzinfo=UTC)


def opening(at: datetime, *hours: WorkingHours | None, zone: str = "Europe/Moscow") -> datetime:
    return next_opening(at, hours, zone)


@pytest.mark.parametrize(
    ("called", "due"),
    [
        (moscow(2, 12, 30), moscow(2, 12, 30)),
        (moscow(2, 9), moscow(2, 9)),
        (moscow(2, 7), moscow(2, 9)),
        (moscow(2, 18), moscow(3, 9)),
        (moscow(6, 20), moscow(9, 9)),
        (moscow(8, 13), moscow(9, 9)),
    ],
    ids=["at noon", "at opening", "early", "at closing", "friday night", "sunday"],
)
def test_a_call_back_is_due_when_the_office_is_open_next(called: datetime, due: datetime) -> None:
    assert opening(called, WORKDAYS) == due


def test_without_hours_it_is_due_at_once() -> None:
    assert opening(moscow(8, 13), ALWAYS, ALWAYS) == moscow(8, 13)


def test_queue_and_team_have_to_be_open_both() -> None:
    late = (OpenFrom(opens="14:00", closes="22:00"),)
    weekend = WorkingHours(mon=late, sat=late, sun=late)

    assert opening(moscow(7, 15), WORKDAYS, weekend) == moscow(9, 14)


def test_hours_that_never_meet_hold_nobody_back() -> None:
    assert opening(moscow(2, 12), WORKDAYS, WorkingHours(sun=DAY)) == moscow(2, 12)


def test_a_lunch_break_and_a_night_shift_are_told_as_stretches() -> None:
    split = (OpenFrom(opens="09:00", closes="13:00"), OpenFrom(opens="14:00", closes="24:00"))
    week = WorkingHours(mon=split, tue=(OpenFrom(opens="00:00", closes="06:00"),))

    assert opening(moscow(2, 13, 30), week) == moscow(2, 14)
    assert opening(moscow(2, 23, 59), week) == moscow(2, 23, 59)
    assert opening(datetime(2026, 3, 2, 21, 30, tzinfo=UTC), week).hour == 21  # 00:30 on Tuesday
    assert opening(moscow(3, 7), week) == moscow(9, 9)


def test_a_team_elsewhere_has_its_own_clock() -> None:
    week = WORKDAYS.model_copy(update={"time_zone": "Asia/Vladivostok"})

    assert opening(moscow(2, 12), week) == datetime(2026, 3, 2, 23, 0, tzinfo=UTC)


def test_a_night_of_summer_time_is_no_trouble() -> None:
    week = WorkingHours(sun=DAY)
    before = datetime(2026, 3, 28, 23, 0, tzinfo=UTC)

    assert opening(before, week, zone="Europe/Berlin") == datetime(2026, 3, 29, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "week",
    [
        WorkingHours(),
        WorkingHours(mon=(OpenFrom(opens="18:00", closes="09:00"),)),
        WorkingHours(mon=(*DAY, OpenFrom(opens="17:00", closes="20:00"))),
        WorkingHours(mon=DAY, time_zone="Europe/Nowhere"),
    ],
    ids=["no hour", "backwards", "overlapping", "no such zone"],
)
def test_a_week_that_cannot_be_is_refused(week: WorkingHours) -> None:
    with pytest.raises(InvalidValue):
        check_working_hours(week)


@pytest.mark.parametrize("clock", ["9:00", "25:00", "24:30", "noon", "09:00:00"])
def test_a_time_that_no_clock_shows_is_refused(clock: str) -> None:
    with pytest.raises(ValidationError):
        OpenFrom(opens="00:00", closes=clock)


def test_what_was_stored_is_read_again_and_rubbish_holds_nobody_back() -> None:
    rubbish: dict[str, Any] = {"mon": "always"}

    assert read_working_hours(check_working_hours(WORKDAYS)) == WORKDAYS
    assert read_working_hours(rubbish) is None
