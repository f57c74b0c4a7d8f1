"""How fast one user may look numbers up: as fast as people work, not as fast as lists are tried."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from uuid import UUID

from crm_core.kernel.errors import TooManyAttempts

AT_ONCE = 1_000
PER_SECOND = 5.0


@dataclass(slots=True)
class _Allowance:
    left: float
    at: float


class LookUpLimit:
    """Counts look-ups by user; what was spent comes back with time."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._allowances: dict[UUID, _Allowance] = {}

    def count(self, user_id: UUID) -> None:
        """Take one look-up, or raise `TooManyAttempts`."""
        now = self._clock()
        allowance = self._allowances.setdefault(user_id, _Allowance(AT_ONCE, now))
        earned = (now - allowance.at) * PER_SECOND
        allowance.left, allowance.at = min(AT_ONCE, allowance.left + earned), now
        if allowance.left < 1:
            raise TooManyAttempts(
                "Too many numbers were looked up.",
                retry_after_seconds=math.ceil((1 - allowance.left) / PER_SECOND),
            )
        allowance.left -= 1
