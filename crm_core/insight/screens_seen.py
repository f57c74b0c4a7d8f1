"""Who had a screen open lately: one that vanishes without a farewell is lost, not closed."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

HasScreen = Callable[[UUID], bool]

RELOAD_SECONDS = 5.0  # a page that is loaded anew is not gone
LOST_SECONDS = 600.0  # after so long nobody waits for it any more: they are simply not there
FAREWELL_SECONDS = 5.0  # a screen whose session was ended is gone within so long


class ScreensSeen:
    """Remembers, as often as the floor is looked at."""

    def __init__(self, has_screen: HasScreen, stir: Callable[[], None]) -> None:
        self._has_screen = has_screen
        self._stir = stir
        self._seen: dict[UUID, datetime] = {}
        self._farewells: dict[UUID, datetime] = {}
        self._lost: set[UUID] = set()

    def said_farewell(self, user_id: UUID, at: datetime) -> None:
        """Somebody logged out, or was."""
        self._farewells[user_id] = at

    def look(self, user_id: UUID, now: datetime) -> tuple[bool, bool]:
        """Whether they have a screen, and whether it vanished lately though nobody closed it."""
        if self._has_screen(user_id):
            self._seen[user_id] = now
            self._lost.discard(user_id)
            return True, False
        seen = self._seen.get(user_id)
        if seen is None:
            return False, False
        farewell = self._farewells.get(user_id)
        is_meant = farewell is not None and seen - farewell < timedelta(seconds=FAREWELL_SECONDS)
        is_past = (now - seen).total_seconds() >= LOST_SECONDS
        if is_meant or is_past:
            del self._seen[user_id]
            self._lost.discard(user_id)
            return False, False
        if user_id not in self._lost:
            self._lost.add(user_id)
            for seconds in (RELOAD_SECONDS, LOST_SECONDS):
                asyncio.get_running_loop().call_later(seconds, self._stir)
        is_gone = (now - seen).total_seconds() >= RELOAD_SECONDS
        return not is_gone, is_gone
