"""Streams that no PBX should send: reordered, doubled, torn, absurd. No exception, no ghost."""

import random
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_core.kernel.call_facts import CallStatus
from telephony.ami_event import AmiEvent
from telephony.tracker.tracker import _HANDLERS
from tests.unit.telephony.tracker.replay import (
    CALLS,
    RECORDED,
    START,
    Timed,
    Told,
    capture,
    legs_of,
    tick,
)
from tests.unit.telephony.tracker.test_link_cuts import essence

READ = frozenset(_HANDLERS)
ABSURD = ("", "<unknown>", "-1", "99999999999999999999", "\u202e", "x" * 3000, "0", "None", ";1;2")


def telling(name: str) -> list[Timed]:
    return [(at, ami) for at, ami in capture(name) if ami.get("Event") in READ]


def shuffled_within_moments(frames: list[Timed], seed: int) -> list[Timed]:
    """Reorder what came in one read; the order inside one channel is kept, as Asterisk keeps it."""
    dice = random.Random(seed)
    result: list[Timed] = []
    index = 0
    while index < len(frames):
        end = index
        while end < len(frames) and frames[end][0] == frames[index][0]:
            end += 1
        result += _interleave(frames[index:end], dice)
        index = end
    return result


def _interleave(moment: list[Timed], dice: random.Random) -> list[Timed]:
    threads: dict[str, list[Timed]] = {}
    for frame in moment:
        ami = frame[1]
        thread = ami.get("DestUniqueid") or ami.get("Uniqueid") or ami.get("UniqueID") or ""
        threads.setdefault(thread, []).append(frame)
    mixed = []
    while threads:
        name = dice.choice(list(threads))
        mixed.append(threads[name].pop(0))
        if not threads[name]:
            del threads[name]
    return mixed


def end_of_the_world(told: Told, at: datetime) -> None:
    """An empty list ends whatever is left; nothing may live after it."""
    told.feed(tick(at, 5))
    later = at + timedelta(seconds=6)
    told.feed([(later, {"Event": "AlloLinkUp"}), (later, {"Event": "CoreShowChannelsComplete"})])
    assert told.tracker.errors == 0
    assert told.tracker.live_calls() == []
    assert told.tracker.oldest_position() is None
    assert all(call.status is CallStatus.ENDED for call in told.calls.values())
    for call in told.calls.values():
        assert call.ringing_extensions == ()
        assert call.ended_at is not None
        assert call.ended_at >= call.started_at
        assert min(call.wait_seconds, call.talk_seconds, call.hold_seconds) >= 0
        assert all(leg.talk_seconds >= 0 and leg.ended_at for leg in call.legs)


@pytest.mark.parametrize("name", CALLS)
def test_every_frame_twice_tells_the_same(name: str) -> None:
    frames = telling(name)
    once, twice = Told().feed(frames), Told()
    twice.feed(frame for frame in frames for _ in range(2))
    assert [essence(call) for call in twice.calls.values()] == [
        essence(call) for call in once.calls.values()
    ]
    assert twice.story() == once.story()


def check_order(name: str, seed: int) -> None:
    """The same final row whatever the order of the events of one moment.

    Only the reason of a leg may differ where the reason is the order itself.
    """
    frames = telling(name)
    told = Told().feed(shuffled_within_moments(frames, seed))
    told.feed(tick(frames[-1][0], 15))
    whole = Told().feed(frames)
    assert set(told.calls) == set(whole.calls)
    for call_id, expected in whole.calls.items():
        call = told.calls[call_id]
        assert call.result == expected.result
        assert sorted(legs_of(call)) == sorted(legs_of(expected))
        assert essence(call)[:7] == essence(expected)[:7]
        assert call.talk_seconds == pytest.approx(expected.talk_seconds, abs=0.1)
    end_of_the_world(told, frames[-1][0] + timedelta(seconds=15))


@pytest.mark.parametrize("name", CALLS)
@given(seed=st.integers(0, 10**9))
@settings(max_examples=5, deadline=None)
def test_the_order_within_a_moment_does_not_matter(name: str, seed: int) -> None:
    check_order(name, seed)


@pytest.mark.torture
@pytest.mark.parametrize("name", CALLS)
@given(seed=st.integers(0, 10**9))
@settings(max_examples=400, deadline=None)
def test_no_order_within_a_moment_matters(name: str, seed: int) -> None:
    check_order(name, seed)


@st.composite
def damages(draw: st.DrawFn, frames: list[Timed]) -> list[Timed]:
    """Drop, double, swap and spoil some frames."""
    damaged = list(frames)
    for _ in range(draw(st.integers(1, 12))):
        if not damaged:
            break
        index = draw(st.integers(0, len(damaged) - 1))
        at, ami = damaged[index]
        match draw(st.sampled_from(("drop", "double", "move", "spoil", "forget", "stretch"))):
            case "drop":
                del damaged[index : index + draw(st.integers(1, 5))]
            case "double":
                damaged.insert(draw(st.integers(0, len(damaged))), (at, ami))
            case "move":
                other = draw(st.integers(0, len(damaged) - 1))
                damaged[index], damaged[other] = damaged[other], damaged[index]
            case "spoil":
                key = draw(st.sampled_from(sorted(ami)))
                damaged[index] = (at, {**ami, key: draw(st.sampled_from(ABSURD))})
            case "forget":
                key = draw(st.sampled_from(sorted(ami)))
                damaged[index] = (at, {k: value for k, value in ami.items() if k != key})
            case "stretch":
                shift = timedelta(seconds=draw(st.integers(-7200, 7200)))
                damaged[index] = (at + shift, ami)
    return damaged


def check_damage(name: str, data: st.DataObject) -> None:
    frames = data.draw(damages(telling(name)))
    told = Told().feed(frames)
    end_of_the_world(told, max((at for at, _ami in frames), default=START) + timedelta(hours=3))


@pytest.mark.parametrize("name", RECORDED)
@given(st.data())
@settings(max_examples=10, deadline=None)
def test_damaged_streams_raise_nothing_and_leave_nothing_open(
    name: str, data: st.DataObject
) -> None:
    check_damage(name, data)


@pytest.mark.torture
@pytest.mark.parametrize("name", CALLS)
@given(st.data())
@settings(max_examples=500, deadline=None)
def test_badly_damaged_streams_raise_nothing_and_leave_nothing_open(
    name: str, data: st.DataObject
) -> None:
    check_damage(name, data)


KEYS = sorted({key for name in RECORDED for _at, ami in telling(name) for key in ami})
VALUES = st.sampled_from(
    (*ABSURD, "1.1", "1.2", "2.1", "PJSIP/101-1", "PJSIP/102-2", "PJSIP/provider-3", "0", "5", "6")
)
FRAMES = st.builds(
    lambda event, fields: {**fields, "Event": event},
    st.sampled_from(sorted(READ)),
    st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=16),
)


def check_rubbish(frames: list[AmiEvent]) -> None:
    told = Told().feed((START + timedelta(seconds=i), ami) for i, ami in enumerate(frames))
    end_of_the_world(told, START + timedelta(seconds=len(frames)))


@given(st.lists(FRAMES, max_size=40))
@settings(max_examples=150, deadline=None)
def test_rubbish_with_known_names_raises_nothing(frames: list[AmiEvent]) -> None:
    check_rubbish(frames)


@pytest.mark.torture
@given(st.lists(FRAMES, max_size=120))
@settings(max_examples=20_000, deadline=None)
def test_much_rubbish_with_known_names_raises_nothing(frames: list[AmiEvent]) -> None:
    check_rubbish(frames)


def test_a_frame_without_a_name_tells_nothing() -> None:
    told = Told().feed([(START, {}), (START, {"Event": "Unheard-of", "Uniqueid": "1.1"})])
    assert (told.events, told.tracker.errors) == ([], 0)
