"""The clock that stamps what arrives: people's time, that never runs backward during a call."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from crm_core.kernel.clock import utc_now

SMALL_STEP = timedelta(seconds=0.5)  # what a healthy clock is corrected by
PATIENCE_SECONDS = 600.0  # a day-and-night floor is never idle: then the new time counts after all


class ArrivalClock:
    """Follows the monotonic clock, and takes over the wall clock's corrections between calls.

    So a talk of a minute is a minute long, though the administrator set the clock back meanwhile.
    """

    def __init__(
        self,
        wall: Callable[[], datetime] = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._base_at = wall()
        self._base = monotonic()
        self._wrong_since: float | None = None

    def now(self) -> datetime:
        return self._base_at + timedelta(seconds=self._monotonic() - self._base)

    def adjust(self, *, is_idle: bool) -> None:
        """Look at the wall clock; to be called about once a second. `is_idle`: no call lives."""
        wall, now, ticks = self._wall(), self.now(), self._monotonic()
        if is_idle or abs(wall - now) <= SMALL_STEP or self._has_been_wrong_for_long(ticks):
            # between two calls of `adjust` a second went by, so a small step back is still forward
            self._base_at, self._base, self._wrong_since = wall, ticks, None
        elif self._wrong_since is None:
            self._wrong_since = ticks

    def _has_been_wrong_for_long(self, ticks: float) -> bool:
        return self._wrong_since is not None and ticks - self._wrong_since > PATIENCE_SECONDS
