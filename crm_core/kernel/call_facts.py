"""What is known of one call at one moment, as frozen values.

A `CallSnapshot` is whole: who reads one needs nothing that was said before it. The tracker
makes them, the call writer stores them, the screens show them.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

TEST_RING = "allo-ring-"
"""How the Linkedid begins of a call that we ourselves let a phone of ours ring for, as a test."""

ORDERED_CALL = "allo-call-"
"""How the Uniqueid begins of a channel by which we let a phone of ours ring for its own click."""


class Direction(StrEnum):
    """Who called whom, seen from us."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


class CallStatus(StrEnum):
    """Where a call is now."""

    QUEUED = "queued"
    RINGING = "ringing"
    ANSWERED = "answered"
    ON_HOLD = "on_hold"
    ENDED = "ended"


class CallResult(StrEnum):
    """The technical outcome of a call that ended."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    DECLINED = "declined"
    FAILED = "failed"
    VOICEMAIL = "voicemail"


class LegOutcome(StrEnum):
    """What came of one phone's part of a call."""

    ANSWERED = "answered"
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    FAILED = "failed"


class QueueOutcome(StrEnum):
    """How a caller left a queue."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    TIMEOUT = "timeout"
    TRANSFERRED = "transferred"


class TransferKind(StrEnum):
    """The way a call was passed on."""

    BLIND = "blind"
    ATTENDED = "attended"
    REDIRECT = "redirect"
    PICKUP = "pickup"
    PARK = "park"
    FORWARD = "forward"


class TransferOutcome(StrEnum):
    """What came of passing a call on."""

    COMPLETED = "completed"
    RETURNED = "returned"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One of our phones in a call, or an outside number that we rang for the caller.

    Exactly one of `extension` and `raw_number` is set. `outcome` is None while the leg lives and
    nobody has answered it. `talk_seconds` runs from this person's answer to this person's end.
    """

    key: str  # stable within the call: orders and identifies the leg when the call is written again
    extension: str | None
    raw_number: str | None = None
    rang_at: datetime | None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: LegOutcome | None = None
    talk_seconds: float = 0.0
    device: str | None = None  # the endpoint or contact that answered, e.g. "PJSIP/101"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueVisit:
    """The caller's stay in one queue."""

    name: str
    entered_at: datetime
    left_at: datetime | None = None
    outcome: QueueOutcome | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """The call was passed on: by whom, to whom, and what came of it."""

    kind: TransferKind
    by: str | None
    to: str | None
    at: datetime
    outcome: TransferOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingFact:
    """The PBX writes a call, or a part of it, to a file.

    `path` is as the PBX wrote it; None where it only said that it records: then the file is looked
    for by the channel's ids. `extension` is set where one of our phones is the recorded channel.
    """

    key: str  # stable within the call
    path: str | None
    uniqueid: str
    started_at: datetime
    extension: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSnapshot:
    """One call as people see it, whole, at one moment. Times are aware UTC."""

    call_id: UUID
    pbx: str
    linkedid: str
    direction: Direction
    status: CallStatus
    result: CallResult | None
    raw_number: str | None  # the other side's number as the PBX sent it
    is_withheld: bool
    caller_name: str | None
    did: str | None
    queue: str | None
    queues: tuple[QueueVisit, ...]
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    wait_seconds: float
    talk_seconds: float
    hold_seconds: float
    placed_by: str | None  # extension of ours who dialled
    handled_by: str | None  # extension of ours who spoke last with the other side
    legs: tuple[Leg, ...]
    transfers: tuple[Transfer, ...] = ()
    recordings: tuple[RecordingFact, ...] = ()
    merged_into: UUID | None = None
    is_recovered: bool = False

    @property
    def ringing_extensions(self) -> tuple[str, ...]:
        """The extensions of ours that ring at this moment, in the order they began."""
        return tuple(
            leg.extension
            for leg in self.legs
            if leg.extension and leg.rang_at and not leg.answered_at and not leg.ended_at
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """Where to begin reading a link's tape after a start: all before it is in the call log."""

    segment: str
    offset: int
    tracker_version: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkGap:
    """A stretch of time in which a PBX may have said more than we heard; open without `to_at`.

    The id is the same however often the gap is told, so telling it again closes it.
    """

    gap_id: UUID
    pbx: str
    from_at: datetime
    to_at: datetime | None
    reason: str  # link_down, server_down, tape_lost
