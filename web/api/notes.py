"""REST: notes, which are free text that people write on a record."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, Field

from crm_core.kernel.errors import Conflict, Forbidden, NotFound
from crm_core.records import notes
from crm_core.records.client_view import Named
from web.api.inputs import Input, Text
from web.keys import DATABASE, RIGHTS
from web.operations import operation
from web.visit import Visit

routes = web.RouteTableDef()

NoteText = Annotated[Text, Field(min_length=1)]


class NewNote(Input):
    """A note to be written on a record, such as a client."""

    on: UUID
    text: NoteText


class NoteChange(Input):
    """The new text; with `version`, only if nobody else has changed the note since."""

    text: NoteText
    version: int | None = None


class NoteView(BaseModel):
    """A note and who wrote it."""

    id: UUID
    on: UUID
    text: str
    version: int
    author: Named | None
    created_at: datetime
    updated_at: datetime


@routes.post("/api/notes")
@operation(201, errors=(NotFound, Forbidden))
async def create_note(visit: Visit, body: NewNote) -> NoteView:
    """Write a note on a record that one may read."""
    async with visit[DATABASE].write() as unit:
        note = await notes.create_note(unit, visit.person, visit[RIGHTS], body.on, body.text)
    return NoteView.model_validate(note, from_attributes=True)


@routes.patch("/api/notes/{note_id}")
@operation(errors=(NotFound, Forbidden, Conflict))
async def change_note(visit: Visit, note_id: UUID, body: NoteChange) -> NoteView:
    """Change a note."""
    async with visit[DATABASE].write() as unit:
        note = await notes.change_note(
            unit, visit.person, visit[RIGHTS], note_id, text=body.text, version=body.version
        )
    return NoteView.model_validate(note, from_attributes=True)


@routes.delete("/api/notes/{note_id}")
@operation(errors=(NotFound, Forbidden))
async def delete_note(visit: Visit, note_id: UUID) -> None:
    """Take a note away."""
    async with visit[DATABASE].write() as unit:
        await notes.delete_note(unit, visit.person, visit[RIGHTS], note_id)
