"""Letting a reader of the outbox come to its end, however long the machine takes."""

import asyncio

from sqlmodel import func, select

from crm_core.kernel.database import Database
from crm_core.kernel.outbox import OutboxHandler, follow
from crm_core.kernel.outbox_tables import OutboxCursor, OutboxEntry


async def read_to_the_end(database: Database, reader: str, handler: OutboxHandler) -> None:
    """Let the reader take everything that was told so far."""
    reading = asyncio.create_task(follow(database, reader, handler))
    try:
        while not await _is_read(database, reader):
            assert not reading.done()
            await asyncio.sleep(0.01)
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


async def _is_read(database: Database, reader: str) -> bool:
    async with database.read() as session:
        newest = (await session.exec(select(func.max(OutboxEntry.id)))).one()
        cursor = await session.get(OutboxCursor, reader)
    return newest is None or (cursor is not None and cursor.position >= newest)
