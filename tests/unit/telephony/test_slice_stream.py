"""An exported slice: nobody's number or name in it, and still the same call."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote
from uuid import UUID

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from crm_core.calls.traces.masking import Masker
from crm_core.calls.traces.view import TapeSlice
from crm_core.kernel.call_facts import CallSnapshot, Leg, Transfer
from telephony.ami_event import parse_capture
from telephony.slice_stream import write_stream
from telephony.tracker import CallTracker, TrackerSettings
from tests.unit.telephony.taped_streams import Box, Read, main_call, reads_of, told_of, write_tape
from tests.unit.telephony.tracker.replay import CALLS

APART = {"two_clients_joined", "feature_codes"}  # more than one tape tells; no call at all


def slice_of(reads: list[Read], directory: Path) -> tuple[TapeSlice, CallSnapshot]:
    """The box of a stream's call, as it would be opened."""
    write_tape(directory, reads)
    calls = told_of(reads)
    call = main_call(calls)
    others = [one for one in calls if one.merged_into == call.call_id]
    return Box(directory).reader.read(Box(directory).wish(call, *others)), call


def exported(found: TapeSlice) -> bytes:
    return write_stream(found.frames, Masker(found.extensions))


def replayed(stream: bytes, like: CallSnapshot) -> CallSnapshot:
    """What the tracker tells of an exported stream."""
    tracker, calls = CallTracker(TrackerSettings("main")), dict[UUID, CallSnapshot]()
    for position, (elapsed, ami) in enumerate(parse_capture(stream)):
        tracker.feed(ami, like.started_at - timedelta(seconds=1) + elapsed, position)
        calls.update((call.call_id, call) for call in tracker.take_changed())
    return calls[like.call_id]


def without_numbers(call: CallSnapshot) -> CallSnapshot:
    """The call without what masking may change, and without the moment at which it was played."""

    def leg(one: Leg) -> Leg:
        number = len(one.raw_number or "")
        return replace(one, key="", raw_number=str(number), device=None)

    def transfer(one: Transfer) -> Transfer:
        return replace(one, by=str(len(one.by or "")), to=str(len(one.to or "")))

    return replace(
        call,
        raw_number=str(len(call.raw_number or "")),
        did=str(len(call.did or "")),
        caller_name="somebody" if call.caller_name else None,
        legs=tuple(leg(one) for one in call.legs),
        transfers=tuple(transfer(one) for one in call.transfers),
        recordings=tuple(replace(one, path=None) for one in call.recordings),
    )


@pytest.mark.parametrize("name", [name for name in CALLS if name not in APART])
def test_it_replays_as_the_same_call(name: str, tmp_path: Path) -> None:
    found, call = slice_of(reads_of(name), tmp_path)
    stream = exported(found)
    first = found.frames[0].at

    again = replayed(stream, replace(call, started_at=first + timedelta(seconds=1)))

    assert without_numbers(again) == without_numbers(call)


def runs(number: str) -> set[str]:
    digits = re.sub(r"\D", "", number)
    return {digits[place : place + 6] for place in range(len(digits) - 5)}


def skeleton(reads: list[Read]) -> str:
    """What Asterisk itself writes in digits: ids and times, which are nobody's number."""
    lines = b"\n".join(frame for _seconds, frames in reads for frame in frames).decode()
    found = re.findall(r"(?:[Uu]niqueid|Linkedid|Timestamp|UniqueID): (\S+)", lines)
    found += re.findall(r"-[0-9a-f]{8}", lines)
    return " ".join(found)


BASE = reads_of("recorded_dialplan")
PLAIN = skeleton(BASE)
DIGITS = st.text("0123456789", min_size=7, max_size=10)
PREFIX = st.sampled_from(["+7", "7", "8", "", "+44"])
LETTERS = st.text(
    "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЭЮЯабвгдежзиклмнопрстуфхцчшщэюяQXZ", min_size=4, max_size=9
)


def hidden(number: str, name: str) -> list[bytes]:
    """Frames with the number and the name in every corner that one can think of."""
    digits = re.sub(r"\D", "", number)
    channel = "Channel: {channel}\r\nUniqueid: {id}\r\nLinkedid: {id}\r\n"
    spaced = f"+{digits[:1]} ({digits[1:4]}) {digits[4:6]}-{digits[6:]}"
    corners = [
        number,
        spaced,
        f"PJSIP/{number}@provider,60,tT",
        f"Local/{number}@from-internal/n",
        quote(spaced, safe=""),
        f"tel={quote(number, safe='')}&name={quote(name)}",
        f"CALLERID(all)={name} <{number}>",
        f"/var/spool/asterisk/monitor/{digits}/{name.replace(' ', '_')}-{number}.wav,b",
        f"{name.upper()}",
    ]
    return [
        f"Event: Newexten\r\n{channel}"
        f"CallerIDNum: {number}\r\nCallerIDName: {name}\r\nConnectedLineNum: {digits}\r\n"
        f"Exten: {number}\r\nAppData: {corner}\r\nHeader: {corner}".encode()
        for corner in corners
    ] + [
        f"Event: VarSet\r\n{channel}Variable: MIXMONITOR_FILENAME\r\nValue: {corner}".encode()
        for corner in corners
    ]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(prefix=PREFIX, digits=DIGITS, first=LETTERS, last=LETTERS)
def test_no_number_and_no_name_comes_through(
    prefix: str, digits: str, first: str, last: str
) -> None:
    number, name = prefix + digits, f"{first} {last}"
    assume(digits.strip("0"))
    assume(not any(run in PLAIN for run in runs(number)))
    call = main_call(told_of(BASE))
    origin = next(
        frame for _at, frames in BASE for frame in frames if b"Event: Newchannel" in frame
    ).decode()
    channel = re.search(r"Channel: (\S+)", origin)
    assert channel is not None
    frames = [
        raw.replace(b"{id}", call.linkedid.encode()).replace(b"{channel}", channel[1].encode())
        for raw in hidden(number, name)
    ]
    at = (call.started_at - main_call(told_of(BASE)).started_at).total_seconds() + BASE[-1][0]
    with TemporaryDirectory() as directory:
        found, _call = slice_of([*BASE, (at, frames)], Path(directory))
        text = exported(found).decode()

    assert len([one for one in found.frames if one.name == "Newexten"]) >= len(frames) // 2
    text = re.sub(r"@ [\d.]+ \d+\n", "", text)
    assert not [run for run in runs(number) if run in text]
    for spelling in (name, first, last, quote(first), name.replace(" ", "_")):
        assert spelling.casefold() not in text.casefold()
