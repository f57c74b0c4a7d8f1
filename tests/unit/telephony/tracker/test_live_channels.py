"""The ends of a call at any moment: whose they are, and who hears whom."""

from telephony.tracker.names import call_id
from tests.unit.telephony.tracker.replay import Told, capture
from tests.unit.telephony.tracker.script import Script


def ends_after(name: str, event: str, count: int = 1) -> list[tuple[str | None, bool, bool, int]]:
    """(extension, is the other side's, has answered, hears how many) after an event of a stream."""
    told = Told()
    seen = 0
    for at, ami in capture(name):
        told.feed([(at, ami)])
        seen += ami.get("Event") == event
        if seen == count:
            break
    (call,) = [call for call in told.tracker.live_calls() if call.ended_at is None][-1:]
    channels = told.tracker.channels_of(call.call_id)
    return [(one.extension, one.is_far, one.is_up, len(one.hears)) for one in channels]


def test_a_ringing_phone_is_there_before_it_is_lifted() -> None:
    assert ends_after("direct_answered_short", "DialBegin") == [
        (None, True, False, 0),
        ("101", False, False, 0),
    ]


def test_two_who_talk_hear_one_another() -> None:
    assert ends_after("direct_answered_short", "BridgeEnter", 2) == [
        (None, True, True, 1),
        ("101", False, True, 1),
    ]


def test_while_a_colleague_is_asked_the_client_hears_nobody() -> None:
    ends = ends_after("attended_transfer_feature", "BridgeEnter", 4)

    (client,) = [one for one in ends if one[1]]
    (asker,) = [one for one in ends if one[0] == "101"]
    assert client[3] == 0
    assert asker[0] == "101"


def test_an_ordered_ring_has_ends_before_anybody_is_told_of_a_call() -> None:
    script = Script().click("PJSIP/101-1", "101")
    told = Told().feed(script.frames)
    identity = call_id("main", script.uniqueid("PJSIP/101-1"), script.at)

    (end,) = told.tracker.channels_of(identity)
    assert told.tracker.live_calls() == []
    assert (end.extension, end.is_dialled, end.is_up) == ("101", True, False)


def test_a_call_that_is_over_has_no_ends() -> None:
    told = Told().feed(capture("direct_answered_short"))

    assert told.tracker.channels_of(told.call.call_id) == []
