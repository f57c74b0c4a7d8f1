"""All tables as text, one file a table, one line a row: the same from either engine.

What an installation holds is exactly the rows of the tables that the models name; what a database
makes of them for itself (the index of the search, counters) it makes anew.
"""

import asyncio
import hashlib
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Table, delete, func, insert, select, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from crm_core.kernel.engines import is_sqlite, prepare_sqlite, read_url, sync_sqlite_engine
from crm_core.migrations.metadata import METADATA

PAGE = 1_000


def row_counts(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in METADATA.sorted_tables
    }


def dump(connection: Connection, folder: Path) -> dict[str, dict[str, Any]]:
    """Write every table below `folder`; gives rows and a checksum for each.

    The connection must see one moment. Rows stand in the order of their keys.
    """
    told = {}
    for table in METADATA.sorted_tables:
        digest, count = hashlib.sha256(), 0
        with (folder / f"{table.name}.jsonl").open("wb") as file:
            for line in _lines(connection, table):
                file.write(line)
                digest.update(line)
                count += 1
        told[table.name] = {"rows": count, "sha256": digest.hexdigest()}
    return told


def checksums(connection: Connection) -> dict[str, str]:
    """The same checksums without writing anything: two databases that agree hold the same rows."""
    found = {}
    for table in METADATA.sorted_tables:
        digest = hashlib.sha256()
        for line in _lines(connection, table):
            digest.update(line)
        found[table.name] = digest.hexdigest()
    return found


def load(connection: Connection, folder: Path) -> None:
    """Replace all rows by those below `folder`, in the caller's transaction."""
    for table in reversed(METADATA.sorted_tables):
        connection.execute(delete(table))
    for table in METADATA.sorted_tables:
        readers = {column.name: _reader(column) for column in table.columns}
        for rows in _pages(folder / f"{table.name}.jsonl"):
            connection.execute(
                insert(table),
                [{name: readers[name](value) for name, value in row.items()} for row in rows],
            )
        _go_on_counting(connection, table)


def on_reading_connection(url: str, work: Callable[[Connection], Any]) -> Any:
    """Do `work` on a connection that sees one moment and writes nothing, while others write."""
    address = read_url(url)
    if is_sqlite(address):
        engine = sync_sqlite_engine(address, poolclass=NullPool)
        prepare_sqlite(engine, writes=False)
        with engine.begin() as connection:
            return work(connection)
    return _in_loop(address, work)


def _in_loop(address: Any, work: Callable[[Connection], Any]) -> Any:
    async def read() -> Any:
        engine = create_async_engine(
            address,
            poolclass=NullPool,
            isolation_level="REPEATABLE READ",
            execution_options={"postgresql_readonly": True},
        )
        async with engine.connect() as connection:
            return await connection.run_sync(work)

    with ThreadPoolExecutor(1) as thread:  # the caller's thread may have a loop already
        return thread.submit(asyncio.run, read()).result()


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    query = select(table).order_by(*table.primary_key.columns)
    rows = connection.execution_options(stream_results=True).execute(query)
    for row in rows.yield_per(PAGE).mappings():
        told = {name: _plain(value) for name, value in row.items()}
        yield json.dumps(told, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value


def _reader(column: Column[Any]) -> Callable[[Any], Any]:
    """What makes a value of this column of its text."""
    kind = _python_type(column)
    if kind is UUID:
        return lambda value: None if value is None else UUID(value)
    if kind is datetime:
        return lambda value: None if value is None else datetime.fromisoformat(value)
    if kind is date:
        return lambda value: None if value is None else date.fromisoformat(value)
    return lambda value: value


def _python_type(column: Column[Any]) -> type[Any] | None:
    kind = getattr(column.type, "impl", column.type)
    try:
        return kind.python_type
    except NotImplementedError:
        return None


def _pages(path: Path) -> Iterator[list[dict[str, Any]]]:
    page = []
    with path.open("rb") as file:
        for line in file:
            page.append(json.loads(line))
            if len(page) == PAGE:
                yield page
                page = []
    if page:
        yield page


def _go_on_counting(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number new rows behind those that came along; SQLite does so by itself."""
    column = table.autoincrement_column
    if connection.dialect.name == "sqlite" or column is None or column.type.python_type is not int:
        return
    greatest = connection.execute(select(func.max(column))).scalar_one()
    sequence = text("SELECT pg_get_serial_sequence(:table, :column)")
    name = connection.execute(sequence, {"table": table.name, "column": column.name}).scalar_one()
    if name and greatest:
        connection.execute(text("SELECT setval(:name, :at)"), {"name": name, "at": greatest})
