"""An office of a million clients, on either engine: made once, kept, and copied for each run."""

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from crm_core.kernel import schema
from tests.bench.call_rows import RETURNS, everything
from tests.bench.rows import FIRST_EXTENSION, Place, Row, Size, number_of

BATCH = 20_000
DEALS = 100_000


@dataclass(frozen=True, slots=True)
class Office:
    """Where the database is, and how its people log in: agents, and the supervisor last."""

    url: str
    size: Size
    tokens: tuple[str, ...]

    @property
    def clients(self) -> int:
        return self.size.clients

    @property
    def database(self) -> Path:
        """The file; there is none on PostgreSQL."""
        return Path(self.url.removeprefix("sqlite:///"))

    @property
    def extensions(self) -> tuple[str, ...]:
        return tuple(str(FIRST_EXTENSION + agent) for agent in range(len(self.tokens) - 1))

    def caller(self, client: int) -> str:
        """The number of the n-th client."""
        return number_of(client % self.clients)


def size_of(clients: int, calls: int) -> Size:
    """A small office has fewer deals as well."""
    return Size(clients, min(DEALS, clients), calls)


def tokens_of(agents: int) -> tuple[str, ...]:
    """The secrets that their programs show; the supervisor's is the last."""
    return tuple(hashlib.sha256(b"bench %d" % it).hexdigest() for it in range(agents + 1))


def mark_of(size: Size, agents: int) -> str:
    """Changes with the schema and with our rows, so that a kept office is never an old one."""
    versions = Path(schema.__file__).parent.parent / "migrations" / "versions"
    texts = [path.read_bytes() for path in sorted(versions.glob("*.py"))]
    texts += [(Path(__file__).parent / it).read_bytes() for it in ("rows.py", "call_rows.py")]
    return (
        f"{size.clients}-{size.calls}-{agents}-{hashlib.sha256(b''.join(texts)).hexdigest()[:12]}"
    )


def open_office(cache: Path, run: Path, size: Size, *, agents: int) -> Office:
    """Copy the kept office into `run`, making it first where it is missing."""
    tokens = tokens_of(agents)
    kept = cache / f"office-{mark_of(size, agents)}.sqlite3"
    if not kept.exists():
        for old in cache.glob("office-*"):
            old.unlink()
        cache.mkdir(parents=True, exist_ok=True)
        half_done = kept.with_suffix(".part")
        half_done.unlink(missing_ok=True)
        schema.migrate(f"sqlite:///{half_done}")
        _fill(half_done, size, tokens)
        half_done.rename(kept)
    run.mkdir(parents=True, exist_ok=True)
    database = run / "allo.sqlite3"
    shutil.copyfile(kept, database)
    return Office(f"sqlite:///{database}", size, tokens)


def _fill(database: Path, size: Size, tokens: Sequence[str]) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA cache_size=-400000")
        indexes = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        ).fetchall()
        for index, _sql in indexes:  # they are made much sooner than they are kept up
            connection.execute(f"DROP INDEX {index}")
        for name, columns, rows in everything(size, _place(connection), tokens):
            marks = ", ".join("?" * len(columns))
            named = ", ".join(f'"{column}"' for column in columns)
            statement = f"INSERT INTO {name} ({named}) VALUES ({marks})"
            for batch in _batches(rows):
                connection.executemany(statement, [tuple(map(_plain, row)) for row in batch])
        for _index, sql in indexes:
            connection.execute(sql)
        connection.execute(RETURNS)
        connection.commit()
        connection.execute("ANALYZE")
        connection.commit()


def _place(connection: sqlite3.Connection) -> Place:
    (team,) = connection.execute("SELECT id FROM team").fetchone()
    rows = connection.execute(
        "SELECT id, kind, pipeline_id FROM stage ORDER BY position"
    ).fetchall()
    return Place(UUID(team), UUID(rows[0][2]), [(UUID(key), kind) for key, kind, _ in rows])


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _plain(value: Any) -> Any:
    """As SQLAlchemy writes it into SQLite."""
    match value:
        case UUID():
            return value.hex
        case datetime():
            return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
        case list() | dict():
            return json.dumps(value)
        case _:
            return value
