"""Dispositions: the results of a talk that an agent can choose."""

from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.calls.tables import Disposition


async def list_dispositions(session: AsyncSession) -> Sequence[Disposition]:
    """What can be chosen now, in the order in which it is shown."""
    query = select(Disposition).where(col(Disposition.is_active))
    query = query.order_by(col(Disposition.position), col(Disposition.code))
    return (await session.exec(query)).all()
