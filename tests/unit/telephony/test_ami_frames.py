"""Cutting bytes into messages, wherever the network cut them."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.ami_event import parse_capture_bytes
from telephony.ami_frames import FRAME_LIMIT, FrameCutter
from telephony.counters import LinkCounters

FIXTURES = Path(__file__).parents[2] / "fixtures" / "ami"
STREAM = b"".join(
    frame + (b"\r\n\r\n" if number % 7 else b"\r\n\r\n\r\n")  # with stray empty lines
    for number, (_at, frame) in enumerate(
        parse_capture_bytes((FIXTURES / "cid_name_cyrillic.ami").read_bytes())
    )
)


def cut(*chunks: bytes, counters: LinkCounters | None = None) -> tuple[list[bytes], list[bytes]]:
    cutter = FrameCutter(counters or LinkCounters())
    events: list[bytes] = []
    answers: list[bytes] = []
    for chunk in chunks:
        more_events, more_answers = cutter.cut(chunk)
        events += more_events
        answers += more_answers
    return events, answers


WHOLE = cut(STREAM)


def test_the_stream_holds_wanted_events() -> None:
    assert len(WHOLE[0]) > 20
    assert WHOLE[1] == []


def test_a_stream_cut_at_any_byte_gives_the_same_messages() -> None:
    for place in range(len(STREAM)):
        assert cut(STREAM[:place], STREAM[place:]) == WHOLE, f"cut at byte {place}"


def test_a_stream_that_comes_byte_by_byte_gives_the_same_messages() -> None:
    assert cut(*(STREAM[place : place + 1] for place in range(len(STREAM)))) == WHOLE


@given(st.integers(0, 2**32))
def test_a_stream_in_pieces_of_any_size_gives_the_same_messages(seed: int) -> None:
    sizes, chunks, place = random.Random(seed), [], 0
    while place < len(STREAM):
        size = sizes.choice((1, 2, 3, 5, 400, 1_448, 4_096, 65_536))
        chunks.append(STREAM[place : place + size])
        place += size
    assert cut(*chunks) == WHOLE


def test_answers_are_told_from_events() -> None:
    events, answers = cut(b"Response: Success\r\nActionID: 1\r\n\r\nEvent: Hangup\r\nA: 1\r\n\r\n")
    assert (events, answers) == (
        [b"Event: Hangup\r\nA: 1"],
        [b"Response: Success\r\nActionID: 1"],
    )


@pytest.mark.parametrize("piece", [1_000, 65_536, 1 << 30])
def test_a_message_without_end_is_dropped_and_counted_and_the_next_one_is_read(piece: int) -> None:
    counters = LinkCounters()
    flood = b"Event: Newchannel\r\nCallerIDName: " + b"x" * (FRAME_LIMIT + 5_000) + b"\r\n\r\n"
    raw = flood + b"Event: Hangup\r\nA: 1\r\n\r\n"
    chunks = [raw[place : place + piece] for place in range(0, len(raw), piece)]
    events, _answers = cut(*chunks, counters=counters)

    assert events == [b"Event: Hangup\r\nA: 1"]
    assert counters.frames_oversized == 1


def test_of_all_variables_only_the_place_of_a_recording_is_let_through() -> None:
    events, _answers = cut(
        b"Event: VarSet\r\nVariable: MIXMONITOR_FILENAME\r\nValue: /a.wav\r\n\r\n"
        b"Event: VarSet\r\nVariable: SIPDOMAIN\r\nValue: MIXMONITOR_FILENAME\r\n\r\n"
        b"Event: VarSet\r\nVariable: X\r\nValue: \r\nVariable: MIXMONITOR_FILENAME\r\n\r\n"
    )
    assert [frame.rpartition(b": ")[2] for frame in events] == [b"/a.wav"]


def test_of_all_steps_of_the_dialplan_those_are_let_through_that_a_caller_hears() -> None:
    steps = b"".join(
        b"Event: Newexten\r\nApplication: %s\r\n\r\n" % name
        for name in (b"Set", b"Gosub", b"VoiceMail", b"Busy", b"NoOp")
    )
    assert [frame.rpartition(b" ")[2] for frame in cut(steps)[0]] == [b"VoiceMail", b"Busy"]


def test_inventive_names_do_not_fill_the_memory() -> None:
    counters = LinkCounters()
    cut(*(b"Event: %032d\r\nA: 1\r\n\r\n" % number for number in range(2_000)), counters=counters)

    assert sum(counters.unknown.values()) == 2_000
    assert len(counters.unknown) <= 501
