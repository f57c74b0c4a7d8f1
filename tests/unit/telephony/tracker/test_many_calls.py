"""However many calls live, an event costs what it costs: what the short ways find is true."""

from datetime import timedelta
from uuid import UUID

from crm_core.kernel.call_facts import CallSnapshot
from telephony.tracker import CallTracker, sweeping
from tests.unit.telephony.tracker.replay import CALLS, SETTINGS, START, Told, capture, tick
from tests.unit.telephony.tracker.script import Script


def callers(count: int) -> Script:
    """So many clients who wait in a menu."""
    script = Script()
    for number in range(count):
        script.channel(f"PJSIP/provider-{number:08x}", number="+79161234567", exten="74950000101")
        script.wait(0.001)
    return script


def test_the_oldest_call_that_lives_is_where_a_replay_begins() -> None:
    script = callers(300)
    tracker = CallTracker(SETTINGS)
    for place, (at, ami) in enumerate(script.frames):
        tracker.feed(ami, at, place)
    tracker.take_changed()

    assert tracker.oldest_position() == 0
    for number in (*range(1, 200), 0):  # the first talks longest
        uniqueid = script.uniqueid(f"PJSIP/provider-{number:08x}")
        gone = {"Event": "Hangup", "Uniqueid": uniqueid, "Channel": f"PJSIP/provider-{number:08x}"}
        tracker.feed(gone, script.at, 1_000 + number)
        tracker.take_changed()
        assert tracker.oldest_position() == (200 if number == 0 else 0)


def test_a_call_whose_end_was_lost_is_swept_in_its_turn_among_very_many() -> None:
    script = callers(2 * sweeping.AT_ONCE)
    last = f"PJSIP/provider-{2 * sweeping.AT_ONCE - 1:08x}"
    script.say("Cdr", UniqueID=script.uniqueid(last), Disposition="ANSWERED")
    told = Told().feed(script.frames)
    assert len(told.tracker.live_calls()) == 2 * sweeping.AT_ONCE

    patience = sweeping.PATIENCE.total_seconds() + sweeping.ROUND_TICKS
    told.feed(tick(script.at, patience + 1))

    assert len(told.tracker.live_calls()) == 2 * sweeping.AT_ONCE - 1
    ended = [call for call in told.calls.values() if call.ended_at]
    assert [call.ended_at for call in ended] == [script.at]


def test_a_tracker_that_followed_in_silence_knows_the_same_calls() -> None:
    for name in CALLS[::6]:
        frames = capture(name)
        half = len(frames) // 2
        told, silent = Told().feed(frames[:half]), CallTracker(SETTINGS)
        for place, (at, ami) in enumerate(frames[:half]):
            silent.follow(ami, at, place)
        silent.forget_changed()
        assert silent.take_changed() == []
        assert silent.oldest_position() == told.tracker.oldest_position()

        told.feed(frames[half:])
        ended: dict[UUID, CallSnapshot] = {}
        for place, (at, ami) in enumerate(frames[half:], half):
            silent.feed(ami, at, place)
            ended.update((call.call_id, call) for call in silent.take_changed())
        assert ended.items() <= told.calls.items(), name


def test_all_that_is_over_is_forgotten() -> None:
    told = Told().feed(capture("queue_ringall_answered"))
    told.feed(tick(START + timedelta(minutes=2), 100))

    assert told.tracker.oldest_position() is None
