"""The database: units that may write, reads that never wait for them, and a fast way for the ring.

Who opens a unit owns its transaction: leaving the block commits, an exception rolls back. What is
to be told to the rest of the system is told through the unit, so that nothing is announced that
was not stored.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from typing import Any, TypeVar

from sqlalchemy import URL, text
from sqlalchemy.exc import OperationalError
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.kernel.away import is_locked, told_in_our_words
from crm_core.kernel.bus import EventBus
from crm_core.kernel.engines import BUSY_TIMEOUT_SECONDS, async_engine, is_sqlite, read_url
from crm_core.kernel.ring import RingReader
from crm_core.kernel.scribe import Scribe, Writing
from crm_core.kernel.telling import Telling, add_to_outbox

logger = logging.getLogger(__name__)

T = TypeVar("T")

PATIENCE_SECONDS = 120.0
# SQLite waits for a lock in a thread that nothing can stop; so it waits in pieces, and whoever is
# told to stop is held up by one piece at most.
LOCK_ATTEMPT_SECONDS = 1.0
OUTBOX_LOCK = 0x616C6C6F  # an advisory lock's number in PostgreSQL: "allo"


class UnitOfWork(Telling):
    """One transaction that may write, and what it has to say once it is committed."""

    def __init__(self, session: AsyncSession) -> None:
        super().__init__()
        self.session = session


class Database:
    """One database by URL: `sqlite:///path/allo.sqlite3` or `postgresql://…`."""

    def __init__(self, url: URL, bus: EventBus | None, busy_timeout_seconds: float) -> None:
        self.url = url
        self.is_sqlite = is_sqlite(url)
        self._bus = bus
        self._readers = async_engine(url, writes=False, busy_timeout_seconds=busy_timeout_seconds)
        attempt = min(LOCK_ATTEMPT_SECONDS, busy_timeout_seconds)
        self._writers = async_engine(url, writes=True, busy_timeout_seconds=attempt)
        self._writer_lock = asyncio.Lock()
        self._writing: set[asyncio.Task[Any] | None] = set()
        self._outbox_signals: set[asyncio.Event] = set()
        self._scribe = Scribe(url, attempt) if self.is_sqlite else None
        self.ring = RingReader(url, self._readers)

    @classmethod
    def connect(
        cls,
        url: str,
        bus: EventBus | None = None,
        *,
        busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS,
    ) -> "Database":
        """Make ready; nothing is opened before it is needed, so a wrong address shows itself late.

        `check_schema` is the first thing to ask.
        """
        return cls(read_url(url), bus, busy_timeout_seconds)

    async def close(self) -> None:
        await self.ring.close()
        if self._scribe:
            self._scribe.close()
        await self._readers.dispose()
        await self._writers.dispose()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session that sees one consistent moment, never writes, and never waits for a writer."""
        with told_in_our_words():
            async with AsyncSession(self._readers, expire_on_commit=False) as session:
                yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[UnitOfWork]:
        """A unit that may read and write: committed at the end, rolled back on an exception."""
        with told_in_our_words():
            async with self._turn_to_write(), self._begun() as session:
                unit = UnitOfWork(session)
                yield unit
                await self._write_outbox(unit)
                await session.commit()
                # Before the next writer begins: events keep the order of the commits.
                self._announce(unit)

    async def write_apart(self, writing: Writing) -> None:
        """One unit written without the event loop where that is possible: for who writes much."""
        if self._scribe is None:
            async with self.write() as unit:
                connection = await unit.session.connection()
                await connection.run_sync(writing, unit)
            return
        with told_in_our_words():
            scribe = self._scribe
            async with self._turn_to_write():
                self._announce(await self._insist(lambda: scribe.write(writing)))

    @contextmanager
    def outbox_signal(self) -> Iterator[asyncio.Event]:
        """An event that is set whenever this process has committed new outbox rows."""
        signal = asyncio.Event()
        self._outbox_signals.add(signal)
        try:
            yield signal
        finally:
            self._outbox_signals.discard(signal)

    @asynccontextmanager
    async def _turn_to_write(self) -> AsyncIterator[None]:
        """SQLite knows one writer: wait for the turn here, fairly, and not in the busy handler."""
        task = asyncio.current_task()
        if task in self._writing:
            raise RuntimeError("a write unit inside a write unit would wait for itself for ever")
        async with self._writer_lock if self.is_sqlite else nullcontext():
            self._writing.add(task)
            try:
                yield
            finally:
                self._writing.discard(task)

    @asynccontextmanager
    async def _begun(self) -> AsyncIterator[AsyncSession]:
        """A session whose transaction has begun; another process's lock is waited out."""
        async with AsyncSession(self._writers, expire_on_commit=False) as session:

            async def begin() -> None:
                try:
                    await session.connection()
                except OperationalError:
                    await session.rollback()
                    raise

            await self._insist(begin)
            yield session

    async def _insist(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Wait until another process gives its lock back; only what had no effect is repeated."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        has_told = False
        while True:
            try:
                return await attempt()
            except OperationalError as error:
                if not is_locked(error) or asyncio.get_running_loop().time() > deadline:
                    raise
            if not has_told:
                logger.warning("waiting for another program that is writing to the database")
                has_told = True

    async def _write_outbox(self, unit: UnitOfWork) -> None:
        """Add the outbox rows, last of all, in the order in which units commit.

        PostgreSQL hands out ids before commits: without the lock a reader could pass over a row
        with a lower id that becomes visible later.
        """
        if not unit.entries:
            return
        await unit.session.flush()
        connection = await unit.session.connection()
        if not self.is_sqlite:
            await connection.execute(
                text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": OUTBOX_LOCK}
            )
        await connection.run_sync(add_to_outbox, unit)

    def _announce(self, telling: Telling) -> None:
        if self._bus is not None:
            for event in telling.events:
                self._bus.publish(event)
        if telling.entries:
            for signal in self._outbox_signals:
                signal.set()
