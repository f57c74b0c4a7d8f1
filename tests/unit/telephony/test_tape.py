"""The tape of a PBX link: nothing that was read is lost, whatever happens to us or to the disk."""

import os
import stat
from pathlib import Path

from telephony.tape import Tape, TapeLimits
from telephony.tape_file import segments_in
from telephony.tape_upkeep import pack_full_segments, sweep
from tests.unit.telephony.tapes import at, frames, number_of, numbers_in, opened, write


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
