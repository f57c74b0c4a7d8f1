"""Reading the audit: who changed what, the newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.tables import AuditEntry, User
from crm_core.kernel.paging import InvalidCursor, Page, cut_page, read_cursor, write_cursor

_LIST = "audit"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditQuery:
    """Which deeds. `action` is a whole one ("user.created") or how it begins ("user.")."""

    user_id: UUID | None = None
    action: str | None = None
    object_kinds: Sequence[str] = ()
    object_id: str | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None
    limit: int = 50
    cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One entry and the name of who did it."""

    entry: AuditEntry
    name: str | None


async def list_audit(session: AsyncSession, query: AuditQuery) -> Page[Deed]:
    """Return a page of what was done."""
    statement = (
        select(AuditEntry, User.name)
        .join(User, col(User.id) == col(AuditEntry.user_id), isouter=True)
        .where(*_conditions(query))
        .order_by(col(AuditEntry.id).desc())
        .limit(query.limit + 1)
    )
    rows = (await session.exec(statement)).all()
    deeds = [Deed(entry=entry, name=name) for entry, name in rows]
    return cut_page(deeds, query.limit, lambda deed: write_cursor(_LIST, str(deed.entry.id)))


def _conditions(query: AuditQuery) -> list[Any]:
    entry, found = AuditEntry, list[Any]()
    if query.user_id is not None:
        found.append(col(entry.user_id) == query.user_id)
    if query.action is not None:
        found.append(col(entry.action).startswith(query.action, autoescape=True))
    if query.object_kinds:
        found.append(col(entry.object_kind).in_(query.object_kinds))
    if query.object_id is not None:
        found.append(col(entry.object_id) == query.object_id)
    if query.from_at is not None:
        found.append(col(entry.at) >= query.from_at)
    if query.to_at is not None:
        found.append(col(entry.at) < query.to_at)
    if query.cursor is not None:
        (last,) = read_cursor(query.cursor, _LIST, str)
        if not last.isdigit() or len(last) > 18:
            raise InvalidCursor
        found.append(col(entry.id) < int(last))
    return found
