"""The picture of a recording: how loud it is from moment to moment, a lane for each side. Pure."""

import array
from collections.abc import Sequence

POINTS = 800
LOUDEST = 32_768
BLOCKS_A_SECOND = 50


class PeakMeter:
    """Takes sound piece by piece; keeps one number for each fiftieth of a second."""

    def __init__(self, channels: int, rate: int) -> None:
        self.channels = channels
        self._rate = rate
        self._block = rate // BLOCKS_A_SECOND * channels
        self._rest = array.array("h")
        self._frames = 0
        self._lanes: list[array.array[int]] = [array.array("H") for _ in range(channels)]

    @property
    def seconds(self) -> float:
        """How long the sound was so far."""
        return self._frames / self._rate

    def take(self, samples: "array.array[int]") -> None:
        """Take whole frames, the sides alternating."""
        self._frames += len(samples) // self.channels
        waiting = self._rest + samples
        whole = len(waiting) // self._block * self._block
        for start in range(0, whole, self._block):
            self._measure(waiting[start : start + self._block])
        self._rest = waiting[whole:]

    def peaks(self) -> list[list[int]]:
        """A lane for each side: `POINTS` numbers from 0 to 255 over the whole length."""
        if self._rest:
            self._measure(self._rest)
            self._rest = array.array("h")
        return [_reduce(lane) for lane in self._lanes]

    def _measure(self, block: "array.array[int]") -> None:
        for side, lane in enumerate(self._lanes):
            part = block[side :: self.channels]
            lane.append(max(max(part, default=0), -min(part, default=0)))


def _reduce(lane: Sequence[int]) -> list[int]:
    """The loudest moment of each of `POINTS` equal parts."""
    count = len(lane)
    if count == 0:
        return [0] * POINTS
    reduced = []
    for point in range(POINTS):
        start = point * count // POINTS
        end = max(start + 1, (point + 1) * count // POINTS)
        reduced.append(min(255, max(lane[start:end]) * 256 // LOUDEST))
    return reduced
