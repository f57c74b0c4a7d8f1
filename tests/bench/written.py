"""How many calls a second reach the call log: the call writer beside the bare rows.

The floor writes the very rows that the writer has written, taken out again before: as many calls
in a transaction, and nothing to look up or decide.
"""

import sqlite3
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from crm_core.calls.agents.directory import AgentDirectory
from crm_core.calls.call_log import BATCH, CallWriter
from crm_core.kernel.call_facts import CallSnapshot
from crm_core.kernel.database import Database
from tests.bench.office import Office
from tests.integration.web.random_calls import a_call, answer, end, ring

CALLS = 3_000
TABLES = (  # nobody refers to what is not there yet; and by which column a row's call is known
    ("record", "id"),
    ("call", "id"),
    ("call_leg", "call_id"),
    ("call_queue_visit", "call_id"),
    ("call_of_person", "call_id"),
    ("call_of_queue", "call_id"),
    ("activity", "source_id"),
    ("outbox", "record_id"),
)

Rows = Mapping[str, Mapping[UUID, list[tuple[Any, ...]]]]
"""By table, then by call."""


async def measure(office: Office, engine: str) -> None:
    """Write the same calls twice, and print how fast."""
    calls = [_call(office, number) for number in range(CALLS)]
    own = await _by_the_writer(office, calls)
    ids = [call.call_id for call in calls]
    floor = _on_sqlite(office, ids) if engine == "sqlite" else await _on_postgresql(office, ids)
    print(
        f"\ncalls written on {engine}, {BATCH} a transaction: the bare rows {floor:,.0f}/s,"
        f" allo {own:,.0f}/s, share {own / floor:.2f}"
    )


def _call(office: Office, number: int) -> CallSnapshot:
    extension = office.extensions[number % len(office.extensions)]
    queued = a_call(
        number, number=office.caller(number * 7919), queue="sales", at=datetime.now(UTC)
    )
    return replace(end(answer(ring(queued, extension), extension)), pbx="bench")


async def _by_the_writer(office: Office, calls: Sequence[CallSnapshot]) -> float:
    database, directory = Database.connect(office.url), AgentDirectory()
    try:
        await directory.reload(database)
        writer = CallWriter(database, directory, {"bench": "RU"})
        writer.put("bench", calls[:BATCH])
        await writer.flush()  # the first opens what all others find open
        writer.put("bench", calls[BATCH:])
        began = time.perf_counter()
        await writer.flush()
        return (len(calls) - BATCH) / (time.perf_counter() - began)
    finally:
        await database.close()


def _on_sqlite(office: Office, ids: Sequence[UUID]) -> float:
    with closing(sqlite3.connect(office.database, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=FULL")
        rows: dict[str, dict[UUID, list[tuple[Any, ...]]]] = {}
        connection.execute("CREATE TEMP TABLE wanted (id)")
        connection.executemany("INSERT INTO wanted VALUES (?)", [(it.hex,) for it in ids])
        for table, key in TABLES:
            found = connection.execute(
                f"SELECT {key}, * FROM {table} WHERE {key} IN (SELECT id FROM wanted)"
            )
            rows[table] = defaultdict(list)
            for call, *row in found:
                rows[table][UUID(call)].append(tuple(row))
        connection.execute("BEGIN")
        for table, key in reversed(TABLES):
            connection.execute(f"DELETE FROM {table} WHERE {key} IN (SELECT id FROM wanted)")
        connection.execute("COMMIT")
        began = time.perf_counter()
        for at in range(0, len(ids), BATCH):
            connection.execute("BEGIN IMMEDIATE")
            for table, _key in TABLES:
                batch = [row for it in ids[at : at + BATCH] for row in rows[table][it]]
                marks = ", ".join("?" * len(batch[0]))
                connection.executemany(f"INSERT INTO {table} VALUES ({marks})", batch)
            connection.execute("COMMIT")
        return len(ids) / (time.perf_counter() - began)


async def _on_postgresql(office: Office, ids: Sequence[UUID]) -> float:
    connection = await asyncpg.connect(office.url)
    try:
        rows: dict[str, dict[UUID, list[tuple[Any, ...]]]] = {}
        for table, key in TABLES:
            found = await connection.fetch(
                f'SELECT {key} AS of_call, t.* FROM "{table}" t WHERE {key} = ANY($1)', list(ids)
            )
            rows[table] = defaultdict(list)
            for call, *row in found:
                rows[table][call].append(tuple(row))
        for table, key in reversed(TABLES):
            await connection.execute(f'DELETE FROM "{table}" WHERE {key} = ANY($1)', list(ids))
        began = time.perf_counter()
        for at in range(0, len(ids), BATCH):
            async with connection.transaction():
                for table, _key in TABLES:
                    batch = [row for it in ids[at : at + BATCH] for row in rows[table][it]]
                    marks = ", ".join(f"${number + 1}" for number in range(len(batch[0])))
                    await connection.executemany(f'INSERT INTO "{table}" VALUES ({marks})', batch)
        return len(ids) / (time.perf_counter() - began)
    finally:
        await connection.close()
