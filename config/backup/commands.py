"""`allo backup`, `allo restore` and `allo migrate --from`."""

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, inspect, select, text

from config.backup.archive import Parts, opened_archive, put_files, write_archive
from config.backup.tables import checksums, dump, load, on_reading_connection
from config.data_directory import holder_of, prepare
from config.errors import CannotStart, WrongUsage
from config.settings import Settings, load_settings
from crm_core.access.tables import User
from crm_core.kernel.engines import is_sqlite, read_url, sqlite_path
from crm_core.kernel.schema import known_revisions, migrate, on_migration_connection
from crm_core.kernel.upsert import table_of

USER = table_of(User)


def backup(to: str | None, *, as_json: bool) -> int:
    """Write an archive while the server goes on."""
    settings = load_settings()
    _demand_database(settings.database)
    named = f"allo-{datetime.now(UTC):%Y%m%d-%H%M%S}.tar.gz"
    target = Path(to) if to else settings.data_directory / "backups" / named
    if target.is_dir():
        target = target / named
    manifest = write_archive(Parts.of(settings), target)
    rows = sum(table["rows"] for table in manifest["tables"].values())
    told = {"file": str(target), "rows": rows, "files": len(manifest["files"])}
    print(json.dumps(told) if as_json else f"{target}: {rows} rows, {told['files']} files")
    return 0


def restore(archive: str, *, force: bool, as_json: bool) -> int:
    """Put an archive into an empty installation; with `force` a used SQLite file is set aside."""
    settings = load_settings()
    prepare(settings.data_directory)
    _demand_stopped(settings, "restore")
    with opened_archive(Path(archive), settings.data_directory) as (folder, manifest):
        _demand_known(manifest["revision"])
        aside = _make_room(settings, force=force)
        migrate(settings.database, manifest["revision"])
        on_migration_connection(settings.database, lambda found: load(found, folder / "rows"))
        _compare(settings.database, manifest)
        put_files(folder, Parts.of(settings))
        migrate(settings.database)
    rows = sum(table["rows"] for table in manifest["tables"].values())
    told = {"rows": rows, "made_at": manifest["made_at"], "aside": aside}
    more = f"; what was there is now {aside}" if aside else ""
    print(json.dumps(told) if as_json else f"restored {rows} rows of {told['made_at']}{more}")
    return 0


def move(source: str) -> int:
    """Copy every row of another database into the one of the settings, all or nothing."""
    settings = load_settings()
    prepare(settings.data_directory)
    _demand_stopped(settings, "move the office")
    if read_url(source) == read_url(settings.database):
        raise WrongUsage("--from names the very database that the settings name")
    _demand_database(source)
    if _is_used(settings.database):
        raise CannotStart("the target database holds an office already: name an empty one")
    with tempfile.TemporaryDirectory(prefix=".move-", dir=settings.data_directory) as name:
        folder = Path(name)
        tables = on_reading_connection(source, lambda found: _dump_current(found, folder))
        migrate(settings.database)
        on_migration_connection(settings.database, lambda found: load(found, folder))
    _compare(settings.database, {"tables": tables})
    rows = sum(table["rows"] for table in tables.values())
    print(f"moved {rows} rows; the old database is as it was")
    return 0


def _dump_current(connection: Connection, folder: Path) -> dict[str, Any]:
    revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    if revision != known_revisions()[0]:
        raise CannotStart("the old database is not at this program's revision: migrate it first")
    return dump(connection, folder)


def _compare(url: str, manifest: dict[str, Any]) -> None:
    """What was written is read again: the same rows, or a loud end."""
    found = on_reading_connection(url, checksums)
    expected = {name: told["sha256"] for name, told in manifest["tables"].items()}
    differing = sorted(name for name, digest in expected.items() if found.get(name) != digest)
    if differing:
        raise CannotStart(f"the copy differs from its source in {', '.join(differing)}")


def _demand_stopped(settings: Settings, deed: str) -> None:
    if process := holder_of(settings.data_directory):
        raise CannotStart(f"stop the running Allo (process {process}) first, then {deed}")


def _demand_known(revision: str) -> None:
    if revision not in known_revisions():
        raise CannotStart(f"the backup is of a newer Allo (revision {revision})")


def _demand_database(url: str) -> None:
    address = read_url(url)
    if is_sqlite(address) and not sqlite_path(address).is_file():
        raise CannotStart(f"there is no database at {sqlite_path(address)}")


def _is_used(url: str) -> bool:
    """Whether somebody works there: a database that was only migrated has no people."""
    address = read_url(url)
    if is_sqlite(address) and not sqlite_path(address).is_file():
        return False

    def look(connection: Connection) -> bool:
        if not inspect(connection).has_table(USER.name):
            return False
        return bool(connection.execute(select(func.count()).select_from(USER)).scalar_one())

    return bool(on_reading_connection(url, look))


def _make_room(settings: Settings, *, force: bool) -> str | None:
    """Refuse a used database, or set its file aside when that was asked for."""
    if not _is_used(settings.database):
        return None
    address = read_url(settings.database)
    if not force:
        raise CannotStart("the database holds an office already: --force sets it aside (SQLite)")
    if not is_sqlite(address):
        raise CannotStart("the database holds an office already: name an empty one to restore into")
    path = sqlite_path(address)
    aside = path.with_name(f"{path.name}.{datetime.now(UTC):%Y%m%d-%H%M%S}")
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    return str(aside)
