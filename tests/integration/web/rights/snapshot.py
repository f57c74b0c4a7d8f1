"""Everything that the database holds, for telling whether a refusal has left it alone."""

from typing import Any

from sqlalchemy import select

from crm_core.kernel.database import Database
from crm_core.migrations.metadata import METADATA

# When somebody was last seen changes with any request.
_RESTLESS = {"last_seen_at", "last_used_at"}


async def everything_in(database: Database) -> dict[str, list[Any]]:
    """Every row of every table, in an order that does not depend on the engine."""
    held = {}
    async with database.read() as session:
        connection = await session.connection()
        for table in METADATA.sorted_tables:
            columns = [column for column in table.columns if column.name not in _RESTLESS]
            rows = (await connection.execute(select(*columns))).all()
            held[table.name] = sorted((tuple(row) for row in rows), key=repr)
    return held


def difference(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> list[str]:
    """Which tables differ, and by what."""
    return [
        f"{name}: gone {[row for row in rows if row not in after[name]][:2]}, "
        f"new {[row for row in after[name] if row not in rows][:2]}"
        for name, rows in before.items()
        if rows != after[name]
    ]
