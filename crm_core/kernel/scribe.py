"""Writing much on SQLite beside the event loop: a whole transaction in one visit to a thread.

An asynchronous unit goes to its driver's thread and back some three times for each statement, and
puts every row into words in the loop itself. For who writes thirty times a second that is too dear.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import URL, Connection
from sqlalchemy.pool import StaticPool

from crm_core.kernel.engines import prepare_sqlite, sync_sqlite_engine
from crm_core.kernel.telling import Telling, add_to_outbox

Writing = Callable[[Connection, Telling], None]
"""Writes on a connection whose transaction has begun, and says what is to be told of it."""


class Scribe:
    """One connection and one thread, kept. Who asks must have the turn to write."""

    def __init__(self, url: URL, busy_timeout_seconds: float) -> None:
        self._engine = sync_sqlite_engine(url, poolclass=StaticPool)
        prepare_sqlite(self._engine, writes=True, busy_timeout_seconds=busy_timeout_seconds)
        self._thread = ThreadPoolExecutor(1, "scribe")

    async def write(self, writing: Writing) -> Telling:
        """Commit what `writing` does, or nothing of it; gives what it had to tell."""
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(self._thread, self._write, writing)
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            # no thread can be stopped: the next writer finds it done, or not done for some reason
            await asyncio.gather(work, return_exceptions=True)
            raise

    def close(self) -> None:
        self._thread.shutdown()
        self._engine.dispose()

    def _write(self, writing: Writing) -> Telling:
        telling = Telling()
        with self._engine.begin() as connection:
            writing(connection, telling)
            add_to_outbox(connection, telling)
        return telling
