"""Tapes for tests: how to write some, and what is on one."""

import errno
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from telephony.tape import Tape, TapeLimits
from telephony.tape_file import TapeRecord

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SMALL = TapeLimits(segment_bytes=400, journal_bytes=2_000, reserve_bytes=0, sync_seconds=0.001)


def at(number: int) -> datetime:
    """The time of the record with this number."""
    return START + timedelta(milliseconds=number)


def frames(number: int) -> list[bytes]:
    """Two messages that tell their record's number."""
    return [b"Event: Newstate\r\nNumber: %d" % number, "Event: Hangup\r\nName: Анна".encode()]


def write(tape: Tape, *numbers: int) -> list[int]:
    """Append the records with these numbers; their positions."""
    return [tape.append(frames(number), at(number)) for number in numbers]


def number_of(record: TapeRecord) -> int:
    return int(record.frames[0].rpartition(b" ")[2])


def numbers_in(directory: Path, position: int = 0) -> list[int]:
    """The numbers of all records that a fresh reader finds."""
    return [number_of(record) for record in Tape(directory).records_from(position)]


class Disk:
    """A disk with only so much space: takes what fits of a write, then fails as a full one."""

    def __init__(self, space: int) -> None:
        self.space = space

    def write(self, descriptor: int, raw: bytes) -> int:
        if self.space <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = os.write(descriptor, raw[: self.space])
        self.space -= written
        return written


def opened(directory: Path, **settings: object) -> Tape:
    """A writer's tape of small segments."""
    tape = Tape(directory, **{"limits": SMALL, **settings})  # type: ignore[arg-type]
    tape.open()
    return tape
