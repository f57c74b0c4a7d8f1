"""From the rows of one call to the call as people see it.

What records do not know stays unknown: hold, who transferred, when exactly a phone rang. The call
is marked `is_recovered`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crm_core.calls.recovered_calls import FoundCall
from crm_core.kernel.call_facts import (
    TEST_RING,
    CallResult,
    CallSnapshot,
    CallStatus,
    Direction,
    Leg,
    LegOutcome,
    RecordingFact,
)
from telephony.call_records.attempts import Attempt, find_attempts
from telephony.call_records.channel_events import NOTHING, Heard, tell_transfers
from telephony.call_records.grouping import Group
from telephony.call_records.outcome import called_result, caller_result
from telephony.call_records.record import CallRecord
from telephony.call_records.told_legs import tell_legs
from telephony.call_records.visits import tell_visits
from telephony.tracker.names import Boundary, Kind, call_id, is_withheld

_NUMBER = re.compile(r"\+?\d{3,}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Read:
    """The rows of a call, understood as far as they go."""

    direction: Direction
    root: CallRecord
    front: Sequence[CallRecord]  # the rows of the caller's own channel
    far: Sequence[Attempt]  # outbound: the lines on which the other side was rung
    ours: Sequence[Attempt]  # who was rung for the caller
    placer: Attempt | None  # ours who clicked, where the PBX rang him first
    placed_by: str | None


def tell(group: Group, boundary: Boundary, pbx: str, heard: Heard = NOTHING) -> FoundCall | None:
    """The call that these rows are; None where they are none: a feature code, a test ring."""
    read = _read(group, boundary, heard)
    if read is None:
        return None
    root, front = read.root, read.front
    linkedid = root.linkedid or root.uniqueid
    if linkedid.startswith(TEST_RING):
        return None
    started_at = min(row.started_at for row in group)
    ended_at = max(row.ended_at for row in group)
    is_outbound = read.direction is Direction.OUTBOUND
    met = [a for a in (read.far if is_outbound else read.ours) if a.answered_at]
    answered_at = min((a.answered_at for a in met if a.answered_at), default=None)
    if is_outbound:
        result = called_result(read.far, front)
    elif read.direction is Direction.INTERNAL:
        result = called_result(read.ours, front)
    else:
        result = caller_result(read.ours, front)
    visits = tell_visits(front, answered_at, result)
    legs = tell_legs(read.ours, ended_at)
    if is_outbound and (placer := _placer_leg(read, answered_at, ended_at, result)):
        legs = (placer, *legs)
    number = _number(read, boundary)
    call = CallSnapshot(
        call_id=call_id(pbx, linkedid, started_at),
        pbx=pbx,
        linkedid=linkedid,
        direction=read.direction,
        status=CallStatus.ENDED,
        result=result,
        raw_number=number,
        is_withheld=read.direction is Direction.INBOUND and is_withheld(number),
        caller_name=_caller_name(read, number),
        did=_did(read, boundary, heard),
        queue=visits[-1].name if visits else None,
        queues=visits,
        started_at=started_at,
        answered_at=answered_at,
        ended_at=ended_at,
        wait_seconds=_between(started_at, answered_at or ended_at),
        talk_seconds=_talk(legs, answered_at, ended_at),
        hold_seconds=0.0,
        placed_by=read.placed_by,
        handled_by=_handler(legs) if answered_at else None,
        legs=legs,
        transfers=tell_transfers(heard, legs, boundary),
        recordings=_recordings(group, boundary),
        is_recovered=True,
    )
    ids = {row.uniqueid for row in group} | {row.linkedid for row in group if row.linkedid}
    return FoundCall(call=call, linkedids=frozenset(ids))


def _read(group: Group, boundary: Boundary, heard: Heard) -> _Read | None:
    """Who called whom, by the names of the channels alone."""
    in_order = sorted(group, key=lambda row: (row.place, row.started_at))
    # a line from outside that was rung first, and then passed on, did not call in
    rung = {row.dstchannel for row in group}
    callers = [
        row
        for row in in_order
        if boundary.line(row.channel).kind is Kind.TRUNK and row.channel not in rung
    ]
    root = (callers or in_order)[0]
    line = boundary.line(root.channel)
    front = [row for row in in_order if row.uniqueid == root.uniqueid]
    attempts = find_attempts(front, group, boundary, heard)
    ours = [a for a in attempts if a.line.kind is not Kind.TRUNK or callers]
    far = [a for a in attempts if a not in ours]
    if line.kind is Kind.TRUNK:
        return _Read(Direction.INBOUND, root, front, (), attempts, None, None)
    if line.kind is Kind.MACHINE:
        return None
    if line.kind is Kind.LOCAL:
        return _read_local(group, root, front, attempts, boundary)
    if attempts and attempts[0].line.kind is Kind.TRUNK:
        return _Read(Direction.OUTBOUND, root, front, far, ours, None, line.extension)
    if attempts or any(row.application == "Queue" for row in front):
        return _Read(Direction.INTERNAL, root, front, (), attempts, None, line.extension)
    return None


def _read_local(
    group: Group,
    root: CallRecord,
    front: Sequence[CallRecord],
    attempts: Sequence[Attempt],
    boundary: Boundary,
) -> _Read | None:
    """A click: one half of the pair rings the agent's phone, the other whom he wants.

    The half that dials, alone, is a piece of a call whose other rows are not there.
    """
    if root.channel.endswith(";2"):
        return None
    other = root.channel[:-1] + "2"
    behind = [row for row in group if row.channel == other]
    clicked = [a for a in find_attempts(behind, group, boundary) if a.extension]
    placer = next((a for a in clicked if a.answered_at), clicked[0] if clicked else None)
    if placer is None or not attempts:
        return None
    if attempts[0].line.kind is Kind.TRUNK:
        far = [a for a in attempts if a.line.kind is Kind.TRUNK]
        ours = [a for a in attempts if a not in far]
        return _Read(Direction.OUTBOUND, root, front, far, ours, placer, placer.extension)
    return _Read(Direction.INTERNAL, root, front, (), attempts, placer, placer.extension)


def _number(read: _Read, boundary: Boundary) -> str | None:
    """The other side's number: who called, or who was called."""
    if read.direction is Direction.INBOUND:
        return read.root.number
    if read.direction is Direction.OUTBOUND:
        return read.far[0].number
    dialled = read.front[0].destination
    if boundary.extension(dialled) or not read.ours:
        return dialled or None
    return read.ours[0].extension or read.ours[0].number


def _did(read: _Read, boundary: Boundary, heard: Heard) -> str | None:
    """The number that was called. A transfer writes its own target over it: that is no DID."""
    if read.direction is not Direction.INBOUND:
        return None
    told = next((row.did for row in read.front if row.did), None)
    if told:
        return told
    dialled = heard.dialled.get(read.root.uniqueid) or read.front[0].destination
    is_number = _NUMBER.fullmatch(dialled) is not None  # else a place in the dialplan: vmu101
    return dialled if is_number and not boundary.extension(dialled) else None


def _caller_name(read: _Read, number: str | None) -> str | None:
    if read.direction is not Direction.INBOUND or read.root.name == number:
        return None
    return read.root.name


def _placer_leg(
    read: _Read, answered_at: datetime | None, ended_at: datetime, result: CallResult
) -> Leg | None:
    """The leg of ours who dialled: his talk begins when the other side answers."""
    if read.placed_by is None:
        return None
    ends = [a.ended_at for a in read.far if a.answered_at]
    left_at = max(ends, default=ended_at)
    if answered_at is not None:
        outcome = LegOutcome.ANSWERED
    elif result in (CallResult.ABANDONED, CallResult.VOICEMAIL):
        outcome = LegOutcome.CANCELLED
    else:
        outcome = LegOutcome(result.value)
    return Leg(
        key=f"{read.placed_by}.1",
        extension=read.placed_by,
        rang_at=read.placer.started_at if read.placer else None,
        answered_at=answered_at,
        ended_at=left_at,
        outcome=outcome,
        talk_seconds=_between(answered_at, left_at) if answered_at else 0.0,
        device=read.root.channel.rpartition("-")[0] if answered_at else None,
    )


def _handler(legs: Sequence[Leg]) -> str | None:
    """The last of ours who spoke."""
    spoke = [(leg.answered_at, leg.extension) for leg in legs if leg.answered_at and leg.extension]
    return max(spoke, key=lambda one: one[0])[1] if spoke else None


def _talk(legs: Sequence[Leg], answered_at: datetime | None, ended_at: datetime) -> float:
    """The time in which at least one of ours was with the other side."""
    spans = sorted((leg.answered_at, leg.ended_at or ended_at) for leg in legs if leg.answered_at)
    total, until = timedelta(), answered_at or ended_at
    for begin, end in spans:
        total += max(timedelta(), end - max(begin, until))
        until = max(until, end)
    return round(total.total_seconds(), 3)


def _between(begin: datetime, end: datetime) -> float:
    return round(max(0.0, (end - begin).total_seconds()), 3)


def _recordings(group: Group, boundary: Boundary) -> tuple[RecordingFact, ...]:
    """One of each file that the rows name; a name without a folder is looked for by the ids."""
    files: dict[str, CallRecord] = {}
    for row in group:
        if row.recording:
            files.setdefault(row.recording, row)
    return tuple(
        RecordingFact(
            key=f"{row.uniqueid}/{place}",
            path=file if file.startswith("/") else None,
            uniqueid=row.uniqueid,
            started_at=row.started_at,
            extension=boundary.line(row.channel).extension,
        )
        for place, (file, row) in enumerate(files.items())
    )
