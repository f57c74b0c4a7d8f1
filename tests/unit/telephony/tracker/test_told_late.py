"""Asterisk writes an event from whichever thread it happened in: some words come a moment late."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.unit.telephony.tracker.replay import ALL_CAPTURES, Timed, Told, capture
from tests.unit.telephony.tracker.test_told_again import without_times

# What others say of the same moment may overtake these words; what follows from them may not.
LATE = {
    "Pickup": ("DialEnd", "Newstate", "BridgeCreate", "BridgeEnter", "NewConnectedLine"),
    "BlindTransfer": (
        *("BridgeLeave", "BridgeDestroy", "Hangup", "MusicOnHoldStop", "Newchannel", "DialBegin"),
    ),
    "AttendedTransfer": ("BridgeEnter", "BridgeLeave", "BridgeDestroy", "MusicOnHoldStop"),
}
FOLLOWS = ("HangupRequest", "SoftHangupRequest", "QueueCallerJoin")
MOMENT = timedelta(seconds=0.1)


def told_late(name: str) -> Iterator[list[Timed]]:
    """The stream with such a word moved behind one more of those that may overtake it."""
    frames = list(capture(name))
    for place, (_, ami) in enumerate(frames):
        overtaking = LATE.get(ami.get("Event", ""))
        if overtaking is None:
            continue
        for behind in range(place + 1, len(frames)):
            at, other = frames[behind]
            if other.get("Event") in FOLLOWS or at - frames[place][0] > MOMENT:
                break
            if other.get("Event") in overtaking:
                passed = frames[place + 1 : behind + 1]
                yield [*frames[:place], *passed, (at, ami), *frames[behind + 1 :]]


@pytest.mark.parametrize("name", ALL_CAPTURES)
def test_a_word_that_comes_late_tells_the_same_call(name: str) -> None:
    whole = Told().feed(capture(name))
    expected = {i: without_times(call) for i, call in whole.calls.items()}
    for frames in told_late(name):
        told = Told().feed(frames)
        assert {i: without_times(call) for i, call in told.calls.items()} == expected
