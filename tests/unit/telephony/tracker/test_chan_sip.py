"""What the old SIP driver and the dialplans of other vendors say otherwise."""

import pytest

from telephony.tracker import CallTracker, TrackerSettings
from tests.unit.telephony.tracker.replay import Told, legs_of
from tests.unit.telephony.tracker.script import Script

TRUNK, ANNA, BORIS = "SIP/gateway-0000000a", "SIP/150010001-0000000b", "SIP/150010002-0000000c"
ONE, TWO = "Local/ID7@route-00000001;1", "Local/ID7@route-00000001;2"
SETTINGS = TrackerSettings("main", r"1500100\d\d", ("SIP/gateway",))


def told_of(script: Script) -> Told:
    told = Told(CallTracker(SETTINGS)).feed(script.frames)
    assert told.tracker.errors == 0
    return told


def client_calls(exten: str = "+74951110001") -> Script:
    """The channel of a caller is born Down, and rings only then."""
    script = Script().channel(TRUNK, number="+79161234567", exten=exten, ChannelState="0")
    return script.say("Newstate", TRUNK, ChannelState="4")


def rings_through_local(script: Script, phone: str) -> Script:
    """A phone behind a Local pair that is named after the vendor's own number of it."""
    script.channel(ONE, exten="ID7", linked=TRUNK)
    script.channel(TWO, exten="ID7", linked=TRUNK, ChannelState="4").dial(TRUNK, ONE)
    return script.channel(phone, linked=TRUNK).dial(TWO, phone).ring(phone).ring(ONE)


@pytest.mark.parametrize("exten", ["+74951110001", "s"])
def test_a_caller_whose_channel_is_born_down_is_a_caller(exten: str) -> None:
    script = rings_through_local(client_calls(exten), ANNA)
    script.up(ANNA).dial_end(TWO, ANNA, "ANSWER").up(ONE).up(TWO)
    script.dial_end(TRUNK, ONE, "ANSWER").up(TRUNK)
    script.bridge("b1", ANNA, TWO).bridge("b2", ONE, TRUNK).wait(5)
    told = told_of(script.hang_up(TWO, ONE, ANNA, TRUNK))
    call = told.call
    assert told.story() == ["150010001 rings", "ended"]
    assert (call.direction, call.result, call.handled_by) == ("inbound", "answered", "150010001")
    assert call.did == (exten if exten != "s" else None)


@pytest.mark.parametrize(
    ("cause", "outcome"), [("17", "busy"), ("21", "declined"), ("19", "no_answer")]
)
def test_the_cause_tells_what_its_busy_means(cause: str, outcome: str) -> None:
    script = rings_through_local(client_calls(), ANNA)
    script.dial_end(TWO, ANNA, "BUSY").hang_up(ANNA, cause=cause).hang_up(TWO, ONE, TRUNK)
    assert legs_of(told_of(script).call) == [("150010001", outcome)]


def test_a_phone_that_rings_on_for_the_client_keeps_its_card() -> None:
    """Handed over while it rang: its dialling is said to be over, and begins anew at once."""
    script = client_calls().channel(ANNA, linked=TRUNK).dial(TRUNK, ANNA).ring(ANNA)
    script.answer(TRUNK, ANNA, "b1").wait(3)
    second = "SIP/150010001-0000000d"
    script.channel(second, number="150010001", exten="202", ChannelState="0")
    script.channel(BORIS, linked=second).dial(second, BORIS).ring(BORIS).wait(1)
    script.say(
        "AttendedTransfer",
        Result="Success",
        DestType="App",
        DestApp="Dial",
        OrigTransfererUniqueid=script.uniqueid(ANNA),
        SecondTransfererUniqueid=script.uniqueid(second),
        TransfereeUniqueid=script.uniqueid(TRUNK),
    )
    script.leave("b1", ANNA, TRUNK).hang_up(ANNA)
    script.dial_end(second, BORIS, "NOANSWER").dial(TRUNK, BORIS).hang_up(second)
    script.wait(2).up(BORIS).dial_end(TRUNK, BORIS, "ANSWER").bridge("b2", BORIS, TRUNK).wait(4)
    told = told_of(script.leave("b2", TRUNK, BORIS).hang_up(TRUNK, BORIS))
    assert told.story() == ["150010001 rings", "150010002 rings", "ended", "ended"]
    assert [(t.by, t.to, t.outcome) for t in told.call.transfers] == [
        ("150010001", "150010002", "completed")
    ]
    assert told.call.handled_by == "150010002"


def test_a_mobile_that_picks_up_but_takes_no_call_has_not_answered() -> None:
    """Press 1 to accept: whoever does not press was never connected with the caller."""
    mobile = "SIP/gateway-0000000e"
    script = rings_through_local(client_calls(), mobile)
    script.up(mobile).dial_end(TWO, mobile, "ANSWER").wait(6)
    call = told_of(script.hang_up(mobile, TWO, ONE).wait(0.1).hang_up(TRUNK)).call
    assert (call.result, call.answered_at) == ("no_answer", None)


def test_who_takes_a_colleagues_call_is_told_where_no_event_says_so() -> None:
    """The phone that picked up is dialled when it is up already: nobody else is."""
    script = client_calls().channel(ANNA, linked=TRUNK).dial(TRUNK, ANNA).ring(ANNA).wait(2)
    script.channel(BORIS, number="150010002", exten="*8").up(BORIS)
    script.dial_end(TRUNK, ANNA, "CANCEL").dial(TRUNK, BORIS).hang_up(ANNA, cause="0")
    script.answer(TRUNK, BORIS, "b1").relink(BORIS, TRUNK).wait(4)
    told = told_of(script.leave("b1", TRUNK, BORIS).hang_up(TRUNK, BORIS))
    assert legs_of(told.call) == [("150010001", "answered_elsewhere"), ("150010002", "answered")]
    assert [(t.kind, t.by, t.to, t.outcome) for t in told.call.transfers] == [
        ("pickup", "150010002", "150010002", "completed")
    ]


def test_two_colleagues_who_both_called_are_joined_by_name() -> None:
    """Boris and a third one call Anna, who joins them: the third one takes over."""
    third = "SIP/150010003-0000000d"
    held = "SIP/150010001-0000000e"
    script = Script().channel(BORIS, number="150010002", exten="201")
    script.channel(ANNA, linked=BORIS).dial(BORIS, ANNA).ring(ANNA).answer(BORIS, ANNA, "b1")
    script.wait(3).channel(third, number="150010003", exten="201")
    script.channel(held, linked=third).dial(third, held).ring(held).answer(third, held, "b2")
    script.wait(3).leave("b2", third).leave("b1", ANNA).relink(third, BORIS).bridge("b1", third)
    script.say(
        "AttendedTransfer",
        Result="Success",
        DestType="Bridge",
        OrigTransfererUniqueid=script.uniqueid(held),
        SecondTransfererUniqueid=script.uniqueid(ANNA),
        TransfereeUniqueid=script.uniqueid(third),
        TransferTargetUniqueid=script.uniqueid(BORIS),
    )
    script.leave("b2", held).hang_up(held, ANNA)
    told = told_of(script.wait(5).leave("b1", third, BORIS).hang_up(third, BORIS))
    passed_on = [t for call in told.calls.values() for t in call.transfers]
    assert [(t.kind, t.by, t.to) for t in passed_on] == [("attended", "150010001", "150010003")]
