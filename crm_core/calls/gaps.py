"""Gaps: stretches of time in which we may not have heard everything a PBX said."""

from datetime import datetime
from uuid import UUID

from sqlmodel import and_, col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.calls.tables import Gap
from crm_core.kernel.paging import Page, cut_page, read_cursor, write_cursor

_LIST = "gaps"


async def list_gaps(session: AsyncSession, *, limit: int, cursor: str | None) -> Page[Gap]:
    """A page of gaps, newest first."""
    query = select(Gap).order_by(col(Gap.from_at).desc(), col(Gap.id).desc()).limit(limit + 1)
    if cursor is not None:
        at, gap_id = read_cursor(cursor, _LIST, datetime, UUID)
        is_earlier = and_(col(Gap.from_at) == at, col(Gap.id) < gap_id)
        query = query.where(or_(col(Gap.from_at) < at, is_earlier))
    rows = (await session.exec(query)).all()
    return cut_page(rows, limit, lambda gap: write_cursor(_LIST, gap.from_at, gap.id))
