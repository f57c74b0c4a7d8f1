"""Reading while the phone rings: one statement, no session, no thread, no transaction.

On SQLite a statement runs in the event loop itself: some fifty microseconds, where a hop to a
worker thread would cost ten times that and a session twenty times.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import URL, Engine, PoolProxiedConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

from crm_core.kernel.engines import (
    is_sqlite,
    prepare_sqlite,
    sync_sqlite_engine,
)
from crm_core.kernel.ring_statement import RingStatement, Statement

RING_READERS = 4
# The loop itself waits here, so not for long; who is still locked out goes round by a thread.
RING_BUSY_SECONDS = 0.05
LOCKED = "database is locked"


class RingReader:
    """Fetches rows for a card. Build the statement once and keep it: its compiled form is cached.

    A statement in plain text says by `columns` what it gives.

    On SQLite `fetch` gives its rows without suspending, so nothing can happen in between.
    """

    def __init__(self, url: URL, readers: AsyncEngine) -> None:
        self._readers = readers
        self._sqlite = _sqlite_engine(url) if is_sqlite(url) else None
        self._pool = None if is_sqlite(url) else _postgresql_pool(url)
        self._connection: PoolProxiedConnection | None = None
        self._statements: dict[Statement, RingStatement] = {}

    async def fetch(
        self, statement: Statement, params: Mapping[str, Any] | None = None
    ) -> Sequence[Any]:
        """All rows of one statement, as of now."""
        if self._sqlite is None:
            return await _fetch_by_pool(self._pool or self._readers, statement, params)
        try:
            return self._ask(self._sqlite, statement, params)
        except (sqlite3.OperationalError, OperationalError) as error:
            if LOCKED not in str(error):
                raise
            return await _fetch_by_pool(self._readers, statement, params)

    def _ask(
        self, engine: Engine, statement: Statement, params: Mapping[str, Any] | None
    ) -> Sequence[Any]:
        if self._connection is None:
            self._connection = engine.raw_connection()
        asking = self._statements.get(statement)
        if asking is None:
            asking = self._statements[statement] = RingStatement(statement, engine.dialect)
        return asking.ask(self._connection.cursor(), params)

    async def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._sqlite is not None:
            self._sqlite.dispose()
        if self._pool is not None:
            await self._pool.dispose()


def _sqlite_engine(url: URL) -> Engine:
    engine = sync_sqlite_engine(url, isolation_level="AUTOCOMMIT", poolclass=StaticPool)
    prepare_sqlite(engine, writes=False, begins=False, busy_timeout_seconds=RING_BUSY_SECONDS)
    return engine


def _postgresql_pool(url: URL) -> AsyncEngine:
    return create_async_engine(
        url,
        isolation_level="AUTOCOMMIT",
        pool_size=RING_READERS,
        max_overflow=RING_READERS,
        pool_reset_on_return=None,  # there is never a transaction to roll back
    )


async def _fetch_by_pool(
    engine: AsyncEngine, statement: Statement, params: Mapping[str, Any] | None
) -> Sequence[Any]:
    async with engine.connect() as connection:
        return (await connection.execute(statement, params)).all()
