"""The vocabulary of the system: everything that can happen, as frozen values.

Telephony publishes these, the core and the web layer subscribe to them. Nothing here knows
about Asterisk, SQL or HTTP.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from crm_core.kernel.call_facts import CallSnapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, at a moment."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent(Event):
    """Something that happened to a call; `call` is the whole call after it."""

    call: CallSnapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRinging(CallEvent):
    """One of our extensions started to ring for somebody else's call.

    One's own phone ringing for one's own click-to-call is not told here. An extension with
    several devices is told once, at the first ring.
    """

    extension: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallUpdated(CallEvent):
    """Something that people would see has changed: answered, held, queue, number learnt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallWithdrawn(CallEvent):
    """An extension stopped ringing without having answered.

    `reason` is a leg outcome: answered_elsewhere, no_answer, busy, declined, cancelled, failed;
    `answered_by` is the extension that took the call, if one of ours did.
    """

    extension: str
    reason: str
    answered_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded(CallEvent):
    """The last leg of a call hung up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkChanged(Event):
    """The link to a PBX came up or went down. `reason` is text for people."""

    pbx: str
    is_up: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRemoved(Event):
    """A PBX is no longer followed, and that is meant so: nobody is to be told that it is down."""

    pbx: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsReplaced(Event):
    """All that lives on one PBX now, after a start or a gap: screens are drawn afresh from it."""

    pbx: str
    calls: tuple[CallSnapshot, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueMemberFact:
    """Somebody's place in a queue. `extension` is None for a member that is none of our phones.

    `interface` is what the PBX calls the member, and by what it is paused: one phone may be
    `PJSIP/104` in one queue and `Local/104@queue-members/n` in another.
    """

    queue: str
    extension: str | None
    name: str | None
    is_paused: bool = False
    pause_reason: str | None = None
    is_reachable: bool = True
    interface: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueMembersChanged(Event):
    """All members of all queues of one PBX, as they are now.

    `is_listed`: the PBX has just named them all; what was missed before is made good.
    """

    pbx: str
    members: tuple[QueueMemberFact, ...]
    is_listed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedPhoneRang(Event):
    """A phone that we had asked a PBX to ring was lifted, or was not: `end` says which.

    `uniqueid` is the one we chose for its channel. `not_reached`: offline, or refused.
    """

    pbx: str
    uniqueid: str
    end: Literal["lifted", "no_answer", "not_reached"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordChanged(Event):
    """A record (client, call's agent fields, user) was written and committed."""

    kind: str
    record_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsEnded(Event):
    """Browsers of this user were logged out: what they still have open must be closed at once.

    `id_hashes` are what the sessions are known by on the server, never the cookies' values.
    """

    user_id: UUID
    id_hashes: tuple[str, ...]
