"""A call that is known from the list of channels must be known again after a replay."""

from datetime import UTC, datetime, timedelta

import pytest

from telephony.ami_event import AmiEvent
from telephony.tracker import CallTracker, TrackerSettings

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
UNIQUEIDS = {"PJSIP/provider-00000001": "1772442000.1", "PJSIP/101-00000002": "1772442000.2"}


def line(channel: str, **keys: str) -> AmiEvent:
    return {
        "Event": "Status",
        "Channel": channel,
        "ChannelState": "5",
        "CallerIDNum": "+79161234567",
        "Uniqueid": UNIQUEIDS[channel],
        "Linkedid": "1772442000.1",
        "Seconds": "3",
        **keys,
    }


def hangup(**keys: str) -> AmiEvent:
    channel = "PJSIP/provider-00000001"
    return line(channel, Event="Hangup", ChannelState="6", Exten="h", Cause="16", **keys)


def late_tracker() -> CallTracker:
    """One that hears a call end between the login and the list."""
    tracker = CallTracker(
        TrackerSettings(pbx="main", extension_pattern=r"\d{3}", trunks=("PJSIP/provider",))
    )
    tracker.feed({"Event": "AlloLinkUp"}, NOW, position=10)
    tracker.feed(hangup(), NOW, position=20)
    assert tracker.oldest_position() == 10
    return tracker


@pytest.mark.parametrize(
    "what_follows",
    [
        [({"Event": "StatusComplete", "ListItems": "0"}, 0.1)],
        [({"Event": "AlloTick"}, 61.0)],
        [({"Event": "AlloLinkDown"}, 0.1), ({"Event": "AlloLinkUp"}, 5.0)],
    ],
    ids=["the list", "no list for a minute", "the link is lost again"],
)
def test_the_end_of_an_unheard_call_is_told_once_no_list_can_name_it(
    what_follows: list[tuple[AmiEvent, float]],
) -> None:
    tracker = late_tracker()
    for ami, seconds in what_follows:
        tracker.feed(ami, NOW + timedelta(seconds=seconds), position=30)

    (call,) = tracker.take_changed()
    assert (call.raw_number, call.ended_at) == ("+79161234567", NOW)
    assert call.is_recovered
    assert tracker.oldest_position() is None


@pytest.mark.parametrize("is_heard_of_between", [False, True])
def test_the_tape_is_read_again_from_the_first_line_of_the_list(is_heard_of_between: bool) -> None:
    tracker = CallTracker(
        TrackerSettings(pbx="main", extension_pattern=r"\d{3}", trunks=("PJSIP/provider",))
    )
    caller = line("PJSIP/provider-00000001", ChannelState="4", Exten="74950000101")
    phone = line("PJSIP/101-00000002", Application="AppDial")

    tracker.feed({"Event": "AlloLinkUp"}, NOW, position=10)
    tracker.feed(caller, NOW, position=20)
    if is_heard_of_between:
        tracker.feed({**phone, "Event": "Newstate"}, NOW, position=25)
    tracker.feed(phone, NOW, position=30)
    tracker.feed({"Event": "StatusComplete", "ListItems": "2"}, NOW, position=40)
    (call,) = tracker.live_calls()

    assert call.ringing_extensions == ("101",)
    assert tracker.oldest_position() == 20


def test_a_phone_that_the_pbx_rings_for_its_own_click_is_nobodys_call_to_it() -> None:
    """Many PBXs show the client's number there already; he is only dialled after the answer."""
    tracker = CallTracker(
        TrackerSettings(pbx="main", extension_pattern=r"\d{3}", trunks=("PJSIP/provider",))
    )
    own = {"Uniqueid": "1772442000.1", "ConnectedLineNum": "+79161234567"}

    tracker.feed({"Event": "AlloLinkUp"}, NOW, position=10)
    tracker.feed(line("PJSIP/101-00000002", Application="AppDial2", **own), NOW, position=20)
    tracker.feed({"Event": "StatusComplete", "ListItems": "1"}, NOW, position=30)

    assert tracker.live_calls() == []
