"""Records in a database: the tables `cdr` and, if there is one, `cel` as FreePBX has them.

The table is read as it is found: columns that are not there are not asked for. The connection is
made for one question and closed.
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, TypeVar

from asyncpg.exceptions import InterfaceError, PostgresError
from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    NullPool,
    String,
    Table,
    bindparam,
    create_engine,
    inspect,
    select,
)
from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from crm_core.kernel.engines import read_url
from telephony.call_records.channel_events import COLUMNS, EXTRAS, KINDS
from telephony.call_records.errors import RecordsUnreadable
from telephony.call_records.record import PbxClock, Row
from telephony.call_records.window import ROWS_LIMIT, Window

TABLE = "cdr"
EVENTS_TABLE = "cel"
CALLS_AT_ONCE = 200
ROWS_TO_LEARN = 200
NEEDED = ("calldate", "channel", "duration", "disposition", "uniqueid")
USEFUL = (
    *("src", "dst", "clid", "dstchannel", "lastapp", "lastdata", "billsec", "did", "cnam"),
    *("recordingfile", "linkedid", "answer", "end"),
)
MYSQL_DRIVERS = ("mysql+pymysql", "mysql+mysqldb")
CONNECT_SECONDS = 10
ANSWER_SECONDS = 60

T = TypeVar("T")


def read_database(url: URL, window: Window) -> list[Row]:
    """The rows that may belong to the window; raises `RecordsUnreadable`."""
    rows = _ask(url, lambda connection: _rows(connection, window))
    if len(rows) > ROWS_LIMIT:
        raise RecordsUnreadable(f"more than {ROWS_LIMIT} records lie in this gap")
    return [row for row in rows if window.may_hold(row)]


def read_events(url: URL, linkedids: Iterable[str]) -> list[Row]:
    """The rows of `cel` of these calls; none where the database has no such table."""
    wanted = sorted(linkedids)

    def rows(connection: Connection) -> list[Row]:
        found = inspect(connection)
        if not found.has_table(EVENTS_TABLE):
            return []
        names = {str(one["name"]): one["type"] for one in found.get_columns(EVENTS_TABLE)}
        if not names.keys() >= set(COLUMNS):
            return []
        columns = [Column(name, names[name]) for name in (*COLUMNS, *EXTRAS) if name in names]
        table = Table(EVENTS_TABLE, MetaData(), *columns)
        query = select(table).where(
            table.c.linkedid.in_(bindparam("ids", expanding=True)), table.c.eventtype.in_(KINDS)
        )
        return [
            dict(row._mapping)
            for at in range(0, len(wanted), CALLS_AT_ONCE)
            for row in connection.execute(query, {"ids": wanted[at : at + CALLS_AT_ONCE]})
        ]

    return _ask(url, rows) if wanted else []


def check_database(url: URL) -> tuple[str, ...]:
    """The names of the useful columns that are not there; raises `RecordsUnreadable`."""
    columns = _ask(url, lambda connection: tuple(_columns(connection)))
    return tuple(name for name in ("linkedid", "did", "dstchannel") if name not in columns)


def _rows(connection: Connection, window: Window) -> list[Row]:
    columns = _columns(connection)
    wanted = [columns[name] for name in (*NEEDED, *USEFUL) if name in columns]
    table = Table(TABLE, MetaData(), *wanted)
    begin, end = _bounds(connection, table, window)
    query = (
        select(table)
        .where(table.c.calldate >= begin, table.c.calldate <= end)
        .order_by(table.c.calldate)
        .limit(ROWS_LIMIT + 1)
    )
    return [dict(row._mapping) for row in connection.execute(query)]


def _bounds(connection: Connection, table: Table, window: Window) -> tuple[Any, Any]:
    """The PBX's own times of the window; its newest rows tell how far its clock is from UTC."""
    newest = (
        select(table.c.calldate, table.c.uniqueid)
        .order_by(table.c.calldate.desc())
        .limit(ROWS_TO_LEARN)
    )
    clock = PbxClock([dict(row._mapping) for row in connection.execute(newest)])
    begin, end = window.local_span(clock.span)
    if isinstance(table.c.calldate.type, String):
        return str(begin.replace(microsecond=0)), str(end.replace(microsecond=0))
    return begin, end


def _columns(connection: Connection) -> dict[str, Column[Any]]:
    """The table's columns; a FreePBX with an old table may have fewer."""
    found = inspect(connection)
    if not found.has_table(TABLE):
        raise RecordsUnreadable(f"the database has no table {TABLE}")
    columns = {
        str(one["name"]): Column(str(one["name"]), one["type"]) for one in found.get_columns(TABLE)
    }
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise RecordsUnreadable(f"the table {TABLE} has no column {', '.join(missing)}")
    return columns


def _ask(url: URL, question: Callable[[Connection], T]) -> T:
    """Ask in this thread. What fails is told without the password, whatever a driver repeats."""
    try:
        if url.get_backend_name() == "postgresql":
            return asyncio.run(_ask_postgresql(url, question))
        engine = _sync_engine(url)
        try:
            with engine.connect() as connection:
                return question(connection)
        finally:
            engine.dispose()
    except (SQLAlchemyError, OSError, PostgresError, InterfaceError) as error:
        cause = getattr(error, "orig", None) or error
        raise RecordsUnreadable(f"the database cannot be read: {_reason(cause, url)}") from None


async def _ask_postgresql(url: URL, question: Callable[[Connection], T]) -> T:
    engine = create_async_engine(
        read_url(url.set(drivername="postgresql").render_as_string(hide_password=False)),
        poolclass=NullPool,
        connect_args={"timeout": CONNECT_SECONDS, "command_timeout": ANSWER_SECONDS},
    )
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(question)
    finally:
        await engine.dispose()


def _sync_engine(url: URL) -> Engine:
    """With a driver that is installed; a file is only read, and never made."""
    if url.get_backend_name() == "sqlite":
        file = f"file:{url.database}"
        opened = url.set(drivername="sqlite", database=file, query={"mode": "ro", "uri": "true"})
        return create_engine(opened, poolclass=NullPool)
    patience = {"connect_timeout": CONNECT_SECONDS, "read_timeout": ANSWER_SECONDS}
    for driver in MYSQL_DRIVERS:
        with suppress(ImportError):
            return create_engine(
                url.set(drivername=driver), poolclass=NullPool, connect_args=patience
            )
    raise RecordsUnreadable("no driver for MySQL and MariaDB is installed: pip install PyMySQL")


def _reason(error: BaseException, url: URL) -> str:
    line = " ".join(str(error).split())[:200] or type(error).__name__
    return line.replace(str(url.password), "***") if url.password else line
