"""Who reads the outbox: effects that must never be lost, each a worker with a cursor of its own."""

import asyncio
from contextlib import AsyncExitStack

from config.running import worker
from crm_core.insight import rules
from crm_core.kernel.database import Database
from crm_core.kernel.outbox import follow

READERS = (("rules", rules.READER, rules.on_outbox_entry),)


async def read_outbox(
    stack: AsyncExitStack, workers: asyncio.TaskGroup, database: Database
) -> None:
    """Let them read until the stack closes."""
    for name, reader, handler in READERS:
        await stack.enter_async_context(worker(workers, name, follow(database, reader, handler)))
