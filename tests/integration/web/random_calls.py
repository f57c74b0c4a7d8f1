"""Calls that could have happened, many at a time, for tests that need a busy floor."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_OID, uuid5

from crm_core.kernel.call_facts import (
    CallResult,
    CallSnapshot,
    CallStatus,
    Direction,
    Leg,
    LegOutcome,
    QueueOutcome,
    QueueVisit,
)
from crm_core.kernel.events import CallEnded, CallEvent, CallRinging, CallUpdated, CallWithdrawn

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def a_call(serial: int, *, number: str, queue: str | None, at: datetime = START) -> CallSnapshot:
    """A caller who has just come in."""
    linkedid = f"{int(at.timestamp())}.{serial}"
    return CallSnapshot(
        call_id=uuid5(NAMESPACE_OID, linkedid),
        pbx="main",
        linkedid=linkedid,
        direction=Direction.INBOUND,
        status=CallStatus.QUEUED,
        result=None,
        raw_number=number,
        is_withheld=False,
        caller_name=None,
        did="74950000701",
        queue=queue,
        queues=(QueueVisit(name=queue, entered_at=at),) if queue else (),
        started_at=at,
        answered_at=None,
        ended_at=None,
        wait_seconds=0.0,
        talk_seconds=0.0,
        hold_seconds=0.0,
        placed_by=None,
        handled_by=None,
        legs=(),
    )


def ring(call: CallSnapshot, extension: str, at: datetime = START) -> CallSnapshot:
    """The same call, ringing at one more phone."""
    leg = Leg(key=f"{extension}/{len(call.legs)}", extension=extension, rang_at=at)
    return replace(call, status=CallStatus.RINGING, legs=(*call.legs, leg))


def stop_ringing(call: CallSnapshot, extension: str, outcome: LegOutcome) -> CallSnapshot:
    """The same call, no longer ringing at this phone."""
    return _change_leg(call, extension, ended_at=START, outcome=outcome)


def answer(call: CallSnapshot, extension: str, at: datetime = START) -> CallSnapshot:
    """The same call, taken at this phone."""
    taken = _change_leg(call, extension, answered_at=at, outcome=LegOutcome.ANSWERED)
    return replace(taken, status=CallStatus.ANSWERED, answered_at=at, handled_by=extension)


def end(call: CallSnapshot, at: datetime = START) -> CallSnapshot:
    """The same call after the last hang-up."""
    outcome = QueueOutcome.ANSWERED if call.handled_by else QueueOutcome.ABANDONED
    return replace(
        call,
        status=CallStatus.ENDED,
        result=CallResult.ANSWERED if call.handled_by else CallResult.ABANDONED,
        ended_at=at,
        legs=tuple(replace(leg, ended_at=leg.ended_at or at) for leg in call.legs),
        queues=tuple(replace(visit, left_at=at, outcome=outcome) for visit in call.queues),
    )


def _change_leg(call: CallSnapshot, extension: str, **change: object) -> CallSnapshot:
    legs = tuple(
        replace(leg, **change) if leg.extension == extension and not leg.ended_at else leg  # type: ignore[arg-type]
        for leg in call.legs
    )
    return replace(call, legs=legs)


@dataclass
class BusyFloor:
    """Plays calls of several queues at once, in an order that only the seed knows."""

    queues: Mapping[str, Sequence[str]]  # queue -> extensions of its members
    numbers: Sequence[str]
    seed: int
    calls: dict[str, CallSnapshot] = field(default_factory=dict)  # the latest state, by linkedid

    def events(self, count: int) -> Iterator[CallEvent]:
        """So many events; calls that still live at the end are ended after them."""
        chance = random.Random(self.seed)
        live: list[Iterator[CallEvent]] = []
        told = serial = 0
        while told < count or live:
            if told < count and len(live) < 6:
                serial += 1
                live.append(self._play(chance, serial))
            play = chance.choice(live)
            event = next(play, None)
            if event is None:
                live.remove(play)
                continue
            told += 1
            self.calls[event.call.linkedid] = event.call
            yield event

    def _play(self, chance: random.Random, serial: int) -> Iterator[CallEvent]:
        queue = chance.choice(sorted(self.queues))
        at = START + timedelta(seconds=serial)
        call = a_call(serial, number=chance.choice(self.numbers), queue=queue, at=at)
        yield CallUpdated(at=at, call=call)
        rung: list[str] = []
        for extension in chance.sample(list(self.queues[queue]), k=len(self.queues[queue])):
            call = ring(call, extension, at)
            rung.append(extension)
            yield CallRinging(at=at, call=call, extension=extension)
        taker = chance.choice([*rung, None])
        if taker:
            call = answer(call, taker, at)
            yield CallUpdated(at=at, call=call)
        outcome = LegOutcome.ANSWERED_ELSEWHERE if taker else LegOutcome.CANCELLED
        for extension in rung:
            if extension != taker:
                call = stop_ringing(call, extension, outcome)
                yield CallWithdrawn(
                    at=at, call=call, extension=extension, reason=outcome.value, answered_by=taker
                )
        yield CallEnded(at=at, call=end(call, at))


def taken(serial: int, extension: str, number: str = "79161234567") -> CallSnapshot:
    """A call of one minute, taken at a phone."""
    at = START + timedelta(minutes=serial)
    call = ring(a_call(serial, number=number, queue="sales", at=at), extension, at)
    return end(answer(call, extension, at), at + timedelta(minutes=1))


def missed(serial: int, extension: str, number: str = "79161234567") -> CallSnapshot:
    """A call whose caller gave up while a phone rang."""
    at = START + timedelta(minutes=serial)
    call = ring(a_call(serial, number=number, queue="sales", at=at), extension, at)
    return end(stop_ringing(call, extension, LegOutcome.CANCELLED), at)
