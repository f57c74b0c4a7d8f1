"""`kill -9` in the midst of commits: what was acknowledged is there, and nothing twice."""

import asyncio
import sys

from sqlmodel import select

from crm_core.access.tables import Team
from crm_core.kernel.database import Database
from crm_core.kernel.outbox_tables import OutboxEntry
from tests.engines import ON_SQLITE

KILLS = 3
COMMITS_EACH = 40


@ON_SQLITE
async def test_killing_the_program_loses_no_acknowledged_row(database_url: str) -> None:
    acknowledged: set[str] = set()
    for kill in range(KILLS):
        acknowledged |= await names_said_before_the_kill(database_url, f"program {kill}")

    database = Database.connect(database_url)
    async with database.read() as session:
        names = set((await session.exec(select(Team.name))).all())
        told = [entry.payload["name"] for entry in await session.exec(select(OutboxEntry))]
        check = await (await session.connection()).exec_driver_sql("PRAGMA integrity_check")
        assert check.scalar_one() == "ok"
    await database.close()

    assert len(acknowledged) >= KILLS * COMMITS_EACH
    assert acknowledged <= names
    # A row and what is told of it stand or fall together.
    assert sorted(told) == sorted(name for name in names if name.startswith("program"))


async def names_said_before_the_kill(url: str, prefix: str) -> set[str]:
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.unit.kernel.commit_until_killed",
        url,
        prefix,
        stdout=asyncio.subprocess.PIPE,
    )
    assert program.stdout is not None
    lines = [await program.stdout.readline() for _ in range(COMMITS_EACH)]
    program.kill()
    rest = await program.stdout.read()
    await program.wait()
    said = b"".join(lines) + rest
    return set(said.decode().split("\n")[:-1])  # a name that was cut short was not said
