"""What was read from a PBX and is not yet tracked. What does not fit is read back from the tape."""

from collections import deque
from collections.abc import Iterator

from telephony.counters import LinkCounters
from telephony.tape import Tape
from telephony.tape_file import TapeRecord

BYTES_LIMIT = 8 << 20


class Backlog:
    """A queue whose overflow is already on the disk, in the same order."""

    def __init__(
        self, tape: Tape, counters: LinkCounters, *, bytes_limit: int = BYTES_LIMIT
    ) -> None:
        self._tape = tape
        self._counters = counters
        self._bytes_limit = bytes_limit
        self._waiting: deque[TapeRecord] = deque()
        self._bytes = 0
        self._behind: int | None = None  # the position to go on reading the tape from
        self._reading: Iterator[TapeRecord] = iter(())

    @property
    def is_behind(self) -> bool:
        """Whether tracking is being caught up from the tape."""
        return self._behind is not None

    def put(self, record: TapeRecord) -> None:
        """Keep a record that was just appended to the tape."""
        if self._behind is not None:
            return
        if self._bytes >= self._bytes_limit:
            self._behind = record.position
            self._counters.overflows += 1
            return
        self._waiting.append(record)
        self._bytes += record.end - record.position

    def pop(self) -> TapeRecord | None:
        """The next record in order, or None when everything was given out."""
        if self._waiting:
            record = self._waiting.popleft()
            self._bytes -= record.end - record.position
            return record
        return None if self._behind is None else self._read_back(self._behind)

    def _read_back(self, position: int) -> TapeRecord | None:
        record = next(self._reading, None)
        if record is None and position < self._tape.end:  # written since the tape was opened
            self._reading = self._tape.records_from(position)
            record = next(self._reading, None)
        if record is None:  # caught up; or what is missing was lost, and told by the tape
            self._behind = None
            self._reading = iter(())
            return None
        self._behind = record.end
        return record
