"""The tape of a PBX link: nothing that was read is lost, whatever happens to us or to the disk."""

import asyncio
import errno
import itertools
import os
import stat
import threading
from datetime import datetime
from pathlib import Path

import pytest

from telephony import tape_upkeep
from telephony.counters import LinkCounters
from telephony.tape import Tape, TapeLimits
from telephony.tape_file import segments_in
from telephony.tape_upkeep import keep_up, pack_full_segments, sweep
from tests.unit.telephony.tapes import Disk, at, frames, number_of, numbers_in, write

SMALL = TapeLimits(segment_bytes=400, journal_bytes=2_000, reserve_bytes=0, sync_seconds=0.001)


def opened(directory: Path, **settings: object) -> Tape:
    tape = Tape(directory, **{"limits": SMALL, **settings})  # type: ignore[arg-type]
    tape.open()
    return tape


def test_what_was_written_is_read_back_as_it_was(tmp_path: Path) -> None:
    tape = opened(tmp_path)
    positions = write(tape, 1, 2)
    tape.close()

    first, second = Tape(tmp_path).records_from(0)
    assert (first.frames, first.at, first.position) == (frames(1), at(1), positions[0])
    assert (second.frames, second.at, second.position) == (frames(2), at(2), first.end)


def test_a_reader_begins_where_it_is_told(tmp_path: Path) -> None:
    tape = opened(tmp_path)
    positions = write(tape, *range(5))

    assert numbers_in(tmp_path, positions[3]) == [3, 4]
    assert numbers_in(tmp_path, tape.end) == []
    tape.close()


def test_a_record_is_on_the_disk_before_anybody_else_hears_of_it(tmp_path: Path) -> None:
    tape = opened(tmp_path)
    write(tape, 1)

    assert numbers_in(tmp_path) == [1]
    tape.close()


def test_a_new_writer_goes_on_where_the_last_one_stopped(tmp_path: Path) -> None:
    for number in range(3):
        tape = opened(tmp_path)
        assert tape.last_at == (at(number - 1) if number else None)
        write(tape, number)
        tape.close()

    assert numbers_in(tmp_path) == [0, 1, 2]


def test_an_unfinished_record_is_cut_off_wherever_it_was_torn(tmp_path: Path) -> None:
    tape = opened(tmp_path / "whole")
    _first, second = write(tape, 1, 2)
    tape.close()
    path = segments_in(tmp_path / "whole")[1]
    whole = path.read_bytes()
    start = second & 0xFFFFFFFF
    for length in range(start, len(whole)):
        directory = tmp_path / str(length)
        directory.mkdir()
        (directory / path.name).write_bytes(whole[:length])

        tape = opened(directory)
        write(tape, 3)
        tape.close()

        assert numbers_in(directory) == [1, 3], f"torn at byte {length}"


def test_a_tape_torn_in_its_first_bytes_begins_anew(tmp_path: Path) -> None:
    tape = opened(tmp_path)
    tape.close()
    path = segments_in(tmp_path)[1]
    for length in range(path.stat().st_size):
        os.truncate(path, length)
        tape = opened(tmp_path)
        write(tape, length)
        tape.close()
        assert numbers_in(tmp_path) == [length]
        os.truncate(path, 12)


def test_the_zeros_that_a_power_cut_leaves_are_no_records(tmp_path: Path) -> None:
    tape = opened(tmp_path)
    write(tape, 1)
    tape.close()
    path = segments_in(tmp_path)[1]
    path.write_bytes(path.read_bytes() + bytes(4_096))

    tape = opened(tmp_path)
    write(tape, 2)
    tape.close()

    assert numbers_in(tmp_path) == [1, 2]


def test_a_damaged_record_ends_its_segment_and_no_other(tmp_path: Path) -> None:
    tape = opened(tmp_path)
    write(tape, 1, 2)
    tape.rotate()
    write(tape, 3)
    tape.close()
    path = segments_in(tmp_path)[1]
    damaged = bytearray(path.read_bytes())
    damaged[-1] ^= 1
    path.write_bytes(bytes(damaged))

    assert numbers_in(tmp_path) == [1, 3]


def test_full_segments_are_packed_and_every_position_stays_what_it_was(tmp_path: Path) -> None:
    tape = opened(tmp_path)
    positions = []
    for number in range(30):
        if tape.is_full:
            tape.rotate()
        positions += write(tape, number)
    pack_full_segments(tmp_path, tape.live_segment)

    names = [path.name for path in segments_in(tmp_path).values()]
    assert [name.endswith(".gz") for name in names] == [True] * (len(names) - 1) + [False]
    assert len(names) > 3
    for number, position in enumerate(positions):
        assert numbers_in(tmp_path, position) == list(range(number, 30))
    tape.close()


def test_a_reader_is_not_disturbed_when_its_segment_is_packed(tmp_path: Path) -> None:
    tape = opened(tmp_path)
    for number in range(12):
        if tape.is_full:
            tape.rotate()
        write(tape, number)
    reading = tape.records_from(0)
    seen = [number_of(next(reading))]
    pack_full_segments(tmp_path, tape.live_segment)

    assert seen + [number_of(record) for record in reading] == list(range(12))
    tape.close()


def test_nobody_else_can_read_a_tape(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        tape = opened(tmp_path / "main", limits=TapeLimits(reserve_bytes=1_000))
        write(tape, 1)
        tape.rotate()
        write(tape, 2)
        pack_full_segments(tape.directory, tape.live_segment)
        tape.close()
    finally:
        os.umask(before)

    assert stat.S_IMODE(tape.directory.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tape.directory.iterdir()}
    assert set(modes.values()) == {0o600}
    assert len(modes) == 3


def test_segments_are_kept_for_their_days(tmp_path: Path) -> None:
    tape = opened(tmp_path)
    for number in range(3):
        write(tape, number)
        tape.rotate()
    write(tape, 3)
    for segment in (1, 2):
        long_ago = segments_in(tmp_path)[segment].stat().st_mtime - 31 * 86_400 * (3 - segment)
        os.utime(segments_in(tmp_path)[segment], (long_ago, long_ago))
    sweep(tmp_path, keep_days=40, live_segment=tape.live_segment)

    assert numbers_in(tmp_path) == [1, 2, 3]
    tape.close()


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
        await asyncio.wait_for(synced.wait(), 20)
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
        await asyncio.wait_for(packed.wait(), 20)
        upkeep.cancel()
    tape.close()
