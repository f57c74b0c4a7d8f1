"""REST: clients."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, Field

from crm_core.kernel.errors import Conflict, Forbidden, NotFound
from web.api.inputs import Input, Line, Name, Paging, Text
from web.operations import operation
from web.visit import Visit

routes = web.RouteTableDef()

ClientKind = Literal["person", "company"]
PhoneLabel = Literal["mobile", "work", "home", "other"]
Tags = Annotated[list[Name], Field(max_length=50)]


class NewPhone(Input):
    """A number to be added to a client, as somebody typed it."""

    number: Name
    label: PhoneLabel = "mobile"


Phones = Annotated[list[NewPhone], Field(max_length=50)]


class NewClient(Input):
    """A client to be made. Earlier calls from its numbers that have no client become its own."""

    kind: ClientKind = "person"
    name: Name
    phones: Phones = Field(default_factory=list)
    company_name: Line | None = None
    greeting_name: Line | None = Field(default=None, description="How to address the person aloud.")
    position: Line | None = None
    email: Line | None = None
    city: Line | None = None
    source: Line | None = None
    comment: Text | None = None
    is_vip: bool = False
    tags: Tags = Field(default_factory=list)


class ClientChange(Input):
    """What is to be changed; what is absent stays. `version` is the one that was seen."""

    version: int
    kind: ClientKind | None = None
    name: Name | None = None
    phones: Phones | None = None
    company_name: Line | None = None
    greeting_name: Line | None = None
    position: Line | None = None
    email: Line | None = None
    city: Line | None = None
    source: Line | None = None
    comment: Text | None = None
    is_vip: bool | None = None
    tags: Tags | None = None
    owner_id: UUID | None = None


class ClientSearch(Paging):
    """Which clients: by a whole number, or by part of a name, company, number or e-mail."""

    q: Line | None = None
    phone: Line | None = None


class PersonRef(BaseModel):
    """A user or a client by name."""

    id: UUID
    name: str


class PhoneView(BaseModel):
    """A client's number: E.164, and as people write it."""

    number: str
    formatted: str
    label: str


class LastCall(BaseModel):
    """The newest call with a client."""

    at: datetime
    direction: str
    result: str | None
    user: PersonRef | None


class ClientSummary(BaseModel):
    """A client as the lists show it."""

    id: UUID
    kind: ClientKind
    name: str
    company: PersonRef | None
    position: str | None
    phones: list[PhoneView]
    city: str | None
    is_vip: bool
    tags: list[str]
    owner: PersonRef | None
    last_call: LastCall | None


class ClientStats(BaseModel):
    """How much was spoken."""

    calls: int
    talk_seconds: float


class ClientView(ClientSummary):
    """A client as its card shows it."""

    greeting_name: str | None
    email: str | None
    source: str | None
    comment: str | None
    version: int
    created_at: datetime
    updated_at: datetime
    stats: ClientStats


class ClientPage(BaseModel):
    """A page of clients."""

    items: list[ClientSummary]
    next_cursor: str | None


@routes.get("/api/clients")
@operation()
async def list_clients(visit: Visit, query: ClientSearch) -> ClientPage:
    """Find clients by number or by part of a text; without either, list them all."""
    raise NotImplementedError


@routes.post("/api/clients")
@operation(201, errors=(Forbidden,))
async def create_client(visit: Visit, body: NewClient) -> ClientView:
    """Add a client; its numbers' earlier calls without a client become its own."""
    raise NotImplementedError


@routes.get("/api/clients/{client_id}")
@operation(errors=(NotFound,))
async def get_client(visit: Visit, client_id: UUID) -> ClientView:
    """Show one client."""
    raise NotImplementedError


@routes.patch("/api/clients/{client_id}")
@operation(errors=(NotFound, Forbidden, Conflict))
async def change_client(visit: Visit, client_id: UUID, body: ClientChange) -> ClientView:
    """Change a client, if nobody else has since `version`."""
    raise NotImplementedError


@routes.post("/api/clients/{client_id}/phones")
@operation(201, errors=(NotFound, Forbidden, Conflict))
async def add_client_phone(visit: Visit, client_id: UUID, body: NewPhone) -> ClientView:
    """Add a number to a client; its earlier calls without a client become this one's."""
    raise NotImplementedError
