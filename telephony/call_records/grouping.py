"""Which rows are one call: Asterisk writes one for each pair of channels, two to seven for a queue.

Rows of one call share a `linkedid`. Not every PBX writes it, and it changes when a transfer joins
two calls; so rows are joined by their channels as well: halves of a `Local` pair, and a channel
that was called in one row and calls in another.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta

from telephony.call_records.record import CallRecord
from telephony.tracker.names import Boundary, Kind

TOUCH = timedelta(seconds=2)  # times are whole seconds

Group = tuple[CallRecord, ...]


def group_calls(records: Iterable[CallRecord], boundary: Boundary) -> list[Group]:
    """The rows of each call, in the order in which they began."""
    rows = sorted(records, key=lambda row: (row.started_at, row.place, row.called))
    joined = _Joined(len(rows))
    by_id: dict[str, int] = {}
    for index, row in enumerate(rows):
        for name in {row.uniqueid, row.linkedid or row.uniqueid}:
            joined.join(by_id.setdefault(name, index), index)
    for places in _by_channel(rows).values():
        last = places[0]
        for index in places[1:]:
            if _is_same_channel(rows[last], rows[index], boundary):
                joined.join(last, index)
            last = max(last, index, key=lambda it: rows[it].ended_at)
    groups: dict[int, list[CallRecord]] = defaultdict(list)
    for index, row in enumerate(rows):
        groups[joined.first(index)].append(row)
    return [tuple(group) for group in groups.values()]


def _by_channel(rows: Sequence[CallRecord]) -> dict[str, list[int]]:
    """Where each channel is named; the halves of a Local pair are one."""
    places: dict[str, list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        for name in {row.channel.partition(";")[0], row.dstchannel.partition(";")[0]}:
            if name:
                places[name].append(index)
    return places


def _is_same_channel(row: CallRecord, later: CallRecord, boundary: Boundary) -> bool:
    """Names come again after a restart of the PBX; two who called in are two calls."""
    if later.started_at > row.ended_at + TOUCH:
        return False
    kinds = (boundary.line(row.channel).kind, boundary.line(later.channel).kind)
    return row.channel == later.channel or kinds != (Kind.TRUNK, Kind.TRUNK)


class _Joined:
    """Sets that grow together, each known by its first member."""

    def __init__(self, count: int) -> None:
        self._above = list(range(count))

    def first(self, index: int) -> int:
        while self._above[index] != index:
            self._above[index] = index = self._above[self._above[index]]
        return index

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self.first(one), self.first(other)))
        self._above[high] = low
