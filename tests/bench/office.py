"""An office of a million clients in one SQLite file: made once, kept, and copied for each run."""

import hashlib
import random
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid5

from crm_core.kernel import schema

NAMESPACE = UUID("5d0f2b0a-6a1c-4d6e-9a3f-0d5b7c1e2f4a")
BATCH = 20_000
FIRST_EXTENSION = 2001  # none begins like the recorded 101, which is replaced by text
GIVEN = ("Анна", "Иван", "Мария", "Олег", "Ольга", "Пётр", "Светлана", "Юрий", "Нина", "Глеб")
FAMILY = ("Соколова", "Демин", "Крылова", "Лапин", "Орлова", "Зуев", "Белова", "Громов", "Котова")


@dataclass(frozen=True, slots=True)
class Office:
    """Where the database is, and how its agents log in."""

    database: Path
    clients: int
    tokens: tuple[str, ...]

    @property
    def extensions(self) -> tuple[str, ...]:
        return tuple(str(FIRST_EXTENSION + agent) for agent in range(len(self.tokens)))

    def caller(self, client: int) -> str:
        """The number of the n-th client."""
        return number_of(client % self.clients)


def number_of(client: int) -> str:
    """A Russian mobile number, one for each client."""
    return f"+79{client:09d}"


def open_office(cache: Path, run: Path, *, clients: int, agents: int) -> Office:
    """Copy the kept office into `run`, making it first where it is missing."""
    tokens = tuple(hashlib.sha256(b"bench %d" % agent).hexdigest() for agent in range(agents))
    kept = cache / f"office-{clients}-{agents}-{FIRST_EXTENSION}-{_schema_mark()}.sqlite3"
    if not kept.exists():
        for old in cache.glob("office-*"):
            old.unlink()
        cache.mkdir(parents=True, exist_ok=True)
        half_done = kept.with_suffix(".part")
        half_done.unlink(missing_ok=True)
        schema.migrate(f"sqlite:///{half_done}")
        _fill(half_done, clients, tokens)
        half_done.rename(kept)
    run.mkdir(parents=True, exist_ok=True)
    database = run / "allo.sqlite3"
    shutil.copyfile(kept, database)
    return Office(database, clients, tokens)


def _schema_mark() -> str:
    """Changes with the schema, so that a kept office is never an old one."""
    versions = Path(schema.__file__).parent.parent / "migrations" / "versions"
    texts = b"".join(path.read_bytes() for path in sorted(versions.glob("*.py")))
    return hashlib.sha256(texts).hexdigest()[:12]


def _fill(database: Path, clients: int, tokens: Sequence[str]) -> None:
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        (team,) = connection.execute("SELECT id FROM team").fetchone()
        now = datetime.now(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
        _add_agents(connection, tokens, team, now)
        for rows in _batches(clients):
            _add_clients(connection, rows, team, now)
        connection.commit()
        connection.execute("ANALYZE")
    connection.close()


def _batches(clients: int) -> Iterator[range]:
    for start in range(0, clients, BATCH):
        yield range(start, min(start + BATCH, clients))


def _add_agents(connection: sqlite3.Connection, tokens: Sequence[str], team: str, now: str) -> None:
    for agent, token in enumerate(tokens):
        user, extension = uuid5(NAMESPACE, f"agent {agent}").hex, str(FIRST_EXTENSION + agent)
        connection.execute(
            "INSERT INTO user_account (id, login, name, password_hash, role, team_id, language,"
            " theme, time_zone, is_active, created_at, updated_at)"
            " VALUES (?, ?, ?, '', 'agent', ?, 'ru', 'auto', 'Europe/Moscow', 1, ?, ?)",
            (user, f"agent{agent}", f"Оператор {agent}", team, now, now),
        )
        connection.execute("INSERT INTO extension VALUES ('bench', ?, ?)", (extension, user))
        connection.execute(
            "INSERT INTO api_token (id, user_id, name, token_hash, created_at) VALUES (?,?,?,?,?)",
            (
                uuid5(NAMESPACE, f"token {agent}").hex,
                user,
                "bench",
                hashlib.sha256(token.encode()).hexdigest(),
                now,
            ),
        )


def _add_clients(connection: sqlite3.Connection, rows: range, team: str, now: str) -> None:
    draw = random.Random(rows.start)  # names, not secrets
    people = [
        (uuid5(NAMESPACE, str(row)).hex, f"{draw.choice(GIVEN)} {draw.choice(FAMILY)} {row}", row)
        for row in rows
    ]
    connection.executemany(
        "INSERT INTO record (id, kind, title, team_id, version, created_at, updated_at)"
        " VALUES (?, 'client', ?, ?, 1, ?, ?)",
        [(key, name, team, now, now) for key, name, _ in people],
    )
    connection.executemany(
        "INSERT INTO client (id, kind, name, sort_name, is_vip, tags, search_text)"
        " VALUES (?, 'person', ?, ?, 0, '[]', ?)",
        [
            (key, name, name.lower(), f"{name.lower()} {number_of(row)}")
            for key, name, row in people
        ],
    )
    connection.executemany(
        "INSERT INTO client_phone (id, client_id, number, tail, raw_number, label, position)"
        " VALUES (?, ?, ?, ?, ?, 'mobile', 0)",
        [
            (uuid5(NAMESPACE, f"phone {row}").hex, key, n := number_of(row), n[-10:], n)
            for key, _, row in people
        ],
    )
