"""`allo tape replay`: a recorded stream, a segment and a whole tape tell the same calls."""

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from crm_core.calls.traces.masking import Masker
from telephony.ami_event import FRAME_END, parse_capture
from telephony.tape import Tape
from tests.integration.config.conftest import ROOT, CommandLine
from tests.unit.telephony.taped_streams import Box, main_call, reads_of, told_of, write_tape

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


async def test_an_exported_black_box_is_told_as_the_call_it_was(
    allo: CommandLine, tmp_path: Path
) -> None:
    reads = reads_of("queue_ringall_answered")
    write_tape(tmp_path / "tapes", reads)
    call = main_call(told_of(reads))
    box = Box(tmp_path / "tapes")
    found = box.reader.read(box.wish(call))
    stream = box.reader.stream(found, Masker(found.extensions))
    (tmp_path / "slice.ami").write_bytes(stream)
    with zipfile.ZipFile(tmp_path / "box.zip", "w") as archive:
        archive.writestr("slice.ami", stream)

    told = await allo.run("tape", "replay", str(tmp_path / "slice.ami"), "--json")
    packed = await allo.run("tape", "replay", str(tmp_path / "box.zip"), "--json")

    again = json.loads(told.out)
    assert packed.out == told.out
    assert again["call_id"] == str(call.call_id)
    assert again["started_at"] == str(call.started_at)
    assert (again["result"], again["handled_by"]) == ("answered", "101")
    assert again["raw_number"] != call.raw_number
    assert len(again["raw_number"]) == len(call.raw_number or "")
