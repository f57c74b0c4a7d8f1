"""Commands to a PBX: asked at most once, with a deadline and an answer.

The bus carries only what has happened; what is to happen goes this way. Telephony implements it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol
from uuid import UUID

from crm_core.kernel.errors import CrmError

TransferWay = Literal["blind", "attended"]


class PbxUnreachable(CrmError):
    """There is no link to the PBX: nothing was sent."""

    code = "pbx_unreachable"


class ActionUnanswered(CrmError):
    """The action was sent and the answer never came: it may or may not have happened."""

    code = "pbx_unanswered"


class PbxRefused(CrmError):
    """The PBX understood, and said no; the text is its own."""

    code = "pbx_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class RingOrder:
    """Ring one phone of ours, as if somebody with this caller id called it."""

    endpoint: str  # "PJSIP/101"; which of ours it is has been checked
    caller_name: str
    caller_number: str
    ring_seconds: int
    uniqueid: str  # the channel's: by it the call is found again


@dataclass(frozen=True, slots=True, kw_only=True)
class DialOrder:
    """Ring the phone of an extension of ours, and when it is lifted dial `number` from it."""

    extension: str
    number: str  # nothing but digits, * and #, perhaps with a plus before them
    caller_name: str  # what the phone shows while it rings for its own click
    ring_seconds: int
    uniqueid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PickUpOrder:
    """Ring the phone of an extension of ours, and when it is lifted give it a ringing call."""

    extension: str
    channel: str  # the one that rings elsewhere
    caller_name: str
    ring_seconds: int
    uniqueid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveChannel:
    """One end of a call that goes on, as a PBX knows it."""

    name: str
    extension: str | None  # of ours whose phone it is
    is_far: bool  # the other side's: the client's, or the colleague's who dialled
    is_up: bool
    is_dialled: bool  # was rung by the PBX, and did not dial itself
    hears: tuple[str, ...] = ()  # the names of those it is connected with now


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseOrder:
    """Let a member of queues get no calls, or let them get calls again."""

    interface: str  # as the PBX calls the member
    queue: str | None  # None: in all queues in which it is a member
    is_paused: bool
    reason: str = ""


class CallControl(Protocol):
    """What can be asked of one PBX, by the link's name.

    Every command is sent once. Raises `PbxUnreachable` when nothing was sent, `PbxRefused` when the
    PBX said no, and `ActionUnanswered` when nobody can know.
    """

    async def originate(self, pbx: str, order: RingOrder) -> None:
        """Make a phone ring, once."""

    def call_id_of(self, pbx: str, uniqueid: str) -> UUID:
        """The id of the call that a channel of this id begins."""

    def channels_of(self, pbx: str, call_id: UUID) -> Sequence[LiveChannel]:
        """The ends of a call that goes on, none when it is over; raises `PbxUnreachable`."""

    async def dial(self, pbx: str, order: DialOrder) -> None:
        """Make a phone ring for its own click; what comes of it is told on the bus."""

    async def pick_up(self, pbx: str, order: PickUpOrder) -> None:
        """Make a phone ring that takes a call which rings elsewhere."""

    async def hang_up(self, pbx: str, channel: str) -> None:
        """End one end of a call."""

    async def transfer(self, pbx: str, channel: str, to: str, way: TransferWay) -> None:
        """Pass on whom `channel` talks to: at once, or after talking to `to`."""

    async def cancel_transfer(self, pbx: str, channel: str) -> None:
        """Go back from the one who is asked to the one who waits."""

    async def park(self, pbx: str, channel: str, by: str) -> None:
        """Let `channel` wait in a parking slot; it comes back to `by`."""

    async def pause(self, pbx: str, order: PauseOrder) -> None:
        """Pause a member of queues or end its pause; raises as `originate` does."""
