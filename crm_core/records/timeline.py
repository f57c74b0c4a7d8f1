"""The timeline of a record: what happened, newest first.

Each entry is written by the room that owns the noun it tells of, and tells only where that is to
be found. Calls are added by the room of calls.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from sqlalchemy import tuple_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.tables import User
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.paging import Page, cut_page, read_cursor, write_cursor
from crm_core.kernel.upsert import table_of
from crm_core.records.client_view import Named
from crm_core.records.tables import Activity, Note, Record

LIST = "timeline"
_TOLD_BY_THEMSELVES = ("change", "deal", "task")  # their entry holds all there is to tell
ACTIVITY = table_of(Activity)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineNote:
    """A note, as the timeline shows it."""

    id: UUID
    text: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One thing that happened; `source_id` is the call, note, task or change it tells of."""

    id: UUID
    kind: str
    at: datetime
    source_id: UUID
    actor: Named | None
    note: TimelineNote | None
    change: dict[str, Any] | None


def add_change(
    unit: UnitOfWork, record_id: UUID, *, by: UUID | None, change: dict[str, Any]
) -> None:
    """Put a change of a record on its timeline."""
    source_id = uuid4()
    unit.session.add(
        Activity(
            id=uuid5(record_id, str(source_id)),
            record_id=record_id,
            source_id=source_id,
            kind="change",
            at=utc_now(),
            actor_id=by,
            summary=change,
        )
    )


async def list_entries(
    session: AsyncSession,
    record_id: UUID,
    *,
    kinds: Collection[str] = (),
    limit: int = 50,
    cursor: str | None = None,
) -> Page[TimelineEntry]:
    """Return a page of a timeline. Whether the record may be read is the caller's question."""
    query = (
        select(Activity)
        .where(Activity.record_id == record_id)
        .order_by(col(Activity.at).desc(), col(Activity.id).desc())
        .limit(limit + 1)
    )
    if kinds:
        query = query.where(col(Activity.kind).in_(kinds))
    if cursor:
        at, last_id = read_cursor(cursor, LIST, datetime, UUID)
        query = query.where(
            tuple_(ACTIVITY.c.at, ACTIVITY.c.id) < tuple_(at, last_id, types=_PLACE)
        )
    rows = (await session.exec(query)).all()
    page = cut_page(rows, limit, lambda row: write_cursor(LIST, row.at, row.id))
    notes = await _notes(session, [row.source_id for row in page.items if row.kind == "note"])
    actors = await _actors(session, {row.actor_id for row in page.items if row.actor_id})
    return Page([_entry(row, notes, actors) for row in page.items], page.next_cursor)


_PLACE = (ACTIVITY.c.at.type, ACTIVITY.c.id.type)


def _entry(
    row: Activity, notes: dict[UUID, TimelineNote], actors: dict[UUID, Named]
) -> TimelineEntry:
    return TimelineEntry(
        id=row.id,
        kind=row.kind,
        at=row.at,
        source_id=row.source_id,
        actor=actors.get(row.actor_id) if row.actor_id else None,
        note=notes.get(row.source_id),
        change=row.summary if row.kind in _TOLD_BY_THEMSELVES else None,
    )


async def _notes(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, TimelineNote]:
    if not ids:
        return {}
    query = (
        select(Note, Record)
        .join(Record, col(Record.id) == col(Note.id))
        .where(col(Note.id).in_(ids))
    )
    return {
        note.id: TimelineNote(id=note.id, text=note.text, version=record.version)
        for note, record in await session.exec(query)
    }


async def _actors(session: AsyncSession, ids: set[UUID]) -> dict[UUID, Named]:
    if not ids:
        return {}
    query = select(User).where(col(User.id).in_(ids))
    return {user.id: Named(id=user.id, name=user.name) for user in await session.exec(query)}
