"""Legs out of attempts: several devices of one phone that ring at once are one leg."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from crm_core.kernel.call_facts import Leg, LegOutcome
from telephony.call_records.attempts import SECOND, Attempt
from telephony.tracker.names import Kind

MOST_OF_ONE = 8
"""A queue may ring the same phone for an hour."""

_PATIENCE = (
    LegOutcome.ANSWERED,
    LegOutcome.NO_ANSWER,
    LegOutcome.ANSWERED_ELSEWHERE,
    LegOutcome.CANCELLED,
    LegOutcome.DECLINED,
    LegOutcome.BUSY,
    LegOutcome.FAILED,
)


def tell_legs(attempts: Sequence[Attempt], call_ended_at: datetime) -> tuple[Leg, ...]:
    """The legs in the order in which they began."""
    legs: list[Leg] = []
    for attempt in attempts:
        if attempt.extension is None and attempt.number is None:
            continue
        leg = _leg(attempt, len([one for one in legs if _who(one) == _whom(attempt)]) + 1)
        same = next((i for i, one in enumerate(legs) if _is_same(one, leg)), None)
        if same is None:
            legs.append(leg)
        else:
            legs[same] = _together(legs[same], leg)
    return tuple(replace(leg, ended_at=leg.ended_at or call_ended_at) for leg in legs)


def _whom(attempt: Attempt) -> str | None:
    return attempt.extension or attempt.number


def _who(leg: Leg) -> str | None:
    return leg.extension or leg.raw_number


def _leg(attempt: Attempt, count: int) -> Leg:
    answered_at = attempt.answered_at
    has_rung = answered_at or attempt.ended_at - attempt.started_at >= SECOND
    is_failed = attempt.outcome is LegOutcome.FAILED
    return Leg(
        key=f"{_whom(attempt)}.{min(count, MOST_OF_ONE)}",
        extension=attempt.extension,
        raw_number=None if attempt.extension else attempt.number,
        rang_at=attempt.started_at if has_rung and not is_failed else None,
        answered_at=answered_at,
        ended_at=attempt.ended_at,
        outcome=attempt.outcome,
        talk_seconds=(attempt.ended_at - answered_at).total_seconds() if answered_at else 0.0,
        device=attempt.line.name if answered_at and attempt.line.kind is not Kind.LOCAL else None,
    )


def _is_same(leg: Leg, later: Leg) -> bool:
    """Another device of the same phone, or one try too many to be told apart."""
    if _who(leg) != _who(later):
        return False
    if leg.key == later.key:
        return True
    if leg.answered_at and later.answered_at:
        return False
    begun = [one.rang_at for one in (leg, later)]
    return None in begun or begun[0] == begun[1]


def _together(leg: Leg, later: Leg) -> Leg:
    best = min((leg, later), key=lambda one: _PATIENCE.index(one.outcome or LegOutcome.CANCELLED))
    rang = [at for at in (leg.rang_at, later.rang_at) if at]
    ends = [at for at in (leg.ended_at, later.ended_at) if at]
    return replace(
        best,
        key=leg.key,
        rang_at=min(rang, default=None),
        ended_at=best.ended_at if best.answered_at else max(ends, default=None),
    )
