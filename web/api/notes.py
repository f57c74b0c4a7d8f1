"""REST: notes, which are free text that people write on a record."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, Field

from crm_core.kernel.errors import Conflict, Forbidden, NotFound
from web.api.clients import PersonRef
from web.api.inputs import Input, Text
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
    author: PersonRef | None
    created_at: datetime
    updated_at: datetime


@routes.post("/api/notes")
@operation(201, errors=(NotFound, Forbidden))
async def create_note(visit: Visit, body: NewNote) -> NoteView:
    """Write a note on a record that one may read."""
    raise NotImplementedError


@routes.patch("/api/notes/{note_id}")
@operation(errors=(NotFound, Forbidden, Conflict))
async def change_note(visit: Visit, note_id: UUID, body: NoteChange) -> NoteView:
    """Change a note."""
    raise NotImplementedError


@routes.delete("/api/notes/{note_id}")
@operation(errors=(NotFound, Forbidden))
async def delete_note(visit: Visit, note_id: UUID) -> None:
    """Take a note away."""
    raise NotImplementedError
