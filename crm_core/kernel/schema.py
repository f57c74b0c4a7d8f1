"""The schema: bringing a database up to this program's tables, and refusing any other."""

import asyncio
import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from crm_core.kernel.database import Database
from crm_core.kernel.engines import (
    create_file,
    is_sqlite,
    prepare_sqlite,
    read_url,
    sqlite_path,
    sync_sqlite_engine,
)
from crm_core.kernel.errors import CrmError, DatabaseUnreachable, SchemaOutdated, SchemaTooNew

MIGRATION_LOCK = 0x616C6C70  # an advisory lock's number in PostgreSQL, beside the outbox's


def migrate(url: str, revision: str = "head") -> None:
    """Bring the tables up to this program, all steps or none; makes a missing SQLite file.

    Blocks: a coroutine calls it through a thread. Two at once wait for each other.
    """

    def upgrade(connection: Connection) -> None:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    # Alembic tells every step on stdout's logger; a command says itself what it did.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    on_migration_connection(url, upgrade)


def known_revisions() -> list[str]:
    """Every revision this program knows, the newest first."""
    script = ScriptDirectory.from_config(_config())
    return [step.revision for step in script.walk_revisions()]


async def check_schema(database: Database) -> None:
    """Refuse a database that cannot be reached or whose tables are not this program's."""
    present = await _present_revision(database)
    known = known_revisions()
    if present == known[0]:
        return
    if present is None:
        raise SchemaOutdated("the database has no tables yet: run `allo migrate`")
    if present in known:
        raise SchemaOutdated(
            f"the database is at revision {present}, this program needs {known[0]}: "
            "run `allo migrate`"
        )
    raise SchemaTooNew(
        f"the database is at revision {present}, which this program does not know: "
        "run a newer Allo (`allo migrate` cannot go back)"
    )


async def _present_revision(database: Database) -> str | None:
    if database.is_sqlite:
        path = sqlite_path(database.url)
        if not path.exists():
            return None
        _demand_usable(path)
    try:
        async with database.read() as session:
            connection = await session.connection()
            row = await connection.execute(text("SELECT version_num FROM alembic_version"))
            return row.scalar_one_or_none()
    except (OperationalError, ProgrammingError) as error:
        if "no such table" in str(error.orig) or "does not exist" in str(error.orig):
            return None
        raise _unreachable(error) from error
    except CrmError:
        raise  # it is said in our words already
    except Exception as error:  # drivers raise errors of many families while connecting
        raise _unreachable(error) from error


def _demand_usable(path: Path) -> None:
    """Refuse what SQLite could not open; its driver would leave a thread that dies noisily.

    Looked at from outside: to open and close the file here would take SQLite's own locks away.
    """
    if not path.is_file():
        raise DatabaseUnreachable(f"the database cannot be reached: {path.name} is not a file")
    if not os.access(path, os.R_OK | os.W_OK):
        raise DatabaseUnreachable(f"the database cannot be reached: {path.name} may not be written")


def _unreachable(error: Exception) -> DatabaseUnreachable:
    """One line that says why, without the address: a password may stand in it."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    reason = str(cause).strip().splitlines() or [type(cause).__name__]
    return DatabaseUnreachable(f"the database cannot be reached: {reason[0]}")


def on_migration_connection(url: str, work: Callable[[Connection], None]) -> None:
    """Do `work` on a connection that holds off every other migration."""
    address = read_url(url)
    if is_sqlite(address):
        _on_sqlite(address, work)
    else:  # asyncpg needs a loop, and the caller's thread may already have one
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, _on_postgresql(address, work)).result()


def _on_sqlite(url: URL, work: Callable[[Connection], None]) -> None:
    create_file(url)
    engine = sync_sqlite_engine(url, poolclass=NullPool)
    # A step that rebuilds a table drops the old one: what points to it is checked at the end.
    prepare_sqlite(engine, writes=True, foreign_keys=False)
    with engine.begin() as connection:
        work(connection)
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if lost:
            raise RuntimeError(f"the migration would leave rows without their parents: {lost[:5]}")


async def _on_postgresql(url: URL, work: Callable[[Connection], None]) -> None:
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        connection = await engine.connect()
    except Exception as error:  # drivers raise errors of many families while connecting
        raise _unreachable(error) from error
    async with aclosing(connection), connection.begin():
        await connection.execute(
            text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK}
        )
        await connection.run_sync(work)


def _config() -> Config:
    """Alembic's settings from code: a wheel has neither ini file nor pyproject."""
    config = Config()
    config.set_main_option("script_location", "crm_core:migrations")
    return config
