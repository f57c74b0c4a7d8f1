"""After each gap of a link: look into the PBX's own records for the calls that nobody heard.

Records may come late (a file is written at the hang-up, a database in batches), so each gap is
looked into several times; the last look settles it. Nothing here holds up the link, and what was
begun before a restart is gone on with after it.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from uuid import UUID

from crm_core.calls.pbx.settings import PbxSettings
from crm_core.calls.recovered_calls import FoundCall, GapBook
from crm_core.kernel.call_facts import LinkGap
from crm_core.kernel.clock import utc_now
from crm_core.kernel.errors import CrmError
from telephony.call_records.errors import RecordsUnreadable
from telephony.call_records.source import RecordSource
from telephony.call_records.window import Window

logger = logging.getLogger(__name__)

LOOKS_SECONDS = (2.0, 30.0, 330.0)
"""After the end of a gap. Asterisk's batches of records are written every 300 s unless changed."""
OLDEST = timedelta(days=7)
AGAIN_SECONDS = 5.0
GAPS_LIMIT = 1_000  # that wait; more are taken up by the next start


class CallRecovery:
    """The recovery of one link; run `run` beside it."""

    def __init__(
        self,
        settings: PbxSettings,
        book: GapBook,
        *,
        live_linkedids: Callable[[], AbstractSet[str]],
        looks_seconds: Sequence[float] = LOOKS_SECONDS,
    ) -> None:
        self._pbx = settings.name
        self._source = RecordSource(settings)
        self._book = book
        self._live_linkedids = live_linkedids
        self._looks = looks_seconds
        self._gaps: asyncio.Queue[LinkGap] = asyncio.Queue(GAPS_LIMIT)
        self._taken: set[UUID] = set()
        self._reading = asyncio.Lock()  # one reader of the records at a time

    def on_gap(self, gap: LinkGap) -> None:
        """A gap opened or closed; never waits."""
        if gap.to_at is not None and not self._gaps.full():
            self._gaps.put_nowait(gap)

    async def run(self) -> None:
        """Look into gaps until cancelled: those of the time before, then each as it closes."""
        async with asyncio.TaskGroup() as workers:
            for gap in await self._unsettled():
                self._take(workers, gap)
            while True:
                self._take(workers, await self._gaps.get())

    def _take(self, workers: asyncio.TaskGroup, gap: LinkGap) -> None:
        if gap.gap_id not in self._taken:
            self._taken.add(gap.gap_id)
            workers.create_task(self._settle(gap), name=f"recovery of a gap of {self._pbx}")

    async def _unsettled(self) -> list[LinkGap]:
        while True:
            try:
                return await self._book.closed_gaps(self._pbx, since=utc_now() - OLDEST)
            except CrmError as error:
                logger.warning("the gaps of %s could not be read: %s", self._pbx, error)
            await asyncio.sleep(AGAIN_SECONDS)

    async def _settle(self, gap: LinkGap) -> None:
        """Look several times; never ends the link by what goes wrong."""
        try:
            await self._say(gap, "pending")
            reason = None
            for pause in pauses(gap.to_at or utc_now(), utc_now(), self._looks):
                await asyncio.sleep(pause)
                reason = await self._look(gap)
                await self._say(gap, "failed" if reason else "pending", reason)
            if reason is None:
                await self._say(gap, "done")
        except Exception:
            logger.exception("the calls of a gap of %s could not be recovered", self._pbx)
        finally:
            self._taken.discard(gap.gap_id)

    async def _look(self, gap: LinkGap) -> str | None:
        """One look; gives the reason where the records cannot be read."""
        window = Window.of_gap(gap.from_at, gap.to_at or utc_now())
        count = 0
        try:
            for part in window.parts():
                async with self._reading:
                    found = await self._source.calls(part)
                count += await self._keep(gap, found)
        except RecordsUnreadable as error:
            logger.warning("the call records of %s: %s", self._pbx, error)
            return str(error)
        if count:
            logger.warning("%d calls of %s were recovered from its records", count, self._pbx)
        return None

    async def _keep(self, gap: LinkGap, found: Sequence[FoundCall]) -> int:
        """Write what does not live any more; gives how many were missing."""
        while True:
            live = self._live_linkedids()
            over = [one for one in found if not one.linkedids & live]
            try:
                return await self._book.keep(gap, over)
            except CrmError as error:
                logger.warning("calls of %s wait to be recovered: %s", self._pbx, error)
            await asyncio.sleep(AGAIN_SECONDS)

    async def _say(self, gap: LinkGap, state: str, reason: str | None = None) -> None:
        while True:
            try:
                return await self._book.say(gap, state, reason)
            except CrmError as error:
                logger.warning("a gap of %s waits to be written: %s", self._pbx, error)
            await asyncio.sleep(AGAIN_SECONDS)


def pauses(ended_at: datetime, now: datetime, looks: Sequence[float]) -> list[float]:
    """How long to wait before each look that is still to come; one at least, and soon."""
    age = max(0.0, (now - ended_at).total_seconds())
    first, *later = looks
    moments = [first, *(at - age for at in later if at - age > first)]
    return [at - before for at, before in zip(moments, [0.0, *moments], strict=False)]
