"""The schema: migrations make exactly the models' tables, and any other database is refused."""

import os
import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, event, inspect

from crm_core.kernel.database import Database
from crm_core.kernel.errors import (
    DatabaseUnreachable,
    InvalidValue,
    SchemaOutdated,
    SchemaTooNew,
)
from crm_core.kernel.schema import check_schema, known_revisions, migrate, on_migration_connection
from crm_core.migrations.metadata import METADATA, is_modelled
from tests.engines import ON_SQLITE


def test_the_migrated_tables_are_those_of_the_models(database_url: str) -> None:
    differences: list[Any] = []

    def compare(connection: Connection) -> None:
        options = {"include_object": is_modelled, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        differences.extend(compare_metadata(context, METADATA))

    on_migration_connection(database_url, compare)

    assert differences == []


async def test_a_migrated_database_is_accepted(database: Database) -> None:
    await check_schema(database)


def test_migrating_again_changes_nothing(database_url: str) -> None:
    migrate(database_url)


def test_a_new_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "allo.sqlite3"
    migrate(f"sqlite:///{path}")

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("exists", [True, False])
async def test_an_empty_database_is_refused_with_the_command_that_mends_it(
    tmp_path: Path, exists: bool
) -> None:
    path = tmp_path / "allo.sqlite3"
    if exists:
        path.touch()
    database = Database.connect(f"sqlite:///{path}")

    with pytest.raises(SchemaOutdated, match="allo migrate"):
        await check_schema(database)

    assert path.exists() is exists  # asking leaves no empty file behind
    await database.close()


async def test_an_older_schema_is_refused_with_the_command_that_mends_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'allo.sqlite3'}"
    migrate(url, known_revisions()[1])
    database = Database.connect(url)

    with pytest.raises(SchemaOutdated, match="allo migrate"):
        await check_schema(database)

    await database.close()


@ON_SQLITE
async def test_a_newer_schema_is_refused(database_url: str) -> None:
    with sqlite3.connect(database_url.removeprefix("sqlite:///")) as file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
    file.close()
    database = Database.connect(database_url)

    with pytest.raises(SchemaTooNew, match="newer"):
        await check_schema(database)

    await database.close()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://allo:sesame@127.0.0.1:1/allo",
        "postgresql://allo:sesame@/allo?host=/nowhere/at/all",
    ],
)
async def test_a_database_out_of_reach_is_told_in_one_line_without_the_password(url: str) -> None:
    database = Database.connect(url)

    with pytest.raises(DatabaseUnreachable) as refusal:
        await check_schema(database)

    assert "\n" not in str(refusal.value)
    assert "sesame" not in str(refusal.value)
    await database.close()


@pytest.mark.parametrize(
    "url", ["", "nonsense", "mysql://root:sesame@db/allo", "sqlite://", "sqlite:///:memory:"]
)
def test_a_wrong_url_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        Database.connect(url)

    assert refusal.value.field == "database_url"
    assert "sesame" not in str(refusal.value)


def test_a_migration_killed_at_any_statement_leaves_the_old_tables_and_can_be_repeated(
    empty_database_url: str,
) -> None:
    migrate(empty_database_url, "0001")
    before = table_names(empty_database_url)

    statement, was_killed = 1, True
    while was_killed:
        was_killed = migrate_and_die(empty_database_url, at_statement=statement)
        assert not was_killed or table_names(empty_database_url) == before
        statement += 7

    assert statement > 30  # it was really killed in the midst, not only at the door
    assert table_names(empty_database_url) > before


def migrate_and_die(url: str, *, at_statement: int) -> bool:
    """Migrate in a process of its own that ends, without any goodbye, at the nth statement."""
    child = os.fork()
    if child == 0:
        try:
            _count_down(at_statement)
            migrate(url)
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, -9)
    return code == -9


def _count_down(statements: int) -> None:
    left = statements

    @event.listens_for(Engine, "after_cursor_execute")
    def die(*_arguments: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), 9)


def table_names(url: str) -> set[str]:
    names: set[str] = set()
    on_migration_connection(url, lambda found: names.update(inspect(found).get_table_names()))
    return names
