"""Working hours: when a queue, a team or the office answers, week after week. Pure.

Kept as JSON in their rows; none means always. A day may have several stretches (a lunch break);
a night shift is written as two, up to 24:00 and from 00:00 on.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from crm_core.kernel.errors import InvalidValue
from crm_core.kernel.zones import check_time_zone

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
STRETCHES_LIMIT = 4
LOOKS_AHEAD = 15  # days: who is closed for longer answers when the debt is due anyway
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")

Stretch = tuple[datetime, datetime]


def _clock(text: str) -> str:
    if not _CLOCK.fullmatch(text):
        raise ValueError("a time of day is written like 09:00")
    return text


Clock = Annotated[str, Field(max_length=5), AfterValidator(_clock)]


class OpenFrom(BaseModel):
    """One stretch of a day, in the local time of the one whose hours they are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    opens: Clock
    closes: Clock


Day = Annotated[tuple[OpenFrom, ...], Field(max_length=STRETCHES_LIMIT)]


class WorkingHours(BaseModel):
    """A week. A day without a stretch is a day off; without a time zone the office's holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mon: Day = ()
    tue: Day = ()
    wed: Day = ()
    thu: Day = ()
    fri: Day = ()
    sat: Day = ()
    sun: Day = ()
    time_zone: Annotated[str, Field(max_length=64)] | None = None

    def on(self, day: date) -> tuple[OpenFrom, ...]:
        """The stretches of a day."""
        stretches: tuple[OpenFrom, ...] = getattr(self, DAYS[day.weekday()])
        return stretches


@dataclass(frozen=True, slots=True)
class NewHours:
    """Hours that are to hold from now on; None: none of one's own."""

    week: WorkingHours | None


def check_working_hours(hours: WorkingHours | None) -> dict[str, Any] | None:
    """Return what is stored of hours, or refuse what no week can be."""
    if hours is None:
        return None
    check_time_zone(hours.time_zone)
    for day in DAYS:
        stretches = sorted(getattr(hours, day), key=lambda one: one.opens)
        ends = ["", *(one.closes for one in stretches)]
        if any(one.opens >= one.closes for one in stretches) or any(
            one.opens < end for one, end in zip(stretches, ends, strict=False)
        ):
            raise InvalidValue(
                "working_hours",
                f"{day}: each stretch ends after it begins, and they do not overlap",
                reason="hours_overlap",
                day=day,
            )
    if not any(getattr(hours, day) for day in DAYS):
        raise InvalidValue("working_hours", "there is no hour in this week", reason="hours_empty")
    return hours.model_dump(mode="json")


def read_working_hours(stored: dict[str, Any] | None) -> WorkingHours | None:
    """The hours of a row; what cannot be read holds nobody back."""
    if stored is None:
        return None
    try:
        return WorkingHours.model_validate(stored)
    except ValidationError:
        return None


def next_opening(at: datetime, hours: Sequence[WorkingHours | None], office_zone: str) -> datetime:
    """Return the first moment from `at` on in which all of these are open; no hours are always.

    Hours that never meet hold nobody back: then it is `at` itself.
    """
    open_at = [(at, at + timedelta(days=LOOKS_AHEAD))]
    for week in hours:
        if week is not None:
            open_at = _overlaps(open_at, _stretches(week, at, office_zone))
    return open_at[0][0] if open_at else at


def _stretches(week: WorkingHours, at: datetime, office_zone: str) -> list[Stretch]:
    """The hours as moments, from the day before `at` on: it may be open since then."""
    zone = ZoneInfo(week.time_zone or office_zone)
    first = at.astimezone(zone).date() - timedelta(days=1)
    found: list[Stretch] = []
    for day in (first + timedelta(days=number) for number in range(LOOKS_AHEAD + 2)):
        found += [
            (_moment(day, one.opens, zone), _moment(day, one.closes, zone))
            for one in sorted(week.on(day), key=lambda one: one.opens)
        ]
    return found


def _moment(day: date, clock: str, zone: ZoneInfo) -> datetime:
    if clock == "24:00":
        day, clock = day + timedelta(days=1), "00:00"
    local = datetime.combine(day, time.fromisoformat(clock), zone)
    return local.astimezone(UTC)


def _overlaps(some: list[Stretch], others: list[Stretch]) -> list[Stretch]:
    met = [(max(a, c), min(b, d)) for a, b in some for c, d in others]
    return sorted(stretch for stretch in met if stretch[0] < stretch[1])
