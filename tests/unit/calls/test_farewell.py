"""An agent hangs up first: one frame ends the call on the screen, and it tells the result."""

import asyncio

import pytest

from crm_core.calls import screen_pop
from crm_core.calls.frames import CallEndedFrame, CallWithdrawnFrame
from crm_core.kernel.call_facts import CallResult, CallStatus, LegOutcome
from tests.patience import PATIENCE_SECONDS
from tests.unit.calls.floor import Floor, answered, hung_up, moment, ringing, with_leg


async def test_whoever_hangs_up_first_is_told_the_end_with_its_result(floor: Floor) -> None:
    anna = await floor.hire("Анна", "101")
    call = answered(ringing("101"), "101")
    await floor.update(call)
    left = with_leg(call, "101", ended_at=moment(30))  # the caller's line goes a moment later

    await floor.update(left)
    await floor.update(hung_up(left, at=moment(30)))

    assert floor.wall.kinds(anna) == ["call.updated", "call.ended"]
    frame = floor.wall.of(anna)[-1]
    assert isinstance(frame, CallEndedFrame)
    assert (frame.call.status, frame.call.result) == (CallStatus.ENDED, CallResult.ANSWERED)


async def test_a_caller_who_goes_on_to_a_menu_does_not_hold_the_agent(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen_pop, "FAREWELL_SECONDS", 0.01)
    anna = await floor.hire("Анна", "101")
    call = answered(ringing("101"), "101")
    await floor.update(call)

    told = asyncio.Event()
    floor.wall.on_end = told.set
    await floor.update(with_leg(call, "101", ended_at=moment(30)))
    await asyncio.wait_for(told.wait(), PATIENCE_SECONDS)

    assert floor.screen(anna) == []
    assert floor.wall.kinds(anna) == ["call.updated", "call.ended"]


async def test_nobody_is_told_that_he_himself_answered_elsewhere(floor: Floor) -> None:
    anna = await floor.hire("Анна", "101")
    call = ringing("101")
    await floor.ring(call)

    at_once = with_leg(
        call, "101", answered_at=moment(3), ended_at=moment(3), outcome=LegOutcome.ANSWERED
    )
    await floor.update(at_once)

    frame = floor.wall.of(anna)[-1]
    assert isinstance(frame, CallWithdrawnFrame)
    assert (frame.reason, frame.answered_by) == ("cancelled", None)
