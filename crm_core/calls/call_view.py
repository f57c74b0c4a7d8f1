"""A call as the outside sees it: the same shape in REST answers and in push frames."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from crm_core.kernel.call_facts import (
    CallResult,
    CallSnapshot,
    CallStatus,
    Direction,
    Leg,
    LegOutcome,
    QueueOutcome,
    TransferKind,
    TransferOutcome,
)
from crm_core.kernel.phone import Phone, read_number
from crm_core.kernel.text import clean_text

NAME_LIMIT = 200

UserAt = Callable[[str], UUID | None]  # extension of the call's PBX -> who sits there


class _View(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class ClientRef(_View):
    """A client, as a link shows it."""

    id: UUID
    name: str


class Seat(_View):
    """One of our phones and who sat at it."""

    extension: str
    user_id: UUID | None


class QueueVisitView(_View):
    """The caller's stay in one queue."""

    name: str
    entered_at: datetime
    left_at: datetime | None
    outcome: QueueOutcome | None


class LegView(_View):
    """One phone's part of a call."""

    extension: str | None
    number: str | None
    user_id: UUID | None
    rang_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    outcome: LegOutcome | None
    talk_seconds: float


class TransferView(_View):
    """The call was passed on."""

    kind: TransferKind
    by: str | None
    to: str | None
    at: datetime
    outcome: TransferOutcome


RecordingState = Literal[
    "waiting", "processing", "ready", "partial", "silent", "missing", "failed", "deleted"
]


class RecordingRef(_View):
    """Audio of the call; `duration_seconds` is null until it is known."""

    id: UUID
    state: RecordingState
    duration_seconds: float | None
    started_at: datetime


class CallView(_View):
    """One call, whole."""

    id: UUID
    pbx: str
    linkedid: str
    direction: Direction
    status: CallStatus
    result: CallResult | None
    number: str | None
    raw_number: str | None
    is_withheld: bool
    caller_name: str | None
    did: str | None
    queue: str | None
    queues: tuple[QueueVisitView, ...]
    client: ClientRef | None
    disposition: str | None
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    wait_seconds: float
    talk_seconds: float
    hold_seconds: float
    placed_by: Seat | None
    handled_by: Seat | None
    legs: tuple[LegView, ...]
    transfers: tuple[TransferView, ...]
    recordings: tuple[RecordingRef, ...] = ()
    merged_into: UUID | None
    is_recovered: bool
    note: str
    note_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentPart:
    """What people said about a call: the part that telephony never writes."""

    client: ClientRef | None = None
    disposition: str | None = None
    note: str = ""
    note_version: int = 0


NOTHING_SAID = AgentPart()


def read_other_side(call: CallSnapshot, region: str) -> Phone:
    """Read the number of the other side; a caller whom the PBX calls withheld has none."""
    if call.direction is Direction.INTERNAL:
        number = clean_text(call.raw_number or "", limit=NAME_LIMIT) or None
        return Phone(number=number, tail=None, is_withheld=False, raw=number or "")
    phone = read_number(call.raw_number, region)
    if call.is_withheld and not phone.is_withheld:
        return Phone(number=None, tail=None, is_withheld=True, raw=phone.raw)
    if phone.is_withheld and call.direction is Direction.OUTBOUND:  # only callers hide
        return Phone(number=None, tail=None, is_withheld=False, raw=phone.raw)
    return phone


def view_snapshot(call: CallSnapshot, *, region: str, user_at: UserAt, said: AgentPart) -> CallView:
    """Show a live call as the tracker tells it, with what people have said so far."""
    phone = read_other_side(call, region)
    return CallView(
        id=call.call_id,
        number=phone.number,
        raw_number=phone.raw or None,
        is_withheld=phone.is_withheld,
        caller_name=clean_text(call.caller_name or "", limit=NAME_LIMIT) or None,
        queues=tuple(QueueVisitView.model_validate(visit) for visit in call.queues),
        client=said.client,
        disposition=said.disposition,
        placed_by=_seat(call.placed_by, user_at),
        handled_by=_seat(call.handled_by, user_at),
        legs=tuple(_leg(leg, region, user_at) for leg in call.legs),
        transfers=tuple(TransferView.model_validate(transfer) for transfer in call.transfers),
        note=said.note,
        note_version=said.note_version,
        **{name: getattr(call, name) for name in _AS_TOLD},
    )


_AS_TOLD = (
    "pbx",
    "linkedid",
    "direction",
    "status",
    "result",
    "did",
    "queue",
    "started_at",
    "answered_at",
    "ended_at",
    "wait_seconds",
    "talk_seconds",
    "hold_seconds",
    "merged_into",
    "is_recovered",
)


def _seat(extension: str | None, user_at: UserAt) -> Seat | None:
    return Seat(extension=extension, user_id=user_at(extension)) if extension else None


def _leg(leg: Leg, region: str, user_at: UserAt) -> LegView:
    return LegView(
        extension=leg.extension,
        number=read_number(leg.raw_number, region).number if leg.raw_number else None,
        user_id=user_at(leg.extension) if leg.extension else None,
        rang_at=leg.rang_at,
        answered_at=leg.answered_at,
        ended_at=leg.ended_at,
        outcome=leg.outcome,
        talk_seconds=leg.talk_seconds,
    )
