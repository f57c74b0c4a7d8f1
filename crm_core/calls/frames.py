"""What is pushed to a browser about calls. `seq` is set by the gateway for each connection."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from crm_core.calls.call_view import CallView
from crm_core.calls.card import Card
from crm_core.kernel.frames import Frame


class LiveCallView(CallView):
    """A live call in a snapshot; `card` is set while it rings at `extension`."""

    extension: str | None
    card: Card | None


class LinkView(BaseModel):
    """The link to one PBX."""

    model_config = ConfigDict(frozen=True)

    pbx: str
    is_up: bool
    reason: str
    since: datetime


class SnapshotFrame(Frame):
    """All that concerns this user now; what a screen showed before is forgotten."""

    type: Literal["snapshot"] = "snapshot"
    at: datetime
    calls: tuple[LiveCallView, ...]
    links: tuple[LinkView, ...]


class CallRingingFrame(Frame):
    """This user's phone rings for somebody's call."""

    type: Literal["call.ringing"] = "call.ringing"
    call_id: UUID
    call: CallView
    extension: str
    card: Card


class CallUpdatedFrame(Frame):
    """A call of this user has changed; `card` is there when the card has changed, too."""

    type: Literal["call.updated"] = "call.updated"
    call_id: UUID
    call: CallView
    card: Card | None = None


class CallWithdrawnFrame(Frame):
    """This user's phone stopped ringing, and the user did not take the call."""

    type: Literal["call.withdrawn"] = "call.withdrawn"
    call_id: UUID
    extension: str
    reason: str  # a leg's outcome: answered_elsewhere, no_answer, busy, declined, cancelled, failed
    answered_by: str | None
    answered_by_name: str | None


class CallEndedFrame(Frame):
    """The call has ended, or this user's part in it has."""

    type: Literal["call.ended"] = "call.ended"
    call_id: UUID
    call: CallView


class CallDismissedFrame(Frame):
    """This user has hidden the card of a call on one of their screens."""

    type: Literal["call.dismissed"] = "call.dismissed"
    call_id: UUID


class CallWrappedUpFrame(Frame):
    """This user says on one of their screens that the call is written up."""

    type: Literal["call.wrapped_up"] = "call.wrapped_up"
    call_id: UUID


class LinkChangedFrame(Frame):
    """A PBX was lost or came back."""

    type: Literal["link.changed"] = "link.changed"
    pbx: str
    is_up: bool
    reason: str
    at: datetime


CallFrame = (
    CallRingingFrame
    | CallUpdatedFrame
    | CallWithdrawnFrame
    | CallEndedFrame
    | CallDismissedFrame
    | CallWrappedUpFrame
)
