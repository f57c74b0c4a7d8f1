"""Finding what a card tells, without ever holding a ring back.

On SQLite a look-up takes no time worth the word and is done on the spot. On PostgreSQL it runs
beside the events; after 80 ms the card goes out with the number alone and the rest follows.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from crm_core.calls.card import NOTHING_FOUND, Found
from crm_core.calls.live_calls import LiveCall
from crm_core.calls.look_up import look_up
from crm_core.kernel.call_facts import Direction
from crm_core.kernel.database import Database

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 0.08
RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


class CardFinder:
    """Looks callers up and keeps what was found with their call.

    `on_found` is told whenever a call's card can be drawn anew.
    """

    def __init__(self, database: Database, on_found: Callable[[LiveCall], None]) -> None:
        self._database = database
        self._on_found = on_found
        self._workers: asyncio.TaskGroup | None = None

    def work_in(self, workers: asyncio.TaskGroup | None) -> None:
        """Say where look-ups may run behind; without it they are waited for."""
        self._workers = workers

    async def find(self, live: LiveCall, days: Iterable[datetime]) -> None:
        """Look the caller up for those days that are missing."""
        for day in days:
            if day in live.found or day in live.searched:
                continue
            if self._workers is None or self._database.is_sqlite:
                await self._find_now(live, day)
            else:
                self._find_behind(live, day, self._workers)

    async def refresh(self, live: LiveCall) -> None:
        """Look again, after clients have changed; what was found stays until then."""
        for day in list(live.found):
            try:
                live.found[day] = await self._look_up(live, day)
            except Exception:
                logger.warning("call %s: the card could not be looked up anew", live.call.call_id)

    async def _find_now(self, live: LiveCall, day: datetime) -> None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                live.found[day] = await self._look_up(live, day)
        except Exception:
            logger.warning("call %s: the look-up failed, the number goes alone", live.call.call_id)
            live.is_overdue = True
            if self._workers is not None:
                self._find_behind(live, day, self._workers)

    def _find_behind(self, live: LiveCall, day: datetime, workers: asyncio.TaskGroup) -> None:
        live.searched.add(day)
        search = workers.create_task(self._search(live, day), name=f"look-up {live.call.call_id}")
        asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self._hurry, live, search)

    def _hurry(self, live: LiveCall, search: "asyncio.Task[None]") -> None:
        if not search.done() and not live.is_overdue:
            live.is_overdue = True
            self._on_found(live)

    async def _search(self, live: LiveCall, day: datetime) -> None:
        asked = (live.phone, live.chosen)
        for pause in RETRY_SECONDS:
            try:
                found = await self._look_up(live, day)
                break
            except Exception:
                logger.warning("call %s: the look-up failed, trying again", live.call.call_id)
                await asyncio.sleep(pause)
        else:
            found = NOTHING_FOUND
        live.searched.discard(day)
        if asked == (live.phone, live.chosen):  # otherwise somebody is looking anew already
            live.found[day] = found
        self._on_found(live)

    async def _look_up(self, live: LiveCall, day: datetime) -> Found:
        if live.call.direction is Direction.INTERNAL and live.chosen is None:
            return NOTHING_FOUND
        return await look_up(self._database.ring, live.phone, day=day, chosen=live.chosen)
