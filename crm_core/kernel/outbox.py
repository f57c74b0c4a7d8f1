"""Following the outbox: each reader sees every committed row once, in the order of the commits.

The reader's cursor moves in the transaction in which its effects are written. A crash in between
leaves neither, so what a handler writes happens exactly once; what it does outside the database
(a letter, a request) may happen again and needs an id of its own.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence

from sqlmodel import col, select

from crm_core.kernel.database import Database, UnitOfWork
from crm_core.kernel.outbox_tables import OutboxCursor, OutboxEntry

logger = logging.getLogger(__name__)

OutboxHandler = Callable[[UnitOfWork, OutboxEntry], Awaitable[None]]

PAGE = 100
LOOK_AGAIN_SECONDS = 5.0  # other programs write too, and cannot wake us
LONGEST_PAUSE_SECONDS = 300.0


async def follow(database: Database, reader: str, handler: OutboxHandler) -> None:
    """Hand every row to `handler` until cancelled, beginning where this reader left off.

    A row whose handler fails is tried again, with growing pauses; it is never passed over, since
    later rows may depend on it.
    """
    failures = 0
    with database.outbox_signal() as grown:
        while True:
            grown.clear()
            try:
                while await _take_page(database, reader, handler):
                    failures = 0
                pause = LOOK_AGAIN_SECONDS
            except Exception:
                failures += 1
                pause = min(2.0**failures / 2, LONGEST_PAUSE_SECONDS)
                logger.exception("outbox reader %s stopped at a row and will try again", reader)
            await _wait(grown, pause, wakes=failures == 0)


async def _wait(grown: asyncio.Event, seconds: float, *, wakes: bool) -> None:
    """So long at most, or until there is something new: but that ends no pause after a failure."""
    if not wakes:
        await asyncio.sleep(seconds)
        return
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await grown.wait()


async def _take_page(database: Database, reader: str, handler: OutboxHandler) -> bool:
    """Handle the next rows, each in a transaction of its own. False: there were none."""
    async with database.read() as session:
        cursor = await session.get(OutboxCursor, reader)
        query = select(OutboxEntry).where(col(OutboxEntry.id) > (cursor.position if cursor else 0))
        query = query.order_by(col(OutboxEntry.id)).limit(PAGE)
        entries: Sequence[OutboxEntry] = (await session.exec(query)).all()
    for entry in entries:
        await _take(database, reader, handler, entry)
    return bool(entries)


async def _take(
    database: Database, reader: str, handler: OutboxHandler, entry: OutboxEntry
) -> None:
    async with database.write() as unit:
        cursor = await unit.session.get(OutboxCursor, reader, with_for_update=True)
        if cursor is None:
            cursor = OutboxCursor(reader=reader, position=0)
        if entry.id is None or cursor.position >= entry.id:
            return  # another process of this reader was here first
        cursor.position = entry.id
        unit.session.add(cursor)
        await unit.session.flush()  # a second first row of this reader fails here, before effects
        await handler(unit, entry)
