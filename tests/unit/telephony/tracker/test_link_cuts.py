"""The link breaks, the server restarts, the PBX restarts: calls end right or are marked."""

from collections import defaultdict
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_core.kernel.call_facts import CallSnapshot, CallStatus
from tests.unit.telephony.tracker.channel_list import ChannelList
from tests.unit.telephony.tracker.replay import (
    CALLS,
    RECORDED,
    Timed,
    Told,
    capture,
    legs_of,
    replay,
    tick,
)

PASSED_OVER = ("CEL", "TestEvent", "VarSet", "Newexten", "RTCPSent", "DeviceStateChange")
HANDED_OVER = ("attended_refer_ringing_declined",)
"""Between a phone's refusal and its hang-up it is seen to ring for a client, and no more."""

JOINED = ("two_clients_joined",)
"""The second of two clients who were made one before the list came is found in no list."""

LINK_DOWN, LINK_UP = {"Event": "AlloLinkDown"}, {"Event": "AlloLinkUp"}


def telling(name: str) -> list[Timed]:
    """A recorded stream without the many events that no tracker reads."""
    return [(at, ami) for at, ami in capture(name) if ami.get("Event") not in PASSED_OVER]


def cut(frames: list[Timed], begin: int, end: int) -> Told:
    """Feed a stream whose frames from `begin` to `end` are lost, the list of channels instead."""
    told = Told().feed(frames[:begin])
    if begin < len(frames):
        told.feed([(frames[begin][0], LINK_DOWN)])
    back_at = frames[min(end, len(frames) - 1)][0]
    told.feed([(back_at, LINK_UP)])
    told.feed(ChannelList().read(frames[:end]).frames(back_at))
    return told.feed(frames[end:])


def essence(call: CallSnapshot) -> tuple[object, ...]:
    return (
        call.direction,
        call.result,
        call.raw_number,
        call.did,
        call.queue,
        call.placed_by,
        call.handled_by,
        legs_of(call),
        round(call.talk_seconds, 2),
        [(t.kind, t.by, t.to, t.outcome) for t in call.transfers],
    )


def check_cut(frames: list[Timed], whole: Told, begin: int, end: int) -> None:
    told = cut(frames, begin, end)
    told.feed(tick(frames[-1][0], 90))
    assert told.tracker.errors == 0
    assert told.tracker.live_calls() == []
    assert told.tracker.oldest_position() is None
    by_id = {call.call_id: call for call in told.calls.values()}
    for call_id, expected in whole.calls.items():
        call = by_id.get(call_id)
        if call is None:  # it came and went while nobody listened
            assert begin < end
            continue
        assert call.status is CallStatus.ENDED
        assert call.is_recovered or essence(call) == essence(expected)
    rings = [line for line in told.story() if line.endswith("rings")]
    expected_rings = [line for line in whole.story() if line.endswith("rings")]
    assert all(rings.count(line) <= expected_rings.count(line) for line in rings)


@pytest.mark.parametrize("name", CALLS)
def test_a_short_break_at_any_event_changes_nothing(name: str) -> None:
    frames = telling(name)
    whole = Told().feed(frames)
    for index in range(len(frames) + 1):
        told = cut(frames, index, index)
        assert [essence(call) for call in told.calls.values()] == [
            essence(call) for call in whole.calls.values()
        ]
        assert told.story() == whole.story()


@pytest.mark.parametrize("name", RECORDED)
@given(st.data())
@settings(max_examples=12, deadline=None)
def test_a_break_that_loses_events_ends_every_call_right_or_marked(
    name: str, data: st.DataObject
) -> None:
    frames = telling(name)
    begin = data.draw(st.integers(0, len(frames)))
    end = data.draw(st.integers(begin, len(frames)))
    check_cut(frames, Told().feed(frames), begin, end)


@pytest.mark.parametrize("back", ["BridgeLeave", "BridgeDestroy"])
def test_a_phone_that_was_lifted_while_nobody_listened_does_not_ring_anew(back: str) -> None:
    """It rang for a click, then took somebody else's call: that call never rang there."""
    frames = telling("pickup_ordered")
    lifted = [at for at, (_time, ami) in enumerate(frames) if ami.get("Event") == "Pickup"]
    end = [at for at, (_time, ami) in enumerate(frames) if ami.get("Event") == back][-1]

    told = cut(frames, lifted[0] - 1, end)

    assert "103 rings" not in told.story()
    assert [extension for extension, _outcome in legs_of(*told.calls.values())] == ["101", "103"]


@pytest.mark.torture
@pytest.mark.parametrize("name", CALLS)
def test_every_break_of_every_length_ends_every_call_right_or_marked(name: str) -> None:
    frames = telling(name)
    whole = Told().feed(frames)
    for begin in range(len(frames) + 1):
        for end in range(begin, len(frames) + 1):
            check_cut(frames, whole, begin, end)


@pytest.mark.parametrize("name", CALLS)
def test_connecting_in_the_middle_of_a_call_tells_it_from_the_list(name: str) -> None:
    """Whoever connects late sees the direction and the end right, and the call is marked."""
    frames = telling(name)
    whole = Told().feed(frames)
    for index in range(len(frames)):
        told = Told()
        at = frames[index][0]
        told.feed([(at, LINK_UP)])
        told.feed(ChannelList().read(frames[:index]).frames(at))
        told.feed(frames[index:])
        assert told.tracker.errors == 0
        assert told.tracker.live_calls() == []
        for call in told.calls.values():
            expected = whole.calls[call.call_id]
            assert call.is_recovered or essence(call) == essence(expected)
            is_seen = name not in HANDED_OVER or legs_of(call) != [("102", "declined")]
            assert call.merged_into or call.direction == expected.direction or not is_seen


def connect_before_the_list(frames: list[Timed], up: int, listed: int) -> Told:
    """Connect at an event, and get the list of what lives only some events later."""
    told = Told().feed([(frames[up][0], LINK_UP), *frames[up:listed]])
    told.feed(ChannelList().read(frames[:listed]).frames(frames[max(up, listed - 1)][0]))
    return told.feed(frames[listed:])


def heard_to_end(frames: list[Timed]) -> set[str]:
    """Linkedids of the calls of whose end enough is heard to know who called whom."""
    known, ends = set(), defaultdict(set)
    for ami in (ami for _at, ami in frames if ami["Event"] == "Hangup"):
        linkedid, other = ami["Linkedid"], ami["ConnectedLineNum"]
        is_origin, is_phone = ami["Uniqueid"] == linkedid, "provider" not in ami["Channel"]
        if "Local/" in ami["Channel"]:
            continue
        if (is_origin and not is_phone) or (not is_origin and is_phone and other[1:].isdigit()):
            known.add(linkedid)
        ends[linkedid].add(is_origin)
    return known | {linkedid for linkedid, both in ends.items() if len(both) > 1}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_that_ends_before_the_list_comes_is_told_all_the_same(name: str) -> None:
    frames = telling(name)
    whole = Told().feed(frames)
    for up in range(len(frames)):
        for listed in {min(up + ahead, len(frames)) for ahead in (1, 2, 5, 12)}:
            told = connect_before_the_list(frames, up, listed)
            told.feed(tick(frames[-1][0], 90))
            assert told.tracker.errors == 0
            assert told.tracker.live_calls() == []
            assert told.tracker.oldest_position() is None
            heard = heard_to_end(frames[up:])
            for call_id, expected in whole.calls.items():
                call = told.calls.get(call_id)
                if expected.linkedid in heard and expected.merged_into is None:
                    assert call is not None or name in JOINED, (up, listed)
                if call is not None:
                    assert call.is_recovered or essence(call) == essence(expected)


def first_index(frames: list[Timed], event: str) -> int:
    return next(index for index, (_at, ami) in enumerate(frames) if ami["Event"] == event)


def connect_late(name: str, event: str) -> tuple[Told, list[Timed]]:
    """Connect just after the last event of a kind; answer what follows too."""
    frames = telling(name)
    index = max(i for i, (_at, ami) in enumerate(frames) if ami["Event"] == event) + 1
    at = frames[index - 1][0] + timedelta(seconds=1)
    told = Told().feed([(at, LINK_UP)])
    return told.feed(ChannelList().read(frames[:index]).frames(at)), frames[index:]


@pytest.mark.parametrize("name", ["direct_answered", "group_answered", "queue_ringall_answered"])
def test_a_talk_that_began_before_we_listened_is_told_as_a_talk(name: str) -> None:
    told, rest = connect_late(name, "BridgeEnter")
    (live,) = told.tracker.live_calls()
    whole = replay(name).call
    assert (live.status, live.direction, live.is_recovered) == ("answered", "inbound", True)
    assert (live.raw_number, live.handled_by) == (whole.raw_number, whole.handled_by)
    told.feed(rest)
    assert (told.call.result, told.call.call_id) == ("answered", whole.call_id)


def test_an_outbound_talk_found_in_the_list_has_its_number() -> None:
    told, rest = connect_late("outbound_answered", "BridgeEnter")
    (live,) = told.tracker.live_calls()
    assert (live.direction, live.raw_number, live.placed_by, live.status) == (
        "outbound",
        "89161234567",
        "102",
        "answered",
    )
    assert told.feed(rest).call.result == "answered"


def test_a_phone_found_ringing_gets_its_card() -> None:
    told, _rest = connect_late("direct_no_answer", "DialState")
    (live,) = told.tracker.live_calls()
    assert (live.ringing_extensions, told.story()) == (("102",), ["102 rings"])


def test_a_caller_found_waiting_has_waited_all_the_time() -> None:
    frames = telling("queue_empty_abandoned")
    index = first_index(frames, "QueueCallerJoin") + 1
    at = frames[index - 1][0] + timedelta(seconds=30)
    told = Told().feed([(at, LINK_UP)])
    told.feed(ChannelList().read(frames[:index]).frames(at))
    (live,) = told.tracker.live_calls()
    assert (live.status, live.queue) == ("queued", "sales")
    assert live.wait_seconds == pytest.approx(30, abs=1.1)
    assert live.queues[0].entered_at == at - timedelta(seconds=30)


@pytest.mark.parametrize("name", ["direct_answered", "queue_rrmemory_rna_then_answer"])
def test_the_list_of_a_user_with_few_rights_tells_the_same(name: str) -> None:
    frames = telling(name)
    for index in range(len(frames)):
        at, listed = frames[index][0], ChannelList().read(frames[:index])
        one = Told().feed([(at, LINK_UP)]).feed(listed.frames(at))
        two = Told().feed([(at, LINK_UP)]).feed(listed.as_status(at))
        assert one.calls == two.calls


def test_a_call_that_is_gone_from_the_list_ended_when_the_link_was_lost() -> None:
    frames = telling("direct_answered")
    index = first_index(frames, "BridgeLeave")
    lost_at, back_at = frames[index][0], frames[index][0] + timedelta(minutes=3)
    told = Told().feed(frames[:index])
    told.feed([(back_at, {**LINK_DOWN, "From": lost_at.isoformat()}), (back_at, LINK_UP)])
    told.feed(ChannelList().frames(back_at))
    assert (told.call.status, told.call.ended_at, told.call.is_recovered) == (
        "ended",
        lost_at,
        True,
    )
    assert told.call.result == "answered"


def test_a_list_that_is_not_whole_ends_no_call() -> None:
    frames = telling("direct_answered")
    index = first_index(frames, "BridgeLeave")
    told = Told().feed(frames[:index])
    at = frames[index][0]
    told.feed([(at, LINK_UP), (at, {"Event": "CoreShowChannelsComplete", "ListItems": "2"})])
    assert len(told.tracker.live_calls()) == 1


def test_a_new_start_of_asterisk_ends_every_call() -> None:
    frames = telling("queue_ringall_answered")
    index = first_index(frames, "BridgeLeave")
    at = frames[index][0]
    told = Told().feed([(frames[0][0], {"Event": "AlloBoot", "Boot": "one"})])
    told.feed(frames[:index])
    told.feed([(at, LINK_DOWN), (at, {"Event": "AlloBoot", "Boot": "one"})])
    assert len(told.tracker.live_calls()) == 1
    told.feed([(at, {"Event": "AlloBoot", "Boot": "two"})])
    assert told.tracker.live_calls() == []
    assert (told.call.result, told.call.is_recovered) == ("answered", True)


def test_the_tail_of_a_call_that_ended_before_the_checkpoint_tells_nothing() -> None:
    """A replay begins in the middle of calls that are written already."""
    for name in CALLS:
        frames = telling(name)
        births = [i for i, (_at, ami) in enumerate(frames) if ami["Event"] == "Newchannel"]
        told = Told().feed(frames[births[0] + 1 :] if births else [])
        origin_is_gone = [c for c in told.calls.values() if c.linkedid == _first(frames)]
        assert origin_is_gone == []


def _first(frames: list[Timed]) -> str:
    return frames[0][1].get("Linkedid", "") if frames else ""
