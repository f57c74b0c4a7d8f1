"""`allo migrate`: makes the database's tables, or brings them up to this program."""

import asyncio
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL

from config.data_directory import holder_of, prepare
from config.errors import CannotStart
from config.settings import Settings, load_settings
from crm_core.kernel.database import Database
from crm_core.kernel.engines import is_sqlite, read_url, sqlite_path
from crm_core.kernel.errors import SchemaOutdated
from crm_core.kernel.schema import check_schema, migrate


def run(*, with_backup: bool = True) -> int:
    """Migrate unless nothing is to be done; never under a running server.

    A database that has tables is copied first: steps go forward only.
    """
    settings = load_settings()
    prepare(settings.data_directory)
    present, is_current = asyncio.run(_look(settings))
    if is_current:
        print("the database is up to date")
        return 0
    if process := holder_of(settings.data_directory):
        raise CannotStart(f"stop the running Allo (process {process}) first, then migrate")
    if present and with_backup:
        print(f"the database as it was is kept in {_copy(settings)}")
    migrate(settings.database)
    print("the database is ready")
    return 0


async def _look(settings: Settings) -> tuple[bool, bool]:
    """Whether there are tables of an older revision, and whether nothing is to be done."""
    database = Database.connect(settings.database)
    try:
        await check_schema(database)
    except SchemaOutdated as error:
        return "has no tables" not in str(error), False
    finally:
        await database.close()
    return True, True


def _copy(settings: Settings) -> Path:
    folder = settings.data_directory / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    address = read_url(settings.database)
    moment = f"{datetime.now(UTC):%Y%m%d-%H%M%S}"
    if is_sqlite(address):
        return _copy_sqlite(sqlite_path(address), folder / f"before-{moment}.sqlite3")
    return _dump_postgresql(address, folder / f"before-{moment}.dump")


def _copy_sqlite(path: Path, target: Path) -> Path:
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    return target


def _dump_postgresql(address: URL, target: Path) -> Path:
    program = shutil.which("pg_dump")
    if program is None:
        raise CannotStart(
            "pg_dump is not here to copy the database first: install PostgreSQL's client, "
            "or copy it yourself and say --no-backup"
        )
    plain = address.set(drivername="postgresql")
    environment = {**os.environ, "PGPASSWORD": plain.password or ""}
    shown = plain.set(password=None).render_as_string()
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    done = subprocess.run(  # noqa: S603 - the program is the system's, the address is ours
        [program, "--format=custom", f"--file={target}", shown],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        target.unlink()
        raise CannotStart("pg_dump could not copy the database: say --no-backup to go on without")
    return target
