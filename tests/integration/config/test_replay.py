"""`allo tape replay`: a recorded stream, a segment and a whole tape tell the same calls."""

import json
from datetime import UTC, datetime
from pathlib import Path

from telephony.ami_event import FRAME_END, parse_capture
from telephony.tape import Tape
from tests.integration.config.conftest import ROOT, CommandLine

STREAM = ROOT / "tests/fixtures/ami/queue_ringall_answered.ami"


def tape_of(stream: Path, directory: Path) -> Path:
    """The same call as a link would have written it down."""
    tape = Tape(directory)
    tape.open()
    began = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    for elapsed, ami in parse_capture(stream.read_bytes()):
        frame = "\r\n".join(f"{key}: {value}" for key, value in ami.items()).encode()
        tape.append([frame.removesuffix(FRAME_END)], began + elapsed)
    tape.close()
    return directory


async def test_a_stream_is_told_call_by_call(allo: CommandLine) -> None:
    told = await allo.run("tape", "replay", str(STREAM), "--json")

    call = json.loads(told.out)
    assert (call["direction"], call["result"], call["handled_by"]) == ("inbound", "answered", "101")
    assert [leg["extension"] for leg in call["legs"]] == ["101", "102", "103"]


async def test_a_tape_tells_the_same_as_the_stream(allo: CommandLine, tmp_path: Path) -> None:
    directory = tape_of(STREAM, tmp_path / "tape")

    whole = await allo.run("tape", "replay", str(directory), "--json")
    (segment,) = directory.glob("*.tape")
    single = await allo.run("tape", "replay", str(segment), "--json")

    call = json.loads(whole.out)
    assert (call["result"], call["queue"]) == ("answered", "sales")
    assert single.out == whole.out


async def test_people_can_read_it_step_by_step(allo: CommandLine) -> None:
    told = await allo.run("tape", "replay", str(STREAM))

    assert told.status == 0
    assert "CallRinging" in told.out
    assert "answered_elsewhere" in told.out


async def test_what_is_neither_is_said_in_one_line(allo: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "letter.ami").write_text("Dear Sir or Madam")

    assert (await allo.run("tape", "replay", "letter.ami")).complains("letter.ami")
    assert (await allo.run("tape", "replay", "nowhere.ami")).complains("nowhere.ami")
