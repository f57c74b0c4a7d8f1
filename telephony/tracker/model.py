"""The tracker's memory: channels, legs, queue visits and calls as they grow, event by event.

Handlers only add evidence here; what it means is decided in `outcome` and told in `telling`, so
that evidence may come late or in another order and the call is still told the same.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from crm_core.kernel.call_facts import (
    TEST_RING,
    CallResult,
    CallSnapshot,
    Direction,
    TransferKind,
)
from telephony.ami_event import AmiEvent
from telephony.tracker.names import Kind, Line

_WITH_CLIENTS = (Direction.INBOUND, Direction.OUTBOUND)
MOMENT = timedelta(seconds=0.3)
"""Events of different channels closer together than this have no order to rely on."""


@dataclass(slots=True, eq=False)
class Channel:
    """One Asterisk channel, alive or lately gone."""

    uniqueid: str
    name: str
    line: Line
    linkedid: str
    call: "CallState"
    seen_at: datetime
    seen_turn: int  # turns tell what came first where the clock cannot
    is_born: bool = False  # its Newchannel or its line in a list was seen
    is_dialled: bool = False  # made by Asterisk to reach somebody, not by somebody calling in
    state: str = ""
    number: str | None = None
    caller_name: str | None = None
    exten: str | None = None  # what it dialled first
    application: str = ""  # the dialplan's program it last ran, where the PBX tells
    dial_string: str = ""
    partner: "Channel | None" = None  # the other half of a Local pair
    parent: "Channel | None" = None  # the channel that dialled it
    children: "list[Channel]" = field(default_factory=list)
    bridge: "Bridge | None" = None
    leg: "LegState | None" = None
    # evidence of what became of it
    rang_at: datetime | None = None
    up_at: datetime | None = None
    up_turn: int | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None  # stopped being tried, answered or not
    closed_turn: int | None = None
    dial_status: str = ""
    ring_timed_out: bool = False
    hangup_asked_at: datetime | None = None  # its own far end hung up or refused
    cause: int = 0
    tech_cause: int = 0
    was_picked_up: bool = False
    was_handed_over: bool = False  # while it rang: somebody else dials it from here on
    rings_on: bool = False  # and the next word that its dialling is over is void
    was_forwarded: bool = False  # the phone sent the caller on instead of ringing out
    cdr_at: datetime | None = None
    gone_at: datetime | None = None

    @property
    def kind(self) -> Kind:
        return self.line.kind

    @property
    def is_executing_half(self) -> bool:
        """Whether it is the half of a Local pair that runs the dialplan."""
        return self.name.endswith(";2")


def caller_of(channel: Channel) -> Channel:
    """The channel on whose behalf this one dials: through Local pairs, to the person who calls."""
    for _ in range(16):  # a pair that dials itself must not spin
        if channel.kind is not Kind.LOCAL:
            return channel
        first = channel.partner if channel.is_executing_half else channel
        if first is None or first.parent is None:
            return channel
        channel = first.parent
    return channel


@dataclass(slots=True, eq=False)
class Bridge:
    """Channels that hear one another."""

    bridge_id: str
    is_waiting_room: bool = False  # its members hear music, not one another
    members: dict[Channel, None] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class LegState:
    """One person's part of a call; several devices of one extension are one leg."""

    key: str
    extension: str | None
    raw_number: str | None = None
    is_placer: bool = False  # dialled the call himself: no ring, his talk begins with the answer
    is_own_click: bool = False  # rings for his own click-to-call
    is_unreachable: bool = False  # was dialled, and there was no phone to ring
    is_stand_in: bool = False  # a Local channel, until a phone behind it is seen
    tries: list[Channel] = field(default_factory=list)
    rang_at: datetime | None = None
    answered_at: datetime | None = None
    met_at: datetime | None = None  # first connected with the other side
    met_turn: int = 0
    ended_at: datetime | None = None
    is_announced: bool = False  # a CallRinging was told, and not yet withdrawn
    device: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is still being tried."""
        return self.answered_at is None and self.ended_at is None


@dataclass(slots=True, eq=False)
class VisitState:
    """A stay in a queue."""

    name: str
    channel: Channel
    entered_at: datetime
    left_at: datetime | None = None
    abandoned_at: datetime | None = None  # Asterisk says so of time-outs too
    answered_at: datetime | None = None
    is_transferred: bool = False


@dataclass(slots=True, eq=False)
class TransferState:
    """The call was passed on."""

    kind: TransferKind
    by: str | None
    to: str | None
    at: datetime
    turn: int
    is_failed: bool = False
    is_done: bool = False


@dataclass(slots=True, eq=False)
class RecordingState:
    """A file to which a channel is recorded; its name may come later than the word that it is."""

    channel: Channel
    started_at: datetime
    path: str | None = None


@dataclass(frozen=True, slots=True)
class LastWord:
    """The Hangup of a channel of which nothing else was heard, until the list is complete."""

    ami: AmiEvent
    at: datetime


@dataclass(slots=True, eq=False)
class CallState:
    """One call while it lives, and for a short while after."""

    call_id: UUID
    linkedid: str
    started_at: datetime
    position: int
    aliases: list[str] = field(default_factory=list)  # Linkedids of calls folded into this one
    origin: Channel | None = None
    front: Channel | None = None  # the channel on whose behalf phones are rung
    direction: Direction | None = None  # None: nothing to tell of yet
    live: dict[Channel, None] = field(default_factory=dict)
    legs: list[LegState] = field(default_factory=list)
    far: list[Channel] = field(default_factory=list)  # channels of the other side
    dialled: list[Channel] = field(default_factory=list)  # real lines tried, in order
    visits: list[VisitState] = field(default_factory=list)
    transfers: list[TransferState] = field(default_factory=list)
    recordings: list[RecordingState] = field(default_factory=list)
    raw_number: str | None = None
    caller_name: str | None = None
    did: str | None = None
    placed_by: str | None = None
    holders: dict[Channel, None] = field(default_factory=dict)
    hold_began_at: datetime | None = None
    hold_seconds: float = 0.0
    message_left_at: datetime | None = None
    is_known: bool = False  # its beginning was seen, or it stood in a list
    is_recovered: bool = False  # we did not hear all of it
    was_lost: bool = False  # a part of it ended while nobody listened
    ended_at: datetime | None = None
    changed_at: datetime | None = None
    merged_into: UUID | None = None
    frozen: CallSnapshot | None = None  # a folded consultation is never told anew
    snapshot: CallSnapshot | None = None
    pending: list[tuple[str, LegState | None]] = field(default_factory=list)
    forced_result: CallResult | None = None

    @property
    def open_visit(self) -> VisitState | None:
        """The queue the caller waits in now."""
        return next((visit for visit in reversed(self.visits) if visit.left_at is None), None)

    @property
    def is_test_ring(self) -> bool:
        """Whether we ourselves let the phone ring: nobody stands at the other end."""
        return self.linkedid.startswith(TEST_RING)

    @property
    def is_told(self) -> bool:
        return self.direction is not None


def stays(channel: Channel, old: CallState, new: CallState) -> bool:
    """Whether two clients were joined with one another: then both calls stay what they are."""
    are_clients = Direction.INBOUND is old.direction and new.direction in _WITH_CLIENTS
    return are_clients and channel in old.far and bool(new.far)
