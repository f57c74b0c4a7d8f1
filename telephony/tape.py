"""The tape: the append-only log of all that the tracker of one PBX link is fed.

Written before anything is understood, so whatever the rest of the house gets wrong can be played
again. `append` never raises and never waits: when the disk is full, a reserve file is given up,
then records wait in memory up to a limit, and what does not fit there is told as lost.
"""

import asyncio
import contextlib
import errno
import logging
import os
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from telephony.counters import LinkCounters
from telephony.tape_file import (
    MAGIC,
    PACKED_SUFFIX,
    SUFFIX,
    TapeRecord,
    pack_record,
    place_of,
    position_of,
    read_segment,
    segment_name,
    segments_in,
    unpack_record,
    whole_length,
)

logger = logging.getLogger(__name__)

PRIVATE = 0o600
PRIVATE_DIRECTORY = 0o700

OnLost = Callable[[datetime, datetime], None]
"""Told the times of the first and the last record that no place was found for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TapeLimits:
    """How big the parts of a tape may grow, and how long they are kept."""

    segment_bytes: int = 16 << 20
    journal_bytes: int = 32 << 20  # records in memory while the disk is full
    reserve_bytes: int = 16 << 20  # held back on the disk for the moment when it is full
    keep_days: int = 30
    sync_seconds: float = 0.05  # a power cut loses no more than this and the sync itself


class Tape:
    """The tape of one link in its own directory. One writer; `open` before the first `append`."""

    def __init__(
        self,
        directory: Path,
        *,
        limits: TapeLimits | None = None,
        counters: LinkCounters | None = None,
        on_lost: OnLost = lambda _from_at, _to_at: None,
        write: Callable[[int, bytes], int] = os.write,
    ) -> None:
        self.directory = directory
        self.limits = limits or TapeLimits()
        self.last_at: datetime | None = None
        self.dirty = asyncio.Event()  # something was written that is not yet synced
        self.retired: list[int] = []  # descriptors of full segments, to be synced and closed
        self.descriptor: int | None = None
        self._counters = counters or LinkCounters()
        self._on_lost = on_lost
        self._write = write
        self._segment = 1
        self._offset = len(MAGIC)  # where the next record will stand, on the disk or not
        self._written = 0  # how much of the segment is on the disk
        self._journal: deque[tuple[int, bytes]] = deque()
        self._journal_bytes = 0

    @property
    def end(self) -> int:
        """The position behind the last record."""
        return position_of(self._segment, self._offset)

    @property
    def is_full(self) -> bool:
        """Whether it is time for a new segment; never while records wait in memory."""
        return self._offset >= self.limits.segment_bytes and not self._journal

    @property
    def is_healthy(self) -> bool:
        """Whether all that was appended has reached the file."""
        return not self._journal

    @property
    def live_segment(self) -> int:
        return self._segment

    def open(self) -> None:
        """Go on where the last writer stopped, and cut off the record it did not finish."""
        self.directory.mkdir(mode=PRIVATE_DIRECTORY, parents=True, exist_ok=True)
        for leftover in self.directory.glob("*.part"):
            leftover.unlink()
        segments = segments_in(self.directory)
        if segments:
            self._resume(*max(segments.items()))
        for segment, path in reversed(segments.items()):
            if self.last_at is None:
                self.last_at = max((r.at for r in read_segment(path, segment)), default=None)
        try:
            self._open_segment()
        except OSError as error:  # a full disk stops no calls; a forbidden one must be mended now
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
        self.renew_reserve()

    def _resume(self, segment: int, path: Path) -> None:
        if path.name.endswith(PACKED_SUFFIX):
            self._segment = segment + 1
            return
        self._segment = segment
        whole, self.last_at = whole_length(path)
        torn = path.stat().st_size - whole
        if torn:
            logger.warning("cut %d bytes of an unfinished record off tape %s", torn, path)
            os.truncate(path, whole)
        self._written = whole
        self._offset = max(whole, len(MAGIC))

    def append(self, frames: list[bytes], at: datetime) -> int:
        """Write what came at one moment; its position. Never raises and never waits for a disk."""
        raw = pack_record(frames, at)
        position = self.end
        self._offset += len(raw)
        self.last_at = at
        if self._journal or not self._write_out(raw):
            self._keep_in_memory(position, raw)
        return position

    def rotate(self) -> None:
        """Begin a new segment."""
        self.skip_to_segment(self._segment + 1)

    def skip_to_segment(self, segment: int) -> None:
        """Begin a new segment with this number."""
        if self.descriptor is not None:
            self.retired.append(self.descriptor)
            self.descriptor = None
        self._segment = segment
        self._offset, self._written = len(MAGIC), 0
        self.dirty.set()

    def records_from(self, position: int) -> Iterator[TapeRecord]:
        """All records from `position` on, also those that no disk has seen yet."""
        first, offset = place_of(position)
        for segment, path in segments_in(self.directory).items():
            if segment >= first:
                yield from read_segment(path, segment, offset if segment == first else 0)
        for waiting, raw in tuple(self._journal):
            record = unpack_record(raw, waiting) if waiting >= position else None
            if record:
                yield record

    def flush_journal(self) -> None:
        """Try to write what waits in memory; in order, so positions stay what they were."""
        while self._journal and self._write_out(self._journal[0][1]):
            self._journal_bytes -= len(self._journal.popleft()[1])
            if not self._journal:
                logger.warning("the tape in %s is written again", self.directory)

    def renew_reserve(self) -> None:
        """Hold some disk back, if there is more than enough of it."""
        reserve = self.directory / "reserve"
        size = self.limits.reserve_bytes
        with contextlib.suppress(OSError):
            if not size or (reserve.exists() and reserve.stat().st_size >= size):
                return
            disk = os.statvfs(self.directory)
            if disk.f_bavail * disk.f_frsize < 2 * size:
                return
            descriptor = os.open(reserve, os.O_WRONLY | os.O_CREAT, PRIVATE)
            try:
                os.posix_fallocate(descriptor, 0, size)
            finally:
                os.close(descriptor)

    def close(self) -> None:
        """Sync and close; what waits in memory gets its last chance."""
        self.flush_journal()
        if self.descriptor is not None:
            self.retired.append(self.descriptor)
            self.descriptor = None
        while self.retired:
            descriptor = self.retired.pop()
            with contextlib.suppress(OSError):
                os.fdatasync(descriptor)
            os.close(descriptor)

    def _open_segment(self) -> int:
        """The descriptor of the live segment, which is made if it is not there."""
        if self.descriptor is None:
            path = self.directory / f"{segment_name(self._segment)}{SUFFIX}"
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
            self.descriptor = os.open(path, flags, PRIVATE)
        if self._written < len(MAGIC):
            os.ftruncate(self.descriptor, 0)
            self._written = 0
            self._write_all(self.descriptor, MAGIC)
        return self.descriptor

    def _write_out(self, raw: bytes) -> bool:
        for _attempt in range(2):
            try:
                self._write_all(self._open_segment(), raw)
            except OSError as error:
                self._counters.tape_failures += 1
                if not self._journal:
                    logger.error("tape in %s: %s", self.directory, error)
                self._cut_back()
                if not self._release_reserve():
                    return False
            else:
                return True
        return False

    def _write_all(self, descriptor: int, raw: bytes) -> None:
        sent = self._write(descriptor, raw)
        while sent < len(raw):  # a disk that fills up takes the first part
            sent += self._write(descriptor, raw[sent:])
        self._written += len(raw)
        self._counters.tape_bytes += len(raw)
        self.dirty.set()

    def _cut_back(self) -> None:
        """Take away the beginning of a record that did not fit."""
        if self.descriptor is not None:
            with contextlib.suppress(OSError):
                os.ftruncate(self.descriptor, self._written)

    def _release_reserve(self) -> bool:
        try:
            (self.directory / "reserve").unlink()
        except OSError:
            return False
        logger.error("the disk is full: the reserve of the tape in %s is used", self.directory)
        return True

    def _keep_in_memory(self, position: int, raw: bytes) -> None:
        self._journal.append((position, raw))
        self._journal_bytes += len(raw)
        if self._journal_bytes > self.limits.journal_bytes:
            self._lose_journal()

    def _lose_journal(self) -> None:
        """Forget what waits, and go on in a new segment: no position may mean two things."""
        first, last = (unpack_record(raw, at) for at, raw in (self._journal[0], self._journal[-1]))
        self._counters.tape_lost_records += len(self._journal)
        logger.error("the tape in %s lost %d records", self.directory, len(self._journal))
        self._journal.clear()
        self._journal_bytes = 0
        self.rotate()
        if first and last:
            self._on_lost(first.at, last.at)
