"""What a part of the house counts of itself since the start, for whoever watches the machine.

Pure values: the gateway puts them into the words of its monitoring.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Spread:
    """How long something took, time after time: how often it was within each of `limits`."""

    limits: tuple[float, ...]  # seconds, rising
    counts: list[int] = field(init=False)
    total: int = 0
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.counts = [0] * len(self.limits)

    def add(self, seconds: float) -> None:
        """It took so long once more. What went backwards, for two clocks differ, took no time."""
        seconds = max(0.0, seconds)
        self.total += 1
        self.seconds += seconds
        for place, limit in enumerate(self.limits):
            if seconds <= limit:
                self.counts[place] += 1


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure and what it means; a count only grows, a level goes up and down."""

    name: str
    text: str
    value: int | Spread
    is_level: bool = False


Figures = Callable[[], Sequence[Figure]]
"""Asked whenever somebody looks; never waits."""
