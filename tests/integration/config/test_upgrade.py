"""An office that began with an early Allo comes up with `allo migrate`: copied first, all kept."""

import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest
from sqlalchemy import Connection, MetaData, Table, inspect
from sqlalchemy import select as select_rows
from sqlmodel import select

from crm_core.access.permissions import Rights
from crm_core.access.tables import User
from crm_core.access.users import person_of
from crm_core.calls.call_query import CallQuery
from crm_core.calls.calls import list_calls
from crm_core.kernel.database import Database
from crm_core.kernel.engines import is_sqlite, read_url
from crm_core.kernel.schema import known_revisions, migrate, on_migration_connection
from crm_core.records.client_list import ClientQuery, list_clients
from tests.integration.config.conftest import CommandLine

NAMESPACE = UUID("b0d6a1de-3c0e-4f0e-9a53-1f5c3f1c7a10")
THEN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CLIENTS = 30
OLDEST = known_revisions()[-1]
FIRST_WITH_CALLS = "0003"

Rows = dict[str, list[tuple[Any, ...]]]


class Filling:
    """Writes rows into the tables of an old revision, as that revision knew them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._is_sqlite = connection.dialect.name == "sqlite"
        self._tables = MetaData()
        self._tables.reflect(connection)

    def key(self, name: str) -> Any:
        made = uuid5(NAMESPACE, name)
        return made.hex if self._is_sqlite else made

    def moment(self, minutes: int) -> datetime:
        at = THEN + timedelta(minutes=minutes)
        return at.replace(tzinfo=None) if self._is_sqlite else at

    def team(self) -> Any:
        return (
            self._connection.execute(select_rows(self._tables.tables["team"].c.id))
            .scalars()
            .first()
        )

    def add(self, table: str, **values: Any) -> None:
        self._connection.execute(self._tables.tables[table].insert(), values)


def add_people(fill: Filling) -> None:
    made = {"created_at": fill.moment(0), "updated_at": fill.moment(0), "is_active": True}
    shown = {"language": "ru", "theme": "auto", "time_zone": "Asia/Omsk"}
    person = {"id": fill.key("anna"), "login": "anna", "name": "Анна «Ё»", "role": "admin"}
    fill.add("user_account", **person, password_hash="-", team_id=fill.team(), **shown, **made)
    fill.add("extension", pbx="main", extension="101", user_id=fill.key("anna"))


def add_clients_and_calls(fill: Filling) -> None:
    owned = {"owner_id": fill.key("anna"), "team_id": fill.team(), "version": 1}
    for number in range(CLIENTS):
        made = {"created_at": fill.moment(number), "updated_at": fill.moment(number)}
        client, call = fill.key(f"client {number}"), fill.key(f"call {number}")
        name, phone = f"Иван Крылов {number}", f"+7916000{number:04d}"
        fill.add("record", id=client, kind="client", title=name, **owned, **made)
        text = {"sort_name": name.lower(), "search_text": f"{name.lower()} {phone}"}
        fill.add("client", id=client, kind="person", name=name, is_vip=False, tags=["опт"], **text)
        place = {"number": phone, "tail": phone[-10:], "raw_number": phone, "label": "mobile"}
        fill.add(
            "client_phone", id=fill.key(f"phone {number}"), client_id=client, position=0, **place
        )
        fill.add("record", id=call, kind="call", title=phone, **owned, **made)
        add_call(fill, number, call=call, client=client, phone=phone)


def add_call(fill: Filling, number: int, *, call: Any, client: Any, phone: str) -> None:
    began, ended = fill.moment(number), fill.moment(number + 1)
    times = {"started_at": began, "answered_at": began, "ended_at": ended}
    lasted = {"wait_seconds": 1.5, "talk_seconds": 58.5, "hold_seconds": 0.0}
    words = {"note": f"заметка «{number}»", "note_version": 2, "disposition": None}
    flags = {"is_withheld": False, "is_recovered": False, "is_stub": False}
    fill.add(
        "call",
        id=call,
        pbx="main",
        linkedid=f"1772442000.{number}",
        direction="inbound",
        status="ended",
        result="answered",
        number=phone,
        raw_number=phone,
        handled_by="101",
        handled_by_user_id=fill.key("anna"),
        transfers=[],
        client_id=client,
        is_client_chosen=True,
        **times,
        **lasted,
        **words,
        **flags,
    )
    leg = {"extension": "101", "user_id": fill.key("anna"), "outcome": "answered"}
    fill.add(
        "call_leg",
        id=fill.key(f"leg {number}"),
        call_id=call,
        key="1",
        position=0,
        **leg,
        rang_at=began,
        answered_at=began,
        ended_at=ended,
        talk_seconds=58.5,
    )


def old_office(url: str, revision: str) -> None:
    migrate(url, revision)

    def fill(connection: Connection) -> None:
        filling = Filling(connection)
        add_people(filling)
        if revision >= FIRST_WITH_CALLS:
            add_clients_and_calls(filling)

    on_migration_connection(url, fill)


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
