"""What is read faster than it is tracked comes in its order all the same."""

import random
from pathlib import Path

import pytest

from telephony.backlog import Backlog
from telephony.counters import LinkCounters
from telephony.tape import Tape, TapeLimits
from telephony.tape_file import TapeRecord
from tests.unit.telephony.tapes import Disk, at, frames, number_of, write


def put(backlog: Backlog, tape: Tape, number: int) -> None:
    if tape.is_full:
        tape.rotate()
    (position,) = write(tape, number)
    backlog.put(TapeRecord(position, tape.end, at(number), frames(number)))


@pytest.mark.parametrize("seed", range(30))
def test_whatever_waits_and_however_long_it_comes_in_order(tmp_path: Path, seed: int) -> None:
    chance, counters = random.Random(seed), LinkCounters()
    tape = Tape(tmp_path, limits=TapeLimits(segment_bytes=2_000, reserve_bytes=0))
    tape.open()
    backlog = Backlog(tape, counters, bytes_limit=500)
    seen: list[int] = []
    for number in range(400):
        put(backlog, tape, number)
        for _turn in range(chance.choice((0, 0, 0, 1, 2, 9))):
            record = backlog.pop()
            if record:
                seen.append(number_of(record))
    while record := backlog.pop():
        seen.append(number_of(record))

    assert seen == list(range(400))
    assert not backlog.is_behind
    assert counters.overflows > 0
    tape.close()


def test_a_backlog_and_a_full_disk_at_once_lose_nothing_that_memory_holds(tmp_path: Path) -> None:
    tape = Tape(tmp_path, limits=TapeLimits(reserve_bytes=0), write=Disk(space=700).write)
    tape.open()
    backlog = Backlog(tape, LinkCounters(), bytes_limit=300)
    for number in range(30):
        put(backlog, tape, number)

    assert not tape.is_healthy
    assert [number_of(record) for record in iter(backlog.pop, None)] == list(range(30))
    for number in range(30, 33):
        put(backlog, tape, number)
    assert [number_of(record) for record in iter(backlog.pop, None)] == [30, 31, 32]
    tape.close()
