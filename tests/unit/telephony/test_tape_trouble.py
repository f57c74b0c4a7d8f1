"""A tape whose disk is full or slow: nothing is lost in silence, and nobody waits for it."""

import asyncio
import errno
import itertools
import os
import threading
from datetime import datetime
from pathlib import Path

import pytest

from telephony import tape_upkeep
from telephony.counters import LinkCounters
from telephony.tape import Tape, TapeLimits
from telephony.tape_upkeep import keep_up, pack_full_segments
from tests.patience import PATIENCE_SECONDS
from tests.unit.telephony.tapes import Disk, at, number_of, numbers_in, opened, write


def test_a_full_disk_takes_the_reserve_first_and_nobody_notices(tmp_path: Path) -> None:
    disk = Disk(space=200)
    tape = opened(tmp_path, write=disk.write, limits=TapeLimits(reserve_bytes=4_096))
    reserve = tmp_path / "reserve"
    assert reserve.stat().st_size == 4_096

    class FreedSpace(Disk):
        def write(self, descriptor: int, raw: bytes) -> int:
            if not reserve.exists():
                self.space = 4_096
            return super().write(descriptor, raw)

    tape._write = FreedSpace(space=100).write
    write(tape, *range(5))

    assert tape.is_healthy
    assert numbers_in(tmp_path) == list(range(5))
    tape.close()


def test_what_finds_no_place_on_the_disk_waits_in_memory_in_its_order(tmp_path: Path) -> None:
    disk = Disk(space=150)
    counters = LinkCounters()
    tape = opened(tmp_path, write=disk.write, counters=counters)
    positions = write(tape, *range(8))

    assert not tape.is_healthy
    assert counters.tape_failures > 0
    assert [number_of(record) for record in tape.records_from(0)] == list(range(8))
    assert [number_of(record) for record in tape.records_from(positions[6])] == [6, 7]

    disk.space = 100_000
    tape.flush_journal()

    assert tape.is_healthy
    assert [record.position for record in Tape(tmp_path).records_from(0)] == positions
    assert numbers_in(tmp_path) == list(range(8))
    tape.close()


@pytest.mark.parametrize("space", range(0, 300, 7))
def test_a_disk_that_fills_up_anywhere_leaves_whole_records(tmp_path: Path, space: int) -> None:
    disk = Disk(space)
    tape = opened(tmp_path, write=disk.write)
    write(tape, *range(4))
    on_disk = numbers_in(tmp_path)
    assert on_disk == list(range(len(on_disk)))

    disk.space = 10_000
    tape.close()

    assert numbers_in(tmp_path) == list(range(4))


def test_what_does_not_fit_into_memory_either_is_told_as_lost(tmp_path: Path) -> None:
    disk = Disk(space=0)
    lost: list[tuple[datetime, datetime]] = []
    counters = LinkCounters()
    tape = opened(
        tmp_path,
        write=disk.write,
        counters=counters,
        on_lost=lambda from_at, to_at: lost.append((from_at, to_at)),
    )
    positions = write(tape, *range(100))
    assert len(lost) > 1
    assert lost[0][0] == at(0)
    assert all(later[0] > earlier[1] for earlier, later in itertools.pairwise(lost))

    disk.space = 100_000
    tape.close()

    kept = numbers_in(tmp_path)
    assert kept == list(range(100 - len(kept), 100))
    assert counters.tape_lost_records == 100 - len(kept)
    assert positions == sorted(set(positions))
    assert numbers_in(tmp_path, positions[0]) == kept


async def test_what_was_written_is_synced_by_a_thread_without_being_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, synced = asyncio.get_running_loop(), asyncio.Event()
    threads: set[str] = set()
    really = os.fdatasync

    def note(descriptor: int) -> None:
        really(descriptor)
        threads.add(threading.current_thread().name)
        loop.call_soon_threadsafe(synced.set)

    monkeypatch.setattr(os, "fdatasync", note)
    tape = opened(tmp_path)
    async with asyncio.TaskGroup() as workers:
        upkeep = workers.create_task(keep_up(tape))
        write(tape, 1)
        await asyncio.wait_for(synced.wait(), PATIENCE_SECONDS)
        upkeep.cancel()

    assert all(name.startswith("tape") for name in threads)
    tape.close()


async def test_tidying_goes_on_after_no_file_could_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, packed, refusals = asyncio.get_running_loop(), asyncio.Event(), 3

    def refuse_at_first(directory: Path, live_segment: int) -> None:
        nonlocal refusals
        refusals -= 1
        if refusals >= 0:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE), str(directory))
        pack_full_segments(directory, live_segment)
        loop.call_soon_threadsafe(packed.set)

    monkeypatch.setattr(tape_upkeep, "LOOK_SECONDS", 0.001)
    monkeypatch.setattr(tape_upkeep, "pack_full_segments", refuse_at_first)
    tape = opened(tmp_path)
    async with asyncio.TaskGroup() as workers:
        upkeep = workers.create_task(keep_up(tape))
        await asyncio.wait_for(packed.wait(), PATIENCE_SECONDS)
        upkeep.cancel()
    tape.close()
