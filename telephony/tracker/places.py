"""Where on the tape each living call begins: the oldest is found without asking them all."""

from collections.abc import Container
from heapq import heapify, heappop, heappush
from itertools import count

from telephony.tracker.model import CallState

SPARE = 64  # entries of calls that are over, before they are cleared out


class Places:
    """The calls by the place of their first event; those that are over are passed over."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, CallState]] = []
        self._number = count()  # two calls may begin at one place

    def keep(self, call: CallState) -> None:
        """A call lives, or it is learnt that it must be read from further back."""
        heappush(self._heap, (call.position, next(self._number), call))

    def oldest(self, living: Container[CallState], alive: int) -> int | None:
        """The first place of those that live. `alive`: how many these are."""
        heap = self._heap
        if len(heap) > 2 * alive + SPARE:  # a long talk must not hold all that came after it
            heap[:] = [entry for entry in heap if _holds(entry, living)]
            heapify(heap)
        while heap and not _holds(heap[0], living):
            heappop(heap)
        return heap[0][0] if heap else None


def _holds(entry: tuple[int, int, CallState], living: Container[CallState]) -> bool:
    position, _number, call = entry
    return call.position == position and call in living
