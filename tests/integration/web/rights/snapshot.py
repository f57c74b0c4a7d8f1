"""Everything that the database holds, for telling whether a refusal has left it alone."""

from collections import defaultdict
from functools import cache

from sqlalchemy import Table, text

from crm_core.kernel.database import Database
from crm_core.migrations.metadata import METADATA

# When somebody was last seen changes with any request.
_RESTLESS = {"last_seen_at", "last_used_at"}

Rows = dict[str, list[str]]


async def everything_in(database: Database) -> Rows:
    """Every row of every table as text, in an order that does not depend on the engine."""
    held: Rows = defaultdict(list)
    async with database.read() as session:
        connection = await session.connection()
        question = text(_question(connection.dialect.name))
        for table, row in await connection.execute(question):
            held[table].append(row)
    for rows in held.values():
        rows.sort()
    return held


@cache
def _question(dialect: str) -> str:
    """All tables in one statement: the matrix asks this some thousand times."""
    return " UNION ALL ".join(_rows_of(table, dialect) for table in METADATA.sorted_tables)


def _rows_of(table: Table, dialect: str) -> str:
    names = [f'"{column.name}"' for column in table.columns if column.name not in _RESTLESS]
    if dialect == "sqlite":
        row = " || ',' || ".join(f"quote({name})" for name in names)
    else:
        row = f"CAST(ROW({', '.join(names)}) AS text)"
    return f"SELECT '{table.name}', {row} FROM \"{table.name}\""


def difference(before: Rows, after: Rows) -> list[str]:
    """Which tables differ, and by what."""
    found = []
    for name in sorted(before.keys() | after.keys()):
        gone, new = set(before[name]) - set(after[name]), set(after[name]) - set(before[name])
        if before[name] != after[name]:
            found.append(f"{name}: gone {sorted(gone)[:2]}, new {sorted(new)[:2]}")
    return found
