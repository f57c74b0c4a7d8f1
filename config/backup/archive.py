"""An office in one file: its rows, its recordings, what its tapes hold since the last checkpoint.

Made while calls go on: the rows are those of one moment, and tapes are copied after them, so that
the restored server tells again what had not reached the database. Nothing is half done: an archive
has its name when it is whole, and a restore changes nothing before everything was checked.
"""

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, select, text

from config.backup.tables import dump, on_reading_connection
from config.errors import CannotStart
from config.settings import Settings
from config.version import own_version
from crm_core.calls.tables import TapeCheckpoint
from crm_core.kernel.schema import known_revisions
from crm_core.kernel.secret_box import KEY_NAME
from crm_core.kernel.upsert import table_of

FORMAT = 1
CHUNK = 1 << 20
MEMBER_LIMIT = 1 << 40
MANIFEST = "manifest.json"
CHECKPOINT = table_of(TapeCheckpoint)


class ArchiveUnusable(CannotStart):
    """The archive cannot be used; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Where the parts of an office lie on this machine."""

    database: str
    tapes: Path
    recordings: Path
    key: Path

    @classmethod
    def of(cls, settings: Settings) -> "Parts":
        return cls(
            settings.database,
            settings.tape_directory,
            settings.recordings_store,
            settings.key_file,
        )


def write_archive(parts: Parts, target: Path) -> dict[str, Any]:
    """Write the archive; gives its manifest. The file is for its owner alone."""
    if target.exists():
        raise CannotStart(f"{target} is there already")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"{target.parent} cannot be made: {error.strerror}") from None
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder:
        rows = Path(folder) / "rows"
        rows.mkdir()
        moment: dict[str, Any] = on_reading_connection(
            parts.database, lambda connection: _dump(connection, rows)
        )
        manifest = {
            "format": FORMAT,
            "version": own_version(),
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            **moment,
            "files": {},
        }
        unfinished = Path(folder) / "archive"
        descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=3) as tar:
                for name, path in _members(parts, rows, moment["checkpoints"]):
                    manifest["files"][name] = _add(tar, name, path)
                _add_text(tar, MANIFEST, json.dumps(manifest))
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, target)
    return manifest


def _dump(connection: Connection, rows: Path) -> dict[str, Any]:
    revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    if revision != known_revisions()[0]:
        raise CannotStart("the database is not this program's: run `allo migrate` first")
    tables = dump(connection, rows)
    kept = connection.execute(select(CHECKPOINT.c.pbx, CHECKPOINT.c.segment)).all()
    return {
        "revision": revision,
        "tables": tables,
        "checkpoints": {pbx: segment for pbx, segment in kept},  # noqa: C416 - rows are no pairs
    }


def _members(parts: Parts, rows: Path, checkpoints: dict[str, str]) -> Iterator[tuple[str, Path]]:
    """Every file that belongs to an office, by its name in the archive."""
    for path in sorted(rows.iterdir()):
        yield f"rows/{path.name}", path
    if parts.key.is_file():
        yield f"keys/{parts.key.name}", parts.key
    for path in sorted(parts.recordings.glob("??/*.opus")):
        yield f"recordings/{path.parent.name}/{path.name}", path
    for pbx, segment in sorted(checkpoints.items()):
        folder = parts.tapes / quote(pbx, safe="").replace(".", "%2E")
        for path in sorted(folder.glob("*.tape*")):
            if path.name >= segment:
                yield f"tapes/{folder.name}/{path.name}", path


def _add(tar: tarfile.TarFile, name: str, path: Path) -> str:
    """Add a file as long as it is now (a tape grows meanwhile); gives its checksum."""
    digest = hashlib.sha256()
    with path.open("rb") as source:
        size = os.fstat(source.fileno()).st_size
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, 0o600
        tar.addfile(entry, _Counted(source, size, digest))
    return digest.hexdigest()


class _Counted:
    """The first bytes of a file, and the checksum of what was read of them."""

    def __init__(self, source: Any, left: int, digest: Any) -> None:
        self._source, self._left, self._digest = source, left, digest

    def read(self, size: int = -1) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        chunk: bytes = self._source.read(wanted)
        self._left -= len(chunk)
        self._digest.update(chunk)
        return chunk


def _add_text(tar: tarfile.TarFile, name: str, told: str) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(told.encode())
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = file.tell(), 0o600
        file.seek(0)
        tar.addfile(entry, file)


@contextmanager
def opened_archive(archive: Path, beside: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Unpack an archive beside where it will go, checked to the last byte; gone at the end."""
    beside.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=beside) as name:
        folder = Path(name)
        try:
            found = _unpack(archive, folder)
            manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
            expected = manifest["files"]
        except FileNotFoundError as error:
            missing = archive if not archive.exists() else "its manifest"
            raise ArchiveUnusable(f"{missing} is not there") from error
        except (tarfile.TarError, OSError, EOFError, ValueError, KeyError) as error:
            raise ArchiveUnusable(f"{archive.name} is no whole backup of Allo") from error
        found.pop(MANIFEST, None)
        if found != expected or manifest.get("format") != FORMAT:
            raise ArchiveUnusable(f"{archive.name} is damaged: its files are not those it names")
        yield folder, manifest


def _unpack(archive: Path, folder: Path) -> dict[str, str]:
    """Plain files alone, below the folder alone; gives each one's checksum."""
    found = {}
    with tarfile.open(archive, mode="r:gz") as tar:
        for member in tar:
            parts = member.name.split("/")
            if not member.isreg() or ".." in parts or member.name.startswith("/"):
                raise tarfile.TarError(member.name)
            target = folder.joinpath(*parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            source, digest = tar.extractfile(member), hashlib.sha256()
            with target.open("wb") as file:
                while source and (chunk := source.read(CHUNK)):
                    file.write(chunk)
                    digest.update(chunk)
            found[member.name] = digest.hexdigest()
    return found


def put_files(folder: Path, parts: Parts) -> None:
    """Give the unpacked recordings, tapes and key their places.

    Content never differs by its name, but for the key: the one that was there is set aside.
    """
    for path in (folder / "keys").glob(parts.key.name):
        if parts.key.exists():
            parts.key.rename(parts.key.with_name(f"{KEY_NAME}.{datetime.now(UTC):%Y%m%d-%H%M%S}"))
        path.chmod(0o600)
        shutil.move(path, parts.key)
    for path in (folder / "recordings").glob("??/*.opus"):
        place = parts.recordings / path.parent.name / path.name
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.move(path, place)
    for path in (folder / "tapes").glob("*/*"):
        place = parts.tapes / path.parent.name / path.name
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.move(path, place)
