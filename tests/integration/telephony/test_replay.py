"""Killed at any moment and started again from the tape, the call log is what it would have been."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from crm_core.kernel.bus import EventBus
from crm_core.kernel.call_facts import CallSnapshot, Checkpoint
from telephony.ami_event import parse_capture_bytes
from telephony.ami_frames import FrameCutter
from telephony.counters import LinkCounters
from telephony.listener import Listener
from telephony.tape import Tape, TapeLimits
from telephony.tape_file import position_of
from telephony.tracker import CallTracker, TrackerSettings
from tests.unit.telephony.tapes import START

FIXTURES = Path(__file__).parents[2] / "fixtures" / "ami"
# calls that overlap: each begins a little after the one before
FLOORS = [
    ["direct_answered", "group_answered", "direct_no_answer", "outbound_answered"],
    ["queue_ringall_answered", "internal_answered", "direct_caller_hangs_ringing", "cid_8"],
    ["queue_rrmemory_rna_then_answer", "queue_abandoned", "direct_answered", "group_answered"],
]

Moment = tuple[float, list[bytes]]


def moments(names: Sequence[str], apart: float) -> Iterator[Moment]:
    """What is read at each moment while these calls go on beside each other."""
    told: list[tuple[float, int, bytes]] = []
    for number, name in enumerate(names):
        raw = (FIXTURES / f"{name}.ami").read_bytes()
        told += [(at + number * apart, number, frame) for at, frame in parse_capture_bytes(raw)]
    told.sort(key=lambda one: one[:2])
    cutter = FrameCutter(LinkCounters())
    for at in sorted({at for at, _number, _frame in told}):
        frames, _answers = cutter.cut(b"".join(f + b"\r\n\r\n" for t, _n, f in told if t == at))
        if frames:
            yield at, frames


@dataclass(eq=False)
class Clock:
    seconds: float = 0.0

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)


@dataclass(eq=False)
class Rows:
    """The call log as a database keeps it: the last snapshot of each call wins."""

    calls: dict[UUID, CallSnapshot] = field(default_factory=dict)
    checkpoint: Checkpoint | None = None

    def put(self, pbx: str, calls: Sequence[CallSnapshot], checkpoint: Checkpoint | None) -> None:
        self.calls.update((call.call_id, call) for call in calls)
        self.checkpoint = checkpoint

    def copy(self) -> "Rows":
        return Rows(dict(self.calls), self.checkpoint)


def server(directory: Path, rows: Rows, clock: Clock) -> tuple[Listener, Tape]:
    tape = Tape(directory, limits=TapeLimits(reserve_bytes=0))
    tape.open()
    listener = Listener(
        "main",
        tape,
        CallTracker(TrackerSettings(pbx="main")),
        bus=EventBus(),
        call_log=rows,
        counters=LinkCounters(),
        clock=clock,  # type: ignore[arg-type]
    )
    return listener, tape


async def play(listener: Listener, clock: Clock, told: Sequence[Moment]) -> None:
    """Read each moment, and track it before the next one comes."""
    for seconds, frames in told:
        clock.seconds = seconds
        listener.take(frames)
        while not listener.is_caught_up:  # noqa: ASYNC110  # tracking takes turns of the loop
            await asyncio.sleep(0)


async def replay(listener: Listener, mark: Checkpoint | None) -> None:
    """Play the tape as a start does: what the checkpoint came with is in the call log."""
    start = position_of(int(mark.segment), mark.offset) if mark else 0
    await listener.replay(start, known_until=mark.at if mark else None)


@pytest.mark.parametrize("apart", [0.0, 1.1, 3.0])
@pytest.mark.parametrize("names", FLOORS, ids=lambda names: names[0])
async def test_a_server_killed_after_any_read_tells_the_same_calls(
    tmp_path: Path, names: list[str], apart: float
) -> None:
    told = list(moments(names, apart))
    uncut, clock = Rows(), Clock()
    listener, tape = server(tmp_path / "uncut", uncut, clock)
    # what stood in the database after each read: the server may have been killed right then
    stood: list[Rows] = []
    for moment in told:
        await play(listener, clock, [moment])
        if len(stood) % 3 == 2:  # the call log is told now and then, not after each read
            listener.put_calls()
        stood.append(uncut.copy())
    listener.close()
    tape.close()
    assert len(uncut.calls) >= len(names)

    for killed in range(0, len(told), 5):
        rows = stood[killed].copy()
        directory = tmp_path / f"killed-{killed}"
        first, first_tape = server(directory, Rows(), clock)
        await play(first, clock, told[: killed + 1])
        first_tape.close()
        again, again_tape = server(directory, rows, clock)
        await replay(again, rows.checkpoint)
        await play(again, clock, told[killed + 1 :])
        again.close()
        again_tape.close()

        assert rows.calls == uncut.calls, f"killed after read {killed}"


async def test_a_start_writes_nothing_that_was_written_before_the_kill(tmp_path: Path) -> None:
    told, clock, rows = list(moments(FLOORS[0], 1.1)), Clock(), Rows()
    listener, tape = server(tmp_path, rows, clock)
    await play(listener, clock, told[: len(told) // 2])
    listener.put_calls()
    checkpoint, written = rows.checkpoint, len(rows.calls)
    clock.seconds += 1
    await play(listener, clock, told[len(told) // 2 : len(told) // 2 + 3])  # read, and not written
    tape.close()
    assert written > 1

    handed_on = Rows()
    again, again_tape = server(tmp_path, handed_on, clock)
    await replay(again, checkpoint)
    again_tape.close()

    assert 0 < len(handed_on.calls) < written
    assert all(call.ended_at is None for call in handed_on.calls.values())


async def test_a_tape_whose_clock_was_set_back_is_handed_on_from_there(tmp_path: Path) -> None:
    told, clock, rows = list(moments(["direct_answered"], 0)), Clock(), Rows()
    listener, tape = server(tmp_path, rows, clock)
    await play(listener, clock, [(seconds + 7_200, frames) for seconds, frames in told])
    listener.put_calls()
    checkpoint = rows.checkpoint
    for seconds, frames in moments(["internal_answered"], 0):
        clock.seconds = seconds
        tape.append(frames, clock.now())
    tape.close()

    handed_on = Rows()
    again, again_tape = server(tmp_path, handed_on, clock)
    assert checkpoint
    await again.replay(0, known_until=checkpoint.at + timedelta(hours=1))
    again_tape.close()

    assert "internal" in [call.direction for call in handed_on.calls.values()]
