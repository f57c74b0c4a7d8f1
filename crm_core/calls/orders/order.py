"""What became of a click: said by the PBX of the phone that it rang, and by the call itself. Pure.

Either may be heard first, or alone: a link that broke loses the one and tells the other later.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from crm_core.kernel.call_facts import CallSnapshot, CallStatus, Leg, LegOutcome, TransferKind
from crm_core.kernel.events import OrderedPhoneRang

OrderKind = Literal["call", "pickup", "transfer"]
OrderState = Literal["calling", "answered", "failed", "unknown"]

CALLING = "phone_rings"
AGENT_ANSWERED = "agent_answered"
DIALLED = "dialled"
_OF_AGENT = {
    LegOutcome.NO_ANSWER: "agent_no_answer",
    LegOutcome.BUSY: "agent_busy",
    LegOutcome.DECLINED: "agent_declined",
    LegOutcome.CANCELLED: "cancelled",
    LegOutcome.FAILED: "phone_offline",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One click of one user, and what is known of it."""

    id: UUID
    at: datetime
    user_id: UUID
    kind: OrderKind
    pbx: str
    extension: str
    number: str
    uniqueid: str
    is_abroad: bool = False
    call_id: UUID | None = None
    client_id: UUID | None = None
    key: str | None = None
    state: OrderState = "calling"
    outcome: str = CALLING
    text: str = ""  # the PBX's own words
    is_given_up: bool = False  # the agent hung up on our word
    call: CallSnapshot | None = None  # as it was last heard

    @property
    def is_open(self) -> bool:
        """Whether more is to come of it."""
        return self.state in ("calling", "unknown")


def after_phone(order: Order, event: OrderedPhoneRang) -> Order:
    """The phone that was to ring was lifted, or was not."""
    if not order.is_open:
        return order
    if event.end == "lifted":
        told = order.outcome in (AGENT_ANSWERED, DIALLED)
        outcome = order.outcome if told else AGENT_ANSWERED
        return replace(order, state="calling", outcome=outcome)
    if order.is_given_up:
        return _failed(order, "cancelled")
    if event.end == "no_answer":
        return _failed(order, "agent_no_answer")
    leg = _own_leg(order)
    if leg is None:
        return _failed(order, "phone_offline")
    if leg.outcome is None:
        return order  # it refused: how, the end of the call tells in a moment
    return _failed(order, _OF_AGENT.get(leg.outcome, "agent_declined"))


def after_call(order: Order, call: CallSnapshot) -> Order:
    """The call is another than before."""
    if not order.is_open:
        return order
    order = replace(order, call=call)
    return _after_pickup(order, call) if order.kind == "pickup" else _after_own(order, call)


def _after_own(order: Order, call: CallSnapshot) -> Order:
    if call.answered_at is not None:
        return replace(order, state="answered", outcome="answered")
    leg = _own_leg(order)
    is_lifted = order.outcome in (AGENT_ANSWERED, DIALLED)
    is_lifted = is_lifted or (leg is not None and leg.answered_at is not None)
    if call.status is not CallStatus.ENDED:
        return replace(order, state="calling", outcome=DIALLED) if is_lifted else order
    if order.is_given_up:
        return _failed(order, "cancelled")
    if is_lifted:
        return _failed(order, call.result.value if call.result else "failed")
    outcome = leg.outcome if leg is not None else None
    return _failed(order, _OF_AGENT.get(outcome or LegOutcome.NO_ANSWER, "agent_declined"))


def _after_pickup(order: Order, call: CallSnapshot) -> Order:
    if any(one.kind is TransferKind.PICKUP and one.by == order.extension for one in call.transfers):
        return replace(order, state="answered", outcome="answered")
    if call.status is CallStatus.ENDED:
        return _failed(order, "call_is_over")
    return order


def _own_leg(order: Order) -> Leg | None:
    legs = order.call.legs if order.call else ()
    return next((leg for leg in legs if leg.extension == order.extension), None)


def _failed(order: Order, outcome: str) -> Order:
    return replace(order, state="failed", outcome=outcome)
