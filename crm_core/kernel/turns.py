"""Taking turns: of two who make one thing at once, the second sees what the first has made."""

from uuid import UUID

from sqlalchemy import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

_LOCKS = 2**63  # PostgreSQL's locks have numbers of 64 bits with a sign


async def take_turn(session: AsyncSession, key: UUID) -> None:
    """Hold `key` until this transaction ends; whoever asks for it meanwhile waits.

    SQLite lets one unit write at a time anyway.
    """
    connection = await session.connection()
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(key.int % _LOCKS)))
