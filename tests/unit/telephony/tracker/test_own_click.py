"""A phone that is rung for its own click-to-call and does not take it."""

import pytest

from tests.unit.telephony.tracker.replay import Told, legs_of
from tests.unit.telephony.tracker.script import Script

PHONE = "PJSIP/101-1"


@pytest.mark.parametrize(
    ("cause", "tech_cause", "status", "outcome"),
    [("21", "603", "NOANSWER", "declined"), ("17", "486", "BUSY", "busy")],
)
def test_a_phone_that_refuses_its_own_click_has_not_been_given_up(
    cause: str, tech_cause: str, status: str, outcome: str
) -> None:
    script = Script().click(PHONE, "101")
    script.ring(PHONE).wait(1).asks_to_hang_up(PHONE, cause, tech_cause)
    script.dial_end("", PHONE, status)
    script.say(
        "OriginateResponse",
        Response="Failure",
        Reason="0",
        Channel="PJSIP/101",
        Exten="79161234567",
    )
    script.say("Hangup", PHONE, Cause=cause, TechCause=tech_cause)
    told = Told().feed(script.frames)

    assert legs_of(told.call) == [("101", outcome)]
    assert told.call.result == outcome
    assert told.call.placed_by == "101"
    assert told.call.raw_number == "79161234567"
