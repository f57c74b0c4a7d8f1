"""What became of a click, whichever word of it comes first and whichever is lost."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from crm_core.calls.orders.order import Order, after_call, after_phone
from crm_core.kernel.call_facts import (
    CallResult,
    CallSnapshot,
    CallStatus,
    Direction,
    Leg,
    LegOutcome,
    Transfer,
    TransferKind,
    TransferOutcome,
)
from crm_core.kernel.events import OrderedPhoneRang
from tests.integration.web.random_calls import a_call

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
UNIQUEID = "allo-call-1772452800.7"


def an_order(**changes: object) -> Order:
    usual: dict[str, object] = {
        "id": uuid4(),
        "at": NOON,
        "user_id": uuid4(),
        "kind": "call",
        "pbx": "main",
        "extension": "101",
        "number": "+79161234567",
        "uniqueid": UNIQUEID,
    }
    return Order(**{**usual, **changes})  # type: ignore[arg-type]


def phone(end: str) -> OrderedPhoneRang:
    return OrderedPhoneRang(at=NOON, pbx="main", uniqueid=UNIQUEID, end=end)  # type: ignore[arg-type]


def outbound(**changes: object) -> CallSnapshot:
    """The call of the click, ringing at the client's."""
    usual: dict[str, object] = {
        "direction": Direction.OUTBOUND,
        "status": CallStatus.RINGING,
        "placed_by": "101",
        "queues": (),
        "legs": (Leg(key="101.1", extension="101", rang_at=NOON, answered_at=NOON),),
    }
    call = a_call(7, number="+79161234567", queue=None, at=NOON)
    return replace(call, **{**usual, **changes})  # type: ignore[arg-type]


def ended(result: CallResult, **changes: object) -> CallSnapshot:
    return outbound(status=CallStatus.ENDED, result=result, ended_at=NOON, **changes)


def own_leg(outcome: LegOutcome | None) -> tuple[Leg, ...]:
    return (Leg(key="101.1", extension="101", rang_at=NOON, outcome=outcome),)


def test_a_click_that_goes_well_is_told_step_by_step() -> None:
    order = an_order()
    steps = [order := after_phone(order, phone("lifted"))]
    steps += [order := after_call(order, outbound())]
    steps += [order := after_call(order, outbound(answered_at=NOON, status=CallStatus.ANSWERED))]
    steps += [after_call(order, ended(CallResult.ANSWERED, answered_at=NOON))]

    assert [(one.state, one.outcome) for one in steps] == [
        ("calling", "agent_answered"),
        ("calling", "dialled"),
        ("answered", "answered"),
        ("answered", "answered"),
    ]


@pytest.mark.parametrize(
    "result", [CallResult.BUSY, CallResult.DECLINED, CallResult.NO_ANSWER, CallResult.FAILED]
)
def test_a_client_who_is_not_reached_is_told_by_the_calls_result(result: CallResult) -> None:
    order = after_call(after_phone(an_order(), phone("lifted")), ended(result))

    assert (order.state, order.outcome) == ("failed", result.value)


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (LegOutcome.DECLINED, "agent_declined"),
        (LegOutcome.BUSY, "agent_busy"),
        (LegOutcome.NO_ANSWER, "agent_no_answer"),
    ],
)
def test_an_agent_who_does_not_take_the_ring_is_told_apart(outcome: LegOutcome, told: str) -> None:
    call = ended(CallResult.FAILED, legs=own_leg(outcome))
    end = "no_answer" if outcome is LegOutcome.NO_ANSWER else "not_reached"

    phone_last = after_phone(after_call(an_order(), call), phone(end))
    phone_first = after_call(an_order(), outbound(legs=own_leg(None)))
    phone_first = after_call(after_phone(phone_first, phone(end)), call)

    assert {phone_last.outcome, phone_first.outcome} == {told}
    assert {phone_last.state, phone_first.state} == {"failed"}


def test_a_phone_of_which_no_call_is_heard_was_not_there() -> None:
    assert after_phone(an_order(), phone("not_reached")).outcome == "phone_offline"


def test_who_hangs_up_on_the_ring_has_refused_nothing() -> None:
    order = an_order(is_given_up=True)

    assert after_phone(order, phone("not_reached")).outcome == "cancelled"
    assert after_call(order, ended(CallResult.FAILED, legs=own_leg(None))).outcome == "cancelled"


def test_what_was_unknown_is_known_once_the_call_is_heard_again() -> None:
    lost = an_order(state="unknown", outcome="unknown")
    answered = outbound(answered_at=NOON, status=CallStatus.ANSWERED)

    assert after_call(lost, outbound()).outcome == "dialled"
    assert after_call(lost, answered).state == "answered"
    assert after_call(lost, ended(CallResult.BUSY)).outcome == "busy"


def test_what_is_known_does_not_change_any_more() -> None:
    failed = an_order(state="failed", outcome="phone_offline")

    assert after_phone(failed, phone("lifted")) == failed
    assert after_call(failed, outbound()) == failed


def test_a_call_is_taken_over_when_the_call_itself_says_so() -> None:
    order = after_phone(an_order(kind="pickup"), phone("lifted"))
    taken = Transfer(
        kind=TransferKind.PICKUP,
        by="101",
        to="101",
        at=NOON + timedelta(seconds=1),
        outcome=TransferOutcome.COMPLETED,
    )

    assert after_call(order, outbound()).state == "calling"
    assert after_call(order, outbound(transfers=(taken,))).state == "answered"
    assert after_call(order, ended(CallResult.ANSWERED)).outcome == "call_is_over"
