"""Which rows are worth looking at for one gap: by their ids, since their times have no zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from telephony.call_records.record import FARTHEST, CallRecord, Row, local_time
from telephony.tracker.names import linkedid_epoch

DAY = timedelta(days=1)
MARGIN = timedelta(minutes=1)  # two machines' clocks
ROWS_LIMIT = 100_000  # of one gap in memory
LONGEST_CALL = timedelta(hours=4)  # one that began earlier was heard to begin


@dataclass(frozen=True, slots=True)
class Window:
    """From when to when calls are looked for."""

    from_at: datetime
    to_at: datetime

    @classmethod
    def of_gap(cls, from_at: datetime, to_at: datetime) -> "Window":
        """The gap, and a little more."""
        return cls(from_at - MARGIN, to_at + MARGIN)

    def parts(self) -> Iterator["Window"]:
        """The window cut into days: so much is read at once. What lies over a cut is in both."""
        begin = self.from_at
        while begin + DAY < self.to_at:
            yield Window(begin, begin + DAY)
            begin += DAY
        yield Window(begin, self.to_at)

    def local_span(
        self, offsets: tuple[timedelta, timedelta] = (-FARTHEST, FARTHEST)
    ) -> tuple[datetime, datetime]:
        """The times that the PBX's clock may have shown for calls of this window.

        `offsets`: how far that clock is from UTC, at least and at most.
        """
        least, most = offsets
        begin = (self.from_at - LONGEST_CALL + least).astimezone(UTC).replace(tzinfo=None)
        return begin, (self.to_at + most).astimezone(UTC).replace(tzinfo=None)

    def may_hold(self, row: Row) -> bool:
        """Whether the row may belong to a call of this window."""
        made_at = _made_at(row)
        if made_at is None:
            begin, end = self.local_span()
            local = local_time(row.get("calldate"))
            return local is not None and begin <= local <= end
        return self.from_at - LONGEST_CALL <= made_at <= self.to_at

    def is_past(self, row: Row) -> bool:
        """Whether the row's channel was gone before the window began, as far as the row tells."""
        made_at = _made_at(row)
        if made_at is None:
            return False
        try:
            lasted = min(max(0.0, float(row.get("duration") or 0)), LONGEST_CALL.total_seconds())
        except ValueError:
            lasted = 0.0
        return made_at + timedelta(seconds=lasted) < self.from_at

    def touches(self, group: tuple[CallRecord, ...]) -> bool:
        """Whether any of a call lies in the window."""
        begin = min(row.started_at for row in group)
        return begin <= self.to_at and max(row.ended_at for row in group) >= self.from_at


def _made_at(row: Row) -> datetime | None:
    epoch = linkedid_epoch(str(row.get("uniqueid") or ""))
    return datetime.fromtimestamp(int(epoch), UTC) if epoch else None
