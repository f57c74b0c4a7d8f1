"""An office that began with an early Allo comes up with `allo migrate`: copied first, all kept."""

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid5

import pytest
from sqlalchemy import Connection, MetaData, Table, inspect
from sqlalchemy import select as select_rows
from sqlmodel import select

from crm_core.access.permissions import Rights
from crm_core.access.tables import User
from crm_core.access.users import person_of
from crm_core.calls.call_query import CallQuery
from crm_core.calls.calls import list_calls
from crm_core.calls.missed_calls.listing import MissedCallQuery, list_missed_calls
from crm_core.kernel.database import Database
from crm_core.kernel.engines import is_sqlite, read_url
from crm_core.kernel.schema import known_revisions, on_migration_connection
from crm_core.records.client_list import ClientQuery, list_clients
from tests.integration.config.conftest import CommandLine
from tests.integration.config.old_office import (
    CLIENTS,
    FIRST_WITH_CALLS,
    NAMESPACE,
    Filling,
    add_call,
    old_office,
)

OLDEST = known_revisions()[-1]

Rows = dict[str, list[tuple[Any, ...]]]


def columns_of(url: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}

    def read(connection: Connection) -> None:
        asked = inspect(connection)
        for table in asked.get_table_names():
            found[table] = [column["name"] for column in asked.get_columns(table)]

    on_migration_connection(url, read)
    return found


def rows_of(url: str, columns: dict[str, list[str]]) -> Rows:
    """All rows, by the columns that there were; what a step has added is not looked at."""
    found: Rows = {}

    def read(connection: Connection) -> None:
        for name, wanted in columns.items():
            table = Table(name, MetaData(), autoload_with=connection)
            rows = connection.execute(select_rows(*(table.c[column] for column in wanted)))
            found[name] = sorted((tuple(row) for row in rows), key=repr)

    on_migration_connection(url, read)
    return found


@pytest.mark.parametrize("revision", sorted({OLDEST, FIRST_WITH_CALLS}))
async def test_an_early_office_comes_up_with_every_row(
    allo: CommandLine, empty_database_url: str, revision: str
) -> None:
    url = empty_database_url
    old_office(url, revision)
    columns = columns_of(url)
    columns.pop("alembic_version")
    before = rows_of(url, columns)
    allo.settings["ALLO_DATABASE_URL"] = url

    done = await allo.run("migrate")
    again = await allo.run("migrate")

    assert (done.status, done.err) == (0, "")
    assert "the database as it was is kept in" in done.out
    assert again.out == "the database is up to date\n"
    after = rows_of(url, columns)
    for table, rows in before.items():  # a step may add rows of its own, rights above all
        missing = [row for row in rows if row not in after[table]]
        assert missing == [], table
    for table in ("user_account", "client", "client_phone", "call", "call_leg"):
        assert after.get(table) == before.get(table)
    (copy,) = (allo.directory / "data/backups").iterdir()
    assert revision in revision_in(copy, is_file=is_sqlite(read_url(url)))


def with_open_call_backs(url: str) -> None:
    """Of three call-backs of two clients, two are one client's; a fourth has ended."""
    old_office(url, "0012")

    def fill(connection: Connection) -> None:
        filling = Filling(connection)
        for name, client, ended in (
            ("a", 0, False),
            ("b", 1, False),
            ("c", 1, False),
            ("d", 2, True),
        ):
            add_missed_call(filling, name, client, is_done=ended)

    on_migration_connection(url, fill)


def add_missed_call(fill: Filling, name: str, client: int, *, is_done: bool) -> None:
    minute = 100 + ord(name)
    made = {"created_at": fill.moment(minute), "updated_at": fill.moment(minute)}
    call, task, phone = (
        fill.key(f"missed {name}"),
        fill.key(f"task {name}"),
        f"+7916000{client:04d}",
    )
    for key, kind in ((call, "call"), (task, "task")):
        fill.add("record", id=key, kind=kind, title=phone, team_id=fill.team(), version=1, **made)
    add_call(fill, minute, call=call, client=fill.key(f"client {client}"), phone=phone)
    fill.change("call", call, result="abandoned", ended_at=fill.moment(minute), queue="sales")
    fill.add(
        "task",
        id=task,
        kind="callback",
        title="Перезвонить",
        due_at=fill.moment(minute),
        is_all_day=False,
        assignee_id=fill.key("anna"),
        team_id=fill.team(),
        client_id=fill.key(f"client {client}"),
        call_id=call,
        number=phone,
        made_by="missed_call",
        times=3,
        created_at=fill.moment(minute),
        done_at=fill.moment(minute + 1) if is_done else None,
    )


async def test_call_backs_that_wait_are_debts_of_the_ledger(
    allo: CommandLine, empty_database_url: str
) -> None:
    with_open_call_backs(empty_database_url)
    allo.settings["ALLO_DATABASE_URL"] = empty_database_url

    done = await allo.run("migrate")

    assert (done.status, done.err) == (0, "")
    database = Database.connect(empty_database_url)
    try:
        rights = await Rights.load(database)
        async with database.read() as session:
            anna = person_of((await session.exec(select(User))).one())
            page = await list_missed_calls(session, anna, rights, MissedCallQuery(), region="RU")
    finally:
        await database.close()
    keys = [uuid5(NAMESPACE, f"task {name}") for name in "ab"]
    assert [one.task_id for one in page.items] == keys
    assert {(one.times_called, one.queue, one.pbx) for one in page.items} == {(3, "sales", "main")}
    assert {one.client.name for one in page.items if one.client} == {
        "Иван Крылов 0",
        "Иван Крылов 1",
    }


def revision_in(copy: Path, *, is_file: bool) -> str:
    """At which revision the copy was made."""
    if is_file:
        with closing(sqlite3.connect(copy)) as connection:
            return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    program = shutil.which("pg_restore")
    assert program
    wanted = [program, "--data-only", "--table=alembic_version", "--file=-", str(copy)]
    return subprocess.run(wanted, capture_output=True, text=True, check=True).stdout


async def test_what_came_from_then_is_found_and_shown_now(
    allo: CommandLine, empty_database_url: str
) -> None:
    old_office(empty_database_url, FIRST_WITH_CALLS)
    allo.settings["ALLO_DATABASE_URL"] = empty_database_url
    assert (await allo.run("migrate")).status == 0
    database = Database.connect(empty_database_url)
    try:
        rights = await Rights.load(database)
        async with database.read() as session:
            anna = person_of((await session.exec(select(User))).one())
            wanted = ClientQuery(q="крылов", limit=100)
            found = await list_clients(session, anna, rights, wanted, region="RU")
            calls = await list_calls(session, anna, rights, CallQuery(limit=100), region="RU")
    finally:
        await database.close()

    assert {client.name for client in found.items} == {f"Иван Крылов {n}" for n in range(CLIENTS)}
    assert len(calls.items) == CLIENTS
    assert {call.note for call in calls.items} == {f"заметка «{n}»" for n in range(CLIENTS)}


def with_calls_told_in_every_way(url: str) -> None:
    """One call was dialled, one taken, one rang only, one was nobody's, one stood in queues."""
    old_office(url, "0020")

    def fill(connection: Connection) -> None:
        filling = Filling(connection)
        anna, call = filling.key("anna"), [filling.key(f"call {number}") for number in range(5)]
        for number in (0, 1, 3):
            filling.change("call_leg", filling.key(f"leg {number}"), user_id=None)
        for number in (0, 2, 3):
            filling.change("call", call[number], handled_by_user_id=None)
        filling.change("call", call[0], placed_by_user_id=anna)
        for position, name in enumerate(("sales", "support", "sales")):
            key, at = filling.key(f"visit {position}"), filling.moment(4)
            stay = {"id": key, "call_id": call[4], "position": position, "name": name}
            filling.add("call_queue_visit", **stay, entered_at=at, outcome="answered")

    on_migration_connection(url, fill)


async def test_whose_and_which_queues_calls_old_ones_are_is_known_from_the_first_day(
    allo: CommandLine, empty_database_url: str
) -> None:
    with_calls_told_in_every_way(empty_database_url)
    allo.settings["ALLO_DATABASE_URL"] = empty_database_url
    assert (await allo.run("migrate")).status == 0
    database = Database.connect(empty_database_url)

    async def notes_of(**asked: Any) -> list[str]:
        rights = await Rights.load(database)
        async with database.read() as session:
            anna = person_of((await session.exec(select(User))).one())
            query = CallQuery(limit=100, **asked)
            page = await list_calls(session, anna, rights, query, region="RU")
        return [call.note for call in page.items]

    try:
        of_anna = await notes_of(user=uuid5(NAMESPACE, "anna"))
        of_queues = [await notes_of(queue=name) for name in ("sales", "support", "nowhere")]
    finally:
        await database.close()

    newest_first = reversed([n for n in range(CLIENTS) if n != 3])
    assert of_anna == [f"заметка «{n}»" for n in newest_first]
    assert of_queues == [["заметка «4»"], ["заметка «4»"], []]
