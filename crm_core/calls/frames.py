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


class OrderView(BaseModel):
    """A click, and what the PBX and the call itself have told of it so far.

    `outcome` says it exactly: of the agent's phone (`phone_rings`, `agent_answered`,
    `agent_no_answer`, `agent_busy`, `agent_declined`, `phone_offline`), of the call (`dialled`, or
    the word of its `result`), `call_is_over`, `cancelled`, `refused` and `not_sent` by the PBX's
    `text`, or `unknown` where the link broke: then nobody can tell whether a phone rings.
    """

    model_config = ConfigDict(frozen=True)

    order_id: UUID
    kind: Literal["call", "pickup", "transfer"]
    state: Literal["calling", "answered", "failed", "unknown"]
    outcome: str
    text: str
    number: str
    pbx: str
    extension: str
    call_id: UUID | None
    client_id: UUID | None
    at: datetime


class OrderChangedFrame(Frame):
    """More is known of a click of this user."""

    type: Literal["order.changed"] = "order.changed"
    order: OrderView


class LinkChangedFrame(Frame):
    """A PBX was lost or came back."""

    type: Literal["link.changed"] = "link.changed"
    pbx: str
    is_up: bool
    reason: str
    at: datetime


class MissedCallsChangedFrame(Frame):
    """Something in the missed calls that this user may read is another: read them anew."""

    type: Literal["missed_calls.changed"] = "missed_calls.changed"


CallFrame = (
    CallRingingFrame
    | CallUpdatedFrame
    | CallWithdrawnFrame
    | CallEndedFrame
    | CallDismissedFrame
    | CallWrappedUpFrame
)
