"""The measured office on PostgreSQL: a cluster of our own, filled once and kept."""

import asyncio
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from crm_core.kernel.schema import migrate
from tests import postgresql
from tests.bench.call_rows import RETURNS, everything
from tests.bench.office import Office, mark_of, tokens_of
from tests.bench.rows import Place, Size

OPTIONS = "-c listen_addresses= -c fsync=off -c max_connections=100 -c shared_buffers=256MB"


@contextmanager
def open_office(cache: Path, size: Size, *, agents: int) -> Iterator[Office]:
    """Start the kept cluster, making it first where it is missing."""
    programs = postgresql.find_programs()
    assert programs, "PostgreSQL is not installed (Debian: apt install postgresql)"
    kept = (cache / f"postgresql-{mark_of(size, agents)}").resolve()
    owner = postgresql.unprivileged()
    is_new = not (kept / "filled").exists()
    if is_new:
        for old in cache.glob("postgresql-*"):
            shutil.rmtree(old)
        kept.mkdir(parents=True)
        if owner is not None:
            shutil.chown(kept, owner.pw_uid, owner.pw_gid)
        start = ("-D", kept / "data", "-U", "allo", "-A", "trust", "-E", "UTF8")
        postgresql.run_as(owner, programs / "initdb", *start)
    pg_ctl = (owner, programs / "pg_ctl", "-D", kept / "data", "-w")
    postgresql.run_as(*pg_ctl, "-l", kept / "log", "-o", f"-k {kept} {OPTIONS}", "start")
    try:
        url = f"postgresql://allo@/bench?host={kept}"
        tokens = tokens_of(agents)
        if is_new:
            postgresql.create_database(f"postgresql://allo@/{{database}}?host={kept}", "bench")
            migrate(url)
            asyncio.run(_fill(url, size, tokens))
            (kept / "filled").touch()
        yield Office(url, size, tokens)
    finally:
        postgresql.run_as(*pg_ctl, "-m", "fast", "stop")


async def _fill(url: str, size: Size, tokens: Sequence[str]) -> None:
    connection = await asyncpg.connect(url)
    indexes = await connection.fetch(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
        " AND indexdef NOT LIKE 'CREATE UNIQUE%'"
    )
    for index in indexes:  # they are made much sooner than they are kept up
        await connection.execute(f"DROP INDEX {index['indexname']}")
    team = await connection.fetchval("SELECT id FROM team")
    stages = await connection.fetch("SELECT id, kind, pipeline_id FROM stage ORDER BY position")
    place = Place(team, stages[0]["pipeline_id"], [(it["id"], it["kind"]) for it in stages])
    for name, columns, rows in everything(size, place, tokens):
        plain = (tuple(map(_plain, row)) for row in rows)
        await connection.copy_records_to_table(name, columns=columns, records=plain)
    for index in indexes:
        await connection.execute(index["indexdef"])
    await connection.execute(RETURNS)
    await connection.execute("VACUUM ANALYZE")
    await connection.close()


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return value
    return json.dumps(value) if isinstance(value, list | dict) else value
