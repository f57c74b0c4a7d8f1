"""What may be dialled by a click: how a number is written, to whom it leads, how often. Pure.

A number goes into a dialplan as a program's argument, and a call abroad costs the office money: so
whatever is not plainly a number is refused, and the longest rule that fits decides about the rest.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crm_core.kernel.errors import Forbidden, InvalidValue, TooManyAttempts
from crm_core.kernel.phone import as_dialled, is_abroad, is_emergency, read_number

LOCAL_DIGITS = 7  # up to here a number may be internal, a service's, or one of the same town
MINUTE_SECONDS = 60
DAY_SECONDS = 86_400

_WRITTEN_BETWEEN = re.compile(r"[ \u00a0().\u2010-\u2015-]")
_DIALLED = re.compile(r"\+?[0-9*#]{2,32}", re.ASCII)
_PREFIX = re.compile(r"\+?[0-9*#]{0,15}", re.ASCII)


class BadNumber(InvalidValue):
    """This is not a number that can be dialled."""

    code = "bad_number"


class NumberNotAllowed(Forbidden):
    """The role may not dial numbers that begin so."""

    code = "number_not_allowed"


class TooManyCalls(TooManyAttempts):
    """More calls were asked for than the office allows."""

    code = "too_many_calls"


class SpendCapReached(TooManyAttempts):
    """The day's calls or minutes abroad are used up."""

    code = "spend_cap_reached"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialled:
    """A number that can be dialled: as people know it, and as the PBX is told it."""

    number: str
    exten: str
    is_abroad: bool
    is_emergency: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one role may dial, or with the office's own row, all roles together.

    `allowed` and `denied` are beginnings of numbers; of those that fit the longest decides.
    """

    role: str
    allowed: Sequence[str]
    denied: Sequence[str]
    calls_per_minute: int
    abroad_calls_per_day: int
    abroad_minutes_per_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What was dialled lately: in the last minute, and abroad in the last day."""

    calls: int = 0
    abroad_calls: int = 0
    abroad_minutes: float = 0.0


def read_dialled(written: str, region: str, *, is_national: bool = False) -> Dialled:
    """Read what somebody wants to dial from a PBX in `region`; raises `BadNumber`.

    What is allowed is asked of the very number that is dialled: one that cannot be read is not.
    """
    text = _WRITTEN_BETWEEN.sub("", written)
    if not _DIALLED.fullmatch(text):
        raise BadNumber("number", "only digits, *, # and a leading + can be dialled")
    number = text
    if not _is_code(text):
        number = read_number(text, region).number or ""
        if not number.startswith("+") and (len(number) > LOCAL_DIGITS or number != text):
            raise BadNumber("number", "this is not a phone number", reason="number_unreadable")
    exten = as_dialled(number, region) if is_national else number
    if not _DIALLED.fullmatch(exten):
        raise BadNumber("number", "this is not a phone number", reason="number_unreadable")
    return Dialled(
        number=number,
        exten=exten,
        is_abroad=is_abroad(number, region),
        is_emergency=is_emergency(number, region),
    )


def read_prefix(written: str, field: str) -> str:
    """The beginning of a number, as an administrator wrote it."""
    text = _WRITTEN_BETWEEN.sub("", written)
    if not text or not _PREFIX.fullmatch(text):
        raise InvalidValue(field, "a beginning is digits, * and #, perhaps after a +")
    return text


def demand_allowed(dialled: Dialled, own: Limits, office: Limits) -> None:
    """Raise `NumberNotAllowed` unless the role may dial such numbers."""
    if dialled.is_emergency:
        return
    # At the same length the role's no comes before its yes, and both before the office's no.
    rules = (
        (_longest(own.denied, dialled.number), 2, False),
        (_longest(own.allowed, dialled.number), 1, True),
        (_longest(office.denied, dialled.number), 0, False),
    )
    length, _, is_allowed = max(rules)
    if length == 0:
        is_allowed = not dialled.number.startswith("+") and not _is_code(dialled.number)
    if not is_allowed:
        raise NumberNotAllowed("numbers that begin so may not be dialled by a click")


def demand_within(dialled: Dialled, limits: Limits, used: Used) -> None:
    """Raise `TooManyCalls` or `SpendCapReached` when one more is too much."""
    if dialled.is_emergency:
        return
    if used.calls >= limits.calls_per_minute:
        raise TooManyCalls(
            f"at most {limits.calls_per_minute} calls in a minute",
            retry_after_seconds=MINUTE_SECONDS,
        )
    if not dialled.is_abroad:
        return
    if used.abroad_calls >= limits.abroad_calls_per_day:
        raise SpendCapReached(
            f"at most {limits.abroad_calls_per_day} calls abroad in a day",
            retry_after_seconds=DAY_SECONDS,
        )
    if used.abroad_minutes >= limits.abroad_minutes_per_day:
        raise SpendCapReached(
            f"at most {limits.abroad_minutes_per_day} minutes abroad in a day",
            retry_after_seconds=DAY_SECONDS,
        )


def _is_code(number: str) -> bool:
    """Whether the PBX itself is spoken to: *72 would forward a phone to anywhere."""
    return "*" in number or "#" in number


def _longest(prefixes: Sequence[str], number: str) -> int:
    return max((len(one) for one in prefixes if number.startswith(one)), default=0)
