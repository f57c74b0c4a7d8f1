"""A call that is known from the list of channels must be known again after a replay."""

from datetime import UTC, datetime

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
