"""From the tracker's memory to frozen values: whole calls and the events that carry them."""

from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter, itemgetter

from crm_core.kernel.call_facts import (
    CallSnapshot,
    CallStatus,
    Direction,
    Leg,
    LegOutcome,
    QueueVisit,
    RecordingFact,
    Transfer,
    TransferOutcome,
)
from crm_core.kernel.events import CallEnded, CallEvent, CallRinging, CallUpdated, CallWithdrawn
from telephony.tracker import outcome
from telephony.tracker.model import CallState, LegState, TransferState, VisitState
from telephony.tracker.names import is_withheld

Span = tuple[datetime, datetime]


def tell(call: CallState, pbx: str, now: datetime) -> CallSnapshot:
    """The whole call as people see it at this moment."""
    if call.frozen is not None:
        return call.frozen
    direction = call.direction or Direction.INBOUND
    now = call.ended_at or now
    legs = tuple([_leg(leg, call, now) for leg in call.legs if _is_shown(leg, call)])
    visits = tuple([_visit(visit, call) for visit in call.visits]) if call.visits else ()
    met = [leg for leg in call.legs if leg.met_at is not None]
    answered_at = min([leg.met_at for leg in met if leg.met_at]) if met else None
    return CallSnapshot(
        call_id=call.call_id,
        pbx=pbx,
        linkedid=call.linkedid,
        direction=direction,
        status=_status(call),
        result=outcome.call_result(call) if call.ended_at else None,
        raw_number=call.raw_number,
        is_withheld=direction is Direction.INBOUND and is_withheld(call.raw_number),
        caller_name=call.caller_name if call.caller_name != call.raw_number else None,
        did=call.did,
        queue=visits[-1].name if visits else None,
        queues=visits,
        started_at=call.started_at,
        answered_at=answered_at,
        ended_at=call.ended_at,
        wait_seconds=_seconds((call.started_at, answered_at or now)),
        talk_seconds=_talk(call, now) if met else 0.0,
        hold_seconds=_hold(call, now) if met else 0.0,
        placed_by=call.placed_by,
        handled_by=_handler(met),
        legs=legs,
        transfers=tuple([_transfer(each, call) for each in call.transfers]),
        recordings=_recordings(call) if call.recordings else (),
        merged_into=call.merged_into,
        is_recovered=call.is_recovered,
    )


def _visit(visit: VisitState, call: CallState) -> QueueVisit:
    return QueueVisit(
        name=visit.name,
        entered_at=visit.entered_at,
        left_at=visit.left_at,
        outcome=outcome.visit_outcome(visit, call),
    )


def event(
    call: CallState, snapshot: CallSnapshot, kind: str, leg: LegState | None
) -> CallEvent | None:
    """One event with the whole call after it."""
    now = call.changed_at or call.started_at
    if kind == "ended":
        return CallEnded(at=now, call=snapshot)
    if leg is None or leg.extension is None:
        return None
    if kind == "ringing":
        return CallRinging(at=now, call=snapshot, extension=leg.extension)
    reason = outcome.leg_outcome(leg, call) or LegOutcome.CANCELLED
    answered_by = None
    if reason is LegOutcome.ANSWERED_ELSEWHERE:
        answered_by = _who_took(leg, call)
    return CallWithdrawn(
        at=now, call=snapshot, extension=leg.extension, reason=reason.value, answered_by=answered_by
    )


def updated(snapshot: CallSnapshot, now: datetime) -> CallEvent:
    """That something has changed which no other event tells."""
    return CallUpdated(at=now, call=snapshot)


def _who_took(leg: LegState, call: CallState) -> str | None:
    for channel in leg.tries:
        if taker := outcome.winner(channel, call):
            return taker.extension
    return next((other.extension for other in reversed(call.legs) if other.answered_at), None)


def _is_shown(leg: LegState, call: CallState) -> bool:
    """A leg that was dialled in vain is shown once it is sure that nothing will ring."""
    return bool(leg.tries) or (leg.is_unreachable and leg.ended_at is not None)


def _leg(leg: LegState, call: CallState, now: datetime) -> Leg:
    begun_at = leg.met_at if leg.is_placer or leg.is_own_click else leg.answered_at
    ended_at = leg.ended_at or call.ended_at
    return Leg(
        key=leg.key,
        extension=leg.extension,
        raw_number=leg.raw_number,
        rang_at=leg.rang_at,
        answered_at=leg.answered_at,
        ended_at=ended_at,
        outcome=outcome.leg_outcome(leg, call),
        talk_seconds=_seconds((begun_at, ended_at or now)) if begun_at else 0.0,
        device=leg.device if leg.answered_at else None,
    )


def _status(call: CallState) -> CallStatus:
    if call.ended_at is not None:
        return CallStatus.ENDED
    if call.holders:
        return CallStatus.ON_HOLD
    if any(is_talking(leg) for leg in call.legs):
        return CallStatus.ANSWERED
    if any(leg.rang_at and leg.is_open for leg in call.legs):
        return CallStatus.RINGING
    if call.open_visit is not None:
        return CallStatus.QUEUED
    has_talked = any(leg.met_at for leg in call.legs)  # parked, in a menu, about to hang up
    return CallStatus.ANSWERED if has_talked else CallStatus.RINGING


def is_talking(leg: LegState) -> bool:
    """Whether somebody is there to speak with, on hold or not."""
    begun_at = leg.met_at if leg.is_own_click else leg.answered_at
    return begun_at is not None and leg.ended_at is None


def _handler(met: list[LegState]) -> str | None:
    """The last of ours who spoke with the other side."""
    speakers = [(leg.met_at, leg.extension) for leg in met if leg.met_at and leg.extension]
    speakers.reverse()  # of one moment, the later leg
    return max(speakers, key=itemgetter(0))[1] if speakers else None


def talk_spans(call: CallState, now: datetime) -> list[Span]:
    """When the other side was connected to at least one of our people, hold included."""
    far_ends = [channel.gone_at for channel in call.far]
    far_end = max((end for end in far_ends if end), default=now) if all(far_ends) else now
    spans = sorted(
        (leg.met_at, min(leg.ended_at or now, far_end)) for leg in call.legs if leg.met_at
    )
    return _union(spans)


def _union(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for begin, end in spans:
        if end <= begin:
            continue
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined


def _talk(call: CallState, now: datetime) -> float:
    spans = talk_spans(call, now)
    return round(sum(((end - begin).total_seconds() for begin, end in spans), 0.0), 3)


def _hold(call: CallState, now: datetime) -> float:
    running = (now - call.hold_began_at).total_seconds() if call.hold_began_at else 0.0
    return round(max(0.0, call.hold_seconds + running), 3)


def _seconds(span: Span) -> float:
    return round(max(0.0, (span[1] - span[0]).total_seconds()), 3)


def _recordings(call: CallState) -> tuple[RecordingFact, ...]:
    return tuple(
        RecordingFact(
            key=f"{recording.channel.uniqueid}/{place}",
            path=recording.path,
            uniqueid=recording.channel.uniqueid,
            started_at=recording.started_at,
            extension=recording.channel.line.extension,
        )
        for place, recording in enumerate(call.recordings)
    )


def _transfer(transfer: TransferState, call: CallState) -> Transfer:
    return Transfer(
        kind=transfer.kind,
        by=transfer.by,
        to=transfer.to,
        at=transfer.at,
        outcome=_transfer_outcome(transfer, call),
    )


def _transfer_outcome(transfer: TransferState, call: CallState) -> TransferOutcome:
    """A blind transfer is done when somebody answered after it; undecided ones count as done."""
    if transfer.is_failed:
        return TransferOutcome.FAILED
    if transfer.is_done:
        return TransferOutcome.COMPLETED
    takers = [leg for leg in call.legs if leg.met_at and leg.met_turn > transfer.turn]
    if takers:
        first = min(takers, key=attrgetter("met_turn"))
        is_back = first.extension == transfer.by and transfer.to != transfer.by
        return TransferOutcome.RETURNED if is_back else TransferOutcome.COMPLETED
    return TransferOutcome.FAILED if call.ended_at else TransferOutcome.COMPLETED
