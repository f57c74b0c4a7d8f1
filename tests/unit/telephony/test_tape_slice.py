"""The black box: one call's part of a tape, wherever on it that lies."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.telephony import taped_streams
from tests.unit.telephony.taped_streams import BEGAN, Box, main_call, reads_of, told_of, write_tape
from tests.unit.telephony.tracker.replay import CALLS

FOLDED = ("attended_refer_answered", "outbound_attended", "internal_attended")


# Two clients were joined: the second call's part of the tape begins before the other is found.
APART = {"two_clients_joined"}


@pytest.mark.parametrize("name", [name for name in CALLS if name not in APART])
def test_a_slice_alone_is_told_as_the_same_call(name: str, tmp_path: Path) -> None:
    reads = reads_of(name)
    write_tape(tmp_path, reads)
    calls = told_of(reads)
    box = Box(tmp_path)

    for call in calls:
        if call.merged_into is None and call.ended_at is not None:
            others = [one for one in calls if one.merged_into == call.call_id]
            found = box.reader.read(box.wish(call, *others))
            assert (found.state, found.is_cut) == ("whole", False)
            assert found.call == call


def test_what_other_calls_say_is_left_out(tmp_path: Path) -> None:
    one, two = reads_of("direct_answered"), reads_of("queue_ringall_answered")
    write_tape(tmp_path, sorted([*one, *two], key=lambda read: read[0]))
    call = main_call(told_of(one))

    found = Box(tmp_path).reader.read(Box(tmp_path).wish(call))

    theirs = main_call(told_of(two)).linkedid
    assert found.call == call
    assert not any(theirs in frame.text for frame in found.frames)
    assert {fact.call_id for fact in found.facts} == {call.call_id}


@pytest.mark.parametrize("name", FOLDED)
def test_a_consultation_is_found_without_being_named(name: str, tmp_path: Path) -> None:
    """Its channels spoke under another Linkedid before anybody knew that they belong together."""
    reads = reads_of(name)
    write_tape(tmp_path, reads)
    calls = told_of(reads)
    call = next(one for one in calls if any(o.merged_into == one.call_id for o in calls))

    found = Box(tmp_path).reader.read(Box(tmp_path).wish(call))

    assert found.call == call


def test_packed_segments_are_read_as_the_live_one_is(tmp_path: Path) -> None:
    reads = reads_of("queue_ringall_answered")
    write_tape(tmp_path, reads, segment_bytes=8_000)
    call = main_call(told_of(reads))

    found = Box(tmp_path).reader.read(Box(tmp_path).wish(call))

    assert len(list(tmp_path.rglob("*.tape.gz"))) > 2
    assert found.call == call


def test_a_tape_that_is_gone_is_said_to_be_gone(tmp_path: Path) -> None:
    reads = reads_of("direct_answered")
    call = main_call(told_of(reads))
    box = Box(tmp_path)
    assert box.reader.read(box.wish(call)).state == "gone"

    write_tape(tmp_path, reads, began=BEGAN + timedelta(days=40))  # kept: what came much later
    found = box.reader.read(box.wish(call))

    assert (found.state, list(found.frames), found.call) == ("gone", [], None)
    assert found.begins_at == BEGAN + timedelta(days=40, minutes=-1)


def test_a_tape_that_begins_in_the_middle_says_so(tmp_path: Path) -> None:
    reads = reads_of("direct_answered")
    call = main_call(told_of(reads))
    middle = (call.started_at - BEGAN).total_seconds() + 0.5
    kept = [(seconds, frames) for seconds, frames in reads if seconds > middle]
    write_tape(tmp_path, kept, began=BEGAN)
    directory = next(tmp_path.iterdir())
    (segment,) = directory.glob("*.tape")
    raw = segment.read_bytes()
    settings = raw.index(taped_streams.SETTINGS) + len(taped_streams.SETTINGS)
    segment.write_bytes(raw[:12] + raw[settings:])  # the first record is gone

    found = Box(tmp_path).reader.read(Box(tmp_path).wish(call))

    assert found.state == "begins_late"


def test_more_than_can_be_read_is_cut_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("telephony.tape_slice.FRAMES_LIMIT", 20)
    reads = reads_of("queue_ringall_answered")
    write_tape(tmp_path, reads)
    call = main_call(told_of(reads))

    found = Box(tmp_path).reader.read(Box(tmp_path).wish(call))

    assert found.is_cut
    assert len(found.frames) - found.ticks <= 21


def test_a_tape_with_a_torn_end_is_read_up_to_it(tmp_path: Path) -> None:
    reads = reads_of("direct_answered")
    write_tape(tmp_path, reads)
    (segment,) = next(tmp_path.iterdir()).glob("*.tape")
    segment.write_bytes(segment.read_bytes()[:-7])
    call = main_call(told_of(reads))

    found = Box(tmp_path).reader.read(Box(tmp_path).wish(call))

    assert found.frames
