"""Notes: free text that people write on a record."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.audit import write_audit
from crm_core.access.permissions import Person, Rights
from crm_core.access.tables import User
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.errors import Conflict, InvalidValue, NotFound
from crm_core.kernel.events import RecordChanged
from crm_core.kernel.text import clean_text
from crm_core.records.client_view import Named
from crm_core.records.tables import Activity, Note, Record

TEXT_LIMIT = 20_000
TITLE_LIMIT = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteView:
    """A note and who wrote it."""

    id: UUID
    on: UUID
    text: str
    version: int
    author: Named | None
    created_at: datetime
    updated_at: datetime


async def create_note(
    unit: UnitOfWork, person: Person, rights: Rights, on: UUID, text: str
) -> NoteView:
    """Write a note on a record that the person may read."""
    target = (await unit.session.exec(select(Record).where(Record.id == on))).first()
    if target is None or not await rights.may(person, "read", target):
        raise NotFound("no such record")  # the same words for what one may not know of
    await rights.demand(person, "create", "note")
    text = _text(text)
    now, note_id = utc_now(), uuid4()
    unit.session.add(
        Record(
            id=note_id,
            kind="note",
            title=text[:TITLE_LIMIT],
            owner_id=person.user_id,
            team_id=target.team_id,
            created_at=now,
            updated_at=now,
        )
    )
    await unit.session.flush()
    author_id = person.user_id
    unit.session.add(
        Note(id=note_id, on_id=on, author_id=author_id, text=text, created_at=now, updated_at=now)
    )
    unit.session.add(
        Activity(
            id=uuid5(on, str(note_id)),
            record_id=on,
            source_id=note_id,
            kind="note",
            at=now,
            actor_id=author_id,
        )
    )
    await unit.session.flush()
    unit.publish(RecordChanged(at=now, kind="note", record_id=note_id))
    return await get_note(unit.session, person, rights, note_id)


async def change_note(
    unit: UnitOfWork,
    person: Person,
    rights: Rights,
    note_id: UUID,
    *,
    text: str,
    version: int | None = None,
) -> NoteView:
    """Change a note; with `version`, only if nobody else has changed it since."""
    note, record = await _find(unit.session, person, rights, note_id, "update")
    if version is not None and version != record.version:
        raise Conflict("Somebody else has changed this note meanwhile.", present=note.text)
    note.text = _text(text)
    note.updated_at = record.updated_at = utc_now()
    record.title = note.text[:TITLE_LIMIT]
    record.version += 1
    unit.session.add_all([note, record])
    await unit.session.flush()
    unit.publish(RecordChanged(at=record.updated_at, kind="note", record_id=note_id))
    return await get_note(unit.session, person, rights, note_id)


async def delete_note(unit: UnitOfWork, person: Person, rights: Rights, note_id: UUID) -> None:
    """Take a note and its place on the timeline away; the audit keeps that it was."""
    note, _record = await _find(unit.session, person, rights, note_id, "delete")
    details = {"on": str(note.on_id)}
    write_audit(unit, "note.deleted", by=person.user_id, on=("note", note_id), details=details)
    await unit.session.exec(delete(Activity).where(col(Activity.source_id) == note_id))
    await unit.session.exec(delete(Note).where(col(Note.id) == note_id))
    await unit.session.exec(delete(Record).where(col(Record.id) == note_id))
    unit.publish(RecordChanged(at=utc_now(), kind="note", record_id=note_id))


async def get_note(
    session: AsyncSession, person: Person, rights: Rights, note_id: UUID
) -> NoteView:
    """Return a note; who may not read it learns nothing."""
    note, record = await _find(session, person, rights, note_id, "read")
    author = None
    if note.author_id:
        user = (await session.exec(select(User).where(User.id == note.author_id))).first()
        author = Named(id=user.id, name=user.name) if user else None
    return NoteView(
        id=note.id,
        on=note.on_id,
        text=note.text,
        version=record.version,
        author=author,
        created_at=note.created_at,
        updated_at=note.updated_at,
    )


async def _find(
    session: AsyncSession, person: Person, rights: Rights, note_id: UUID, action: str
) -> tuple[Note, Record]:
    query = (
        select(Note, Record).join(Record, col(Record.id) == col(Note.id)).where(Note.id == note_id)
    )
    if action != "read":
        query = query.with_for_update(of=Record)
    found = (await session.exec(query)).first()
    if found is None:
        raise NotFound("no such note")
    await rights.demand(person, action, found[1])
    return found


def _text(text: str) -> str:
    cleaned = clean_text(text, limit=TEXT_LIMIT)
    if not cleaned:
        raise InvalidValue("text", "a note says something")
    return cleaned
