"""The same stream told twice, or all of it in one read: the same call, told the same."""

from dataclasses import replace
from datetime import timedelta

import pytest

from crm_core.kernel.call_facts import CallSnapshot
from tests.unit.telephony.tracker.replay import CALLS, START, Told, capture, legs_of
from tests.unit.telephony.tracker.script import ANNA, BORIS, CLIENT, client_calls, rings_at


def without_times(call: CallSnapshot) -> CallSnapshot:
    """What was told of a call but for when."""
    legs = [
        replace(leg, rang_at=None, answered_at=None, ended_at=None, talk_seconds=0.0)
        for leg in call.legs
    ]
    queues = [replace(visit, entered_at=START, left_at=None) for visit in call.queues]
    recordings = [replace(recording, started_at=START) for recording in call.recordings]
    transfers = [replace(transfer, at=START) for transfer in call.transfers]
    return replace(
        call,
        started_at=START,
        answered_at=None,
        ended_at=None,
        wait_seconds=0.0,
        talk_seconds=0.0,
        hold_seconds=0.0,
        legs=tuple(legs),
        queues=tuple(queues),
        transfers=tuple(transfers),
        recordings=tuple(recordings),
    )


@pytest.mark.parametrize("name", CALLS)
def test_a_stream_that_is_told_twice_changes_nothing(name: str) -> None:
    frames = capture(name)
    seconds = (frames[-1][0] - frames[0][0]).total_seconds() + 1
    again = [(at + timedelta(seconds=seconds), ami) for at, ami in frames]

    once, twice = Told().feed(frames), Told().feed(frames).feed(again)

    assert twice.calls == once.calls
    assert twice.tracker.live_calls() == []


# Whether it was the PBX that gave up, or the one who asked, is told by the clock alone.
ORDERED = [name for name in CALLS if name != "feature_attended_recalled"]


@pytest.mark.parametrize("name", ORDERED)
def test_a_stream_that_comes_in_one_read_is_told_the_same(name: str) -> None:
    frames = capture(name)
    at_once = [(frames[0][0], ami) for _, ami in frames]

    slow, fast = Told().feed(frames), Told().feed(at_once)

    assert {i: without_times(call) for i, call in fast.calls.items()} == {
        i: without_times(call) for i, call in slow.calls.items()
    }


def test_who_talked_before_a_phone_rang_did_not_take_the_call_from_it() -> None:
    script = rings_at(client_calls(), ANNA).wait(1).answer(CLIENT, ANNA, "b1").wait(0.3)
    script.say("BlindTransfer", TransfererUniqueid=script.uniqueid(ANNA), Extension="102")
    script.leave("b1", ANNA, CLIENT).hang_up(ANNA)
    rings_at(script, BORIS).wait(0.3).asks_to_hang_up(CLIENT)
    script.dial_end(CLIENT, BORIS, "CANCEL").hang_up(BORIS).hang_up(CLIENT)
    assert legs_of(Told().feed(script.frames).call) == [("101", "answered"), ("102", "cancelled")]
