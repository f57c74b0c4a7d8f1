"""Whom a call tried to reach, row by row: each channel that was called, and what came of it.

Records know few words. NO ANSWER stands for a phone that nobody took, for one that refused, and for
a caller who gave up: what follows in the caller's own rows tells which it was.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crm_core.kernel.call_facts import LegOutcome
from telephony.call_records.channel_events import NOTHING, Heard
from telephony.call_records.record import CallRecord
from telephony.tracker.names import (
    Boundary,
    Kind,
    Line,
    dialled_lines,
    dialled_number,
    local_partner,
    text,
)

SECOND = timedelta(seconds=1)
DEEPEST = 8  # Local pairs that call Local pairs
_TIMEOUT = re.compile(r"\d{1,5}", re.ASCII)
_TIMEOUT_AT = {"Dial": 1, "Queue": 4}
_NO_EXTEN = frozenset(("", "s", "h", "i", "t"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One channel that was called on the caller's behalf, or a phone that could not be."""

    line: Line
    channel: str
    row: CallRecord  # of the caller's own channel, or of the Local half that called
    number: str | None  # what was dialled, where it is an outside line
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime
    outcome: LegOutcome = LegOutcome.CANCELLED

    @property
    def extension(self) -> str | None:
        return self.line.extension


def find_attempts(
    front: Sequence[CallRecord],
    rows: Sequence[CallRecord],
    boundary: Boundary,
    heard: Heard = NOTHING,
) -> list[Attempt]:
    """All that the caller's rows and what stands behind them tell, in order."""
    by_channel: dict[str, Attempt] = {}
    for row in front:
        for attempt in _reached(row, rows, boundary, DEEPEST):
            known = by_channel.get(attempt.channel)
            by_channel[attempt.channel] = _together(known, attempt) if known else attempt
    attempts = list(by_channel.values())
    taken = [_picked_up(attempt, attempts) for attempt in attempts]
    found = [_timed(attempt, taken, heard) for attempt in taken]
    found = [replace(a, outcome=_outcome(a, found, front)) for a in found]
    return found + list(_unreachable(front, found, boundary))


def _reached(
    row: CallRecord, rows: Sequence[CallRecord], boundary: Boundary, deep: int
) -> Iterator[Attempt]:
    """Who was called by one row: through Local pairs, the phones behind them."""
    if not row.dstchannel:
        return
    line = boundary.line(row.dstchannel)
    if line.kind is Kind.MACHINE or not deep:
        return
    if line.kind is Kind.LOCAL:
        behind = [one for one in rows if one.channel == local_partner(row.dstchannel)]
        inner = [a for one in behind for a in _reached(one, rows, boundary, deep - 1)]
        yield from inner
        if inner or line.extension is None:
            return
    yield Attempt(
        line=line,
        channel=row.dstchannel,
        row=row,
        number=None if line.kind is Kind.OURS else _dialled(row, line),
        started_at=row.started_at,
        answered_at=row.answered_at if row.is_answered else None,
        ended_at=row.ended_at,
    )


def _dialled(row: CallRecord, line: Line) -> str | None:
    """The number that was rung on an outside line."""
    for name, dial_string in dialled_lines(row.arguments):
        if name == line.name and (number := dialled_number(dial_string, line.endpoint)):
            return number
    return row.destination if row.destination not in _NO_EXTEN else text(line.endpoint, 80)


def _together(one: Attempt, other: Attempt) -> Attempt:
    """A channel that stands in two rows, before and after a transfer, is one."""
    answers = [at for at in (one.answered_at, other.answered_at) if at]
    return replace(
        one,
        started_at=min(one.started_at, other.started_at),
        answered_at=min(answers, default=None),
        ended_at=max(one.ended_at, other.ended_at),
    )


def _picked_up(attempt: Attempt, attempts: Sequence[Attempt]) -> Attempt:
    """A ringing phone whose call another took has a row that was answered and lasted no time."""
    if attempt.answered_at is None or attempt.ended_at - attempt.answered_at >= SECOND:
        return attempt
    if any(a.answered_at and a.started_at == attempt.ended_at for a in attempts if a != attempt):
        return replace(attempt, answered_at=None)
    return attempt


def _timed(attempt: Attempt, attempts: Sequence[Attempt], heard: Heard) -> Attempt:
    """An answered attempt with its own times, where the channels' events tell them."""
    if attempt.answered_at is None:
        return attempt
    answered_at = heard.answered.get(attempt.channel) or _answered_at(attempt, attempts)
    ended_at = heard.ended.get(attempt.channel) or attempt.ended_at
    return replace(attempt, answered_at=answered_at, ended_at=max(ended_at, answered_at))


def _answered_at(attempt: Attempt, attempts: Sequence[Attempt]) -> datetime:
    """The row tells when the *caller's* channel was answered: by a queue, before any phone was.

    Then the other phones of the group stopped to ring in the moment of the answer; where only one
    rang, it was then or later.
    """
    at = attempt.answered_at or attempt.started_at
    if at - attempt.started_at >= SECOND:
        return at
    losers = [
        other.ended_at
        for other in attempts
        if other.answered_at is None and at < other.ended_at < attempt.ended_at
    ]
    return max(losers, default=at)


def _outcome(
    attempt: Attempt, attempts: Sequence[Attempt], front: Sequence[CallRecord]
) -> LegOutcome:
    row = attempt.row
    if attempt.answered_at is not None:
        return LegOutcome.ANSWERED
    if row.disposition == "BUSY":
        return LegOutcome.BUSY
    if row.disposition in ("FAILED", "CONGESTION"):
        return LegOutcome.FAILED
    if row.is_answered or any(_took(a, attempt) or _fetched(a, attempt) for a in attempts):
        return LegOutcome.ANSWERED_ELSEWHERE
    if has_timed_out(row):
        return LegOutcome.NO_ANSWER
    if not _went_on(attempt, attempts, front):
        return LegOutcome.CANCELLED
    # A phone of ours that was given more time refused; of lines and queues nobody can say it.
    is_refusal = attempt.line.kind is Kind.OURS and row in front and row.application == "Dial"
    return LegOutcome.DECLINED if is_refusal else LegOutcome.NO_ANSWER


def _took(other: Attempt, attempt: Attempt) -> bool:
    """Whether another phone that rang beside this one was answered when this one fell silent."""
    at = other.answered_at
    if at is None or abs(at - attempt.ended_at) > SECOND:
        return False
    is_beside = other.started_at < attempt.ended_at or other.started_at <= attempt.started_at
    return is_beside and attempt.started_at <= at


def _fetched(other: Attempt, attempt: Attempt) -> bool:
    """Whether a phone that this very dialling did not ring was answered in this one's place."""
    one, two = attempt.row, other.row
    dialling = (one.channel, one.application, one.arguments)
    is_same = dialling == (two.channel, two.application, two.arguments)
    if not is_same or other.answered_at is None:
        return False
    was_dialled = other.line.name in {name for name, _ in dialled_lines(two.arguments)}
    return not was_dialled and abs(other.started_at - attempt.ended_at) <= SECOND


def has_timed_out(row: CallRecord, waited: timedelta | None = None) -> bool:
    """Whether a dial or a queue lasted as long as it was told to, in this row or in all."""
    place = _TIMEOUT_AT.get(row.application)
    arguments = row.arguments.split(",")
    if place is None or len(arguments) <= place or not _TIMEOUT.fullmatch(arguments[place]):
        return False
    lasted = waited or row.ended_at - row.started_at
    return lasted >= timedelta(seconds=int(arguments[place]))


def _went_on(attempt: Attempt, attempts: Sequence[Attempt], front: Sequence[CallRecord]) -> bool:
    """Whether the caller was still there when this phone had stopped to ring."""
    if any(other.ended_at > attempt.ended_at + SECOND for other in attempts):
        return True
    return any(
        row.started_at >= attempt.ended_at and not (row.dstchannel and row.application == "Dial")
        for row in front
        if row is not attempt.row and row.dstchannel != attempt.channel
    )


def _unreachable(
    front: Sequence[CallRecord], found: Sequence[Attempt], boundary: Boundary
) -> Iterator[Attempt]:
    """Phones and lines that stand in a Dial and got no channel."""
    tried = {attempt.line.name for attempt in found}
    for row in front:
        if row.application != "Dial":
            continue
        for name, dial_string in dialled_lines(row.arguments):
            line = boundary.line(f"{name}-0")
            if name in tried or line.kind is Kind.MACHINE:
                continue
            tried.add(name)
            yield Attempt(
                line=line,
                channel="",
                row=row,
                number=None
                if line.kind is Kind.OURS
                else dialled_number(dial_string, line.endpoint),
                started_at=row.started_at,
                answered_at=None,
                ended_at=row.ended_at,
                outcome=LegOutcome.FAILED,
            )
