"""One AMI message from bytes, whatever a caller or an old PBX put into it."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.ami_event import count_malformed, parse_capture, parse_frame

CAPTURES = sorted((Path(__file__).parents[2] / "fixtures" / "ami").glob("*.ami"))


def named(name: str, encoding: str = "utf-8") -> bytes:
    return f"Event: Newchannel\r\nCallerIDName: {name}\r\nChannel: PJSIP/101-1".encode(encoding)


def test_a_message_is_its_keys_and_values() -> None:
    assert parse_frame(b"Event: Hangup\r\nCause: 16\r\nAccountCode: ") == {
        "Event": "Hangup",
        "Cause": "16",
        "AccountCode": "",
    }


@pytest.mark.parametrize(
    "name",
    [
        "Анна Петрова",
        'ООО "Ромашка": отдел продаж',
        "a: b: c",
        "<script>alert(1)</script>",
        "🦊 fox",
        "=cmd|' /C calc'!A0",
        "\tindented",
    ],
)
def test_a_name_arrives_as_it_was_sent(name: str) -> None:
    assert parse_frame(named(name))["CallerIDName"] == name


@pytest.mark.parametrize("name", ["Пётр Ильич", "АО «Ёж»", "Ю", "№ 5"])
def test_a_name_from_a_pbx_of_another_age_is_read_as_cp1251(name: str) -> None:
    ami = parse_frame(named(name, "cp1251"))
    assert (ami["CallerIDName"], ami["Channel"]) == (name, "PJSIP/101-1")


def test_two_names_in_two_encodings_are_both_read() -> None:
    raw = "Event: A\r\nCallerIDName: Пётр\r\n".encode() + "Queue: Отдел".encode("cp1251")
    assert parse_frame(raw) == {"Event": "A", "CallerIDName": "Пётр", "Queue": "Отдел"}


def test_a_name_that_was_cut_in_the_middle_of_a_letter_keeps_its_other_letters() -> None:
    raw = named("Анна Петрова").replace("а\r\nChannel".encode(), b"\xd0\r\nChannel")
    assert parse_frame(raw)["CallerIDName"] == "Анна Петров\ufffd"


@pytest.mark.parametrize(
    "control", ["\x00", "\x07", "\x1b[31m", "\x7f", "\u2028", "\u202e", "\x85"]
)
def test_control_characters_end_here(control: str) -> None:
    name = parse_frame(named(f"An{control}na"))["CallerIDName"]
    assert name == "An" + control[1:] + "na"


def test_a_lone_line_end_inside_a_name_is_a_blank() -> None:
    assert parse_frame(named("An\nna"))["CallerIDName"] == "An na"
    assert parse_frame(named("An\rna"))["CallerIDName"] == "An na"
    assert parse_frame(b"Event: A\r\nNa\nme: x\ry\r\nbad") == {"Event": "A", "Na me": "x y"}


def test_a_name_of_ten_kilobytes_is_cut() -> None:
    ami = parse_frame(named("я" * 10_000))
    assert ami["CallerIDName"] == "я" * 4_096
    assert ami["Channel"] == "PJSIP/101-1"


def test_a_key_that_comes_twice_keeps_its_first_value() -> None:
    assert parse_frame(b"Event: A\r\nState: first\r\nState: second")["State"] == "first"


def test_lines_that_say_nothing_are_passed_over_and_can_be_counted() -> None:
    raw = b"\r\nEvent: A\r\nno colon here\r\n: no key\r\nEmpty:\r\nB: 1"
    assert parse_frame(raw) == {"Event": "A", "Empty": "", "B": "1"}
    assert count_malformed(raw) == 2


@given(st.binary(max_size=2_000))
def test_no_bytes_at_all_are_too_strange(raw: bytes) -> None:
    ami = parse_frame(raw)
    text = "".join(ami) + "".join(ami.values())
    assert not any(letter < " " and letter != "\t" for letter in text)
    assert all(len(value) <= 4_096 for value in ami.values())


@given(
    st.dictionaries(
        st.from_regex(r"[A-Za-z]{1,20}", fullmatch=True),
        st.text(st.characters(min_codepoint=32, exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp"))),
        min_size=1,
    )
)
def test_what_is_written_plainly_is_read_exactly(values: dict[str, str]) -> None:
    raw = "\r\n".join(f"{key}: {value}" for key, value in values.items()).encode()
    assert parse_frame(raw) == values


@pytest.mark.parametrize("capture", CAPTURES, ids=lambda path: path.stem)
def test_every_recorded_event_is_read(capture: Path) -> None:
    raw = capture.read_bytes()
    lines = [line.removeprefix(b"\n") for line in raw.split(b"\r\n")]
    said = sum(line.rpartition(b"\n")[2].startswith(b"Event: ") for line in lines)
    events = list(parse_capture(raw))

    assert len(events) == said
    assert all("Event" in ami for _at, ami in events)
    assert [at for at, _ami in events] == sorted(at for at, _ami in events)


def test_a_recorded_message_spread_over_two_reads_is_whole() -> None:
    first, second = b"Event: A\r\nName: \xd0", b"\x90\r\n\r\nEvent: B\r\n\r\n"
    raw = b"@ 0.5 %d\n%s@ 1.25 %d\n%s" % (len(first), first, len(second), second)
    assert list(parse_capture(raw)) == [
        (timedelta(seconds=1.25), {"Event": "A", "Name": "А"}),
        (timedelta(seconds=1.25), {"Event": "B"}),
    ]
