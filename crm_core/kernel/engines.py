"""Engines for a database URL: what SQLite and PostgreSQL must be told before they can be trusted.

Python's sqlite3 begins and ends transactions by guesses of its own; here it is told to leave that
alone, and every transaction begins with a BEGIN that we chose.
"""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from crm_core.kernel.errors import InvalidValue

BUSY_TIMEOUT_SECONDS = 30.0
READERS = 8

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}


class _EndingConnection(sqlite3.Connection):
    """A connection that ends its transaction when it is closed.

    SQLite keeps a closed connection, its transaction and its lock for as long as a statement of
    it is known to anybody. Of a unit that is cancelled, the driver closes the connection and the
    traceback still knows the statements: all others were shut out until Python cleared it away.
    """

    def close(self) -> None:
        try:
            self.rollback()  # nothing, where nothing has begun
        finally:
            super().close()


def read_url(text: str) -> URL:
    """Understand a database URL and add the driver; a wrong one is refused without repeating it."""
    try:
        url = make_url(text)
        drivername = _DRIVERS[url.drivername]
    except (ArgumentError, KeyError, ValueError):
        raise InvalidValue(
            "database_url", "the database URL must look like sqlite:///file or postgresql://…"
        ) from None  # the cause would repeat the URL, which may hold a password
    if drivername.startswith("sqlite") and url.database in (None, "", ":memory:"):
        raise InvalidValue("database_url", "SQLite needs a file: sqlite:///path/allo.sqlite3")
    if "sslmode" in url.query:  # libpq's word; asyncpg calls it ssl
        url = url.update_query_dict({"ssl": url.query["sslmode"]}).difference_update_query(
            ["sslmode"]
        )
    return url.set(drivername=drivername)


def is_sqlite(url: URL) -> bool:
    """Whether the URL names an SQLite file."""
    return url.get_backend_name() == "sqlite"


def sqlite_path(url: URL) -> Path:
    """The file of an SQLite URL."""
    return Path(str(url.database))


def create_file(url: URL) -> None:
    """Make an empty SQLite file that only its owner may read: clients' numbers are in it."""
    path = sqlite_path(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def async_engine(
    url: URL, *, writes: bool, busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS
) -> AsyncEngine:
    """An engine whose transactions may all write, or may all only read."""
    if is_sqlite(url):
        engine = create_async_engine(
            url,
            connect_args={"isolation_level": None, "factory": _EndingConnection},
            pool_size=1 if writes else READERS,
            max_overflow=0,
            pool_timeout=2 * busy_timeout_seconds,
        )
        prepare_sqlite(engine.sync_engine, writes=writes, busy_timeout_seconds=busy_timeout_seconds)
        return engine
    rules: dict[str, Any] = {}
    if not writes:  # one moment for all statements of a unit, as SQLite has it
        rules = {
            "isolation_level": "REPEATABLE READ",
            "execution_options": {"postgresql_readonly": True},
        }
    return create_async_engine(
        url, pool_size=READERS, max_overflow=READERS, pool_pre_ping=True, **rules
    )


def sync_sqlite_engine(url: URL, **options: Any) -> Engine:
    """An engine that speaks to the file without a thread between; for migrations and the ring."""
    return create_engine(
        url.set(drivername="sqlite"),
        connect_args={"isolation_level": None, "check_same_thread": False},
        **options,
    )


def prepare_sqlite(
    engine: Engine,
    *,
    writes: bool,
    busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS,
    foreign_keys: bool = True,
    begins: bool = True,
) -> None:
    """Give every connection the house's rules, and every transaction a BEGIN of our choice.

    Without `begins` there is no transaction: each statement sees what is committed by then.

    A deferred transaction that reads and then writes fails at once with "database is locked" when
    another one wrote in between; no timeout helps. BEGIN IMMEDIATE waits at the beginning instead.
    """
    rules = [
        f"PRAGMA busy_timeout = {int(busy_timeout_seconds * 1000)}",
        f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}",
        "PRAGMA synchronous = FULL",
        f"PRAGMA query_only = {'OFF' if writes else 'ON'}",
    ]
    event.listen(engine, "connect", _rule_setter(rules, writes=writes))
    if begins:
        event.listen(engine, "begin", _beginner("BEGIN IMMEDIATE" if writes else "BEGIN"))


def _rule_setter(rules: list[str], *, writes: bool) -> Callable[[Any, Any], None]:
    def set_rules(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for rule in rules:
            cursor.execute(rule)
        if writes:  # kept in the file, and asked before it is set: setting it needs the whole file
            cursor.execute("PRAGMA journal_mode")
            if cursor.fetchone()[0] != "wal":
                cursor.execute("PRAGMA journal_mode = WAL")
        cursor.close()

    return set_rules


def _beginner(statement: str) -> Callable[[Connection], None]:
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    return begin
