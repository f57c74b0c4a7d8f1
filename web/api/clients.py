"""REST: clients."""

from typing import Annotated, Any
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, Field
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.calls.adoption import adopt_calls
from crm_core.calls.client_figures import with_figures, with_last_calls
from crm_core.kernel.errors import Conflict, Forbidden, NotFound, TooManyAttempts
from crm_core.kernel.paging import InvalidCursor
from crm_core.records import clients
from crm_core.records.client_list import ClientQuery
from crm_core.records.client_list import list_clients as list_clients_of
from crm_core.records.client_rows import view_client
from crm_core.records.client_view import (
    ClientChanges,
    ClientDraft,
    ClientKind,
    ClientSummary,
    ClientView,
    PhoneDraft,
    PhoneLabel,
)
from web.api.inputs import Input, Line, Name, Paging, Text
from web.keys import DATABASE, LOOK_UPS, RIGHTS
from web.operations import operation
from web.region import region_of
from web.visit import Visit

routes = web.RouteTableDef()

Tags = Annotated[list[Name], Field(max_length=50)]


def _absent() -> Any:
    """Stands for a field that was not sent: the schema then promises no default."""
    return None


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
    kind: ClientKind = Field(default_factory=_absent)
    name: Name = Field(default_factory=_absent)
    phones: Phones = Field(default_factory=_absent)
    company_name: Line | None = Field(default_factory=_absent)
    greeting_name: Line | None = Field(default_factory=_absent)
    position: Line | None = Field(default_factory=_absent)
    email: Line | None = Field(default_factory=_absent)
    city: Line | None = Field(default_factory=_absent)
    source: Line | None = Field(default_factory=_absent)
    comment: Text | None = Field(default_factory=_absent)
    is_vip: bool = Field(default_factory=_absent)
    tags: Tags = Field(default_factory=_absent)
    owner_id: UUID | None = Field(default_factory=_absent)


class ClientSearch(Paging):
    """Which clients: by a whole number, or by part of a name, company, number or e-mail."""

    q: Line | None = None
    phone: Line | None = None


class ClientPage(BaseModel):
    """A page of clients."""

    items: list[ClientSummary]
    next_cursor: str | None


@routes.get("/api/clients")
@operation(errors=(InvalidCursor, TooManyAttempts))
async def list_clients(visit: Visit, query: ClientSearch) -> ClientPage:
    """Find clients by number or by part of a text; without either, list them all."""
    if query.phone is not None:
        visit[LOOK_UPS].count(visit.person.user_id)
    wanted = ClientQuery(**query.model_dump())
    async with visit[DATABASE].read() as session:
        page = await list_clients_of(
            session, visit.person, visit[RIGHTS], wanted, region=await region_of(visit, session)
        )
        items = await with_last_calls(session, page.items)
    return ClientPage(items=items, next_cursor=page.next_cursor)


@routes.post("/api/clients")
@operation(201, errors=(Forbidden,))
async def create_client(visit: Visit, body: NewClient) -> ClientView:
    """Add a client; its numbers' earlier calls without a client become its own."""
    draft = ClientDraft.model_validate(body.model_dump())
    async with visit[DATABASE].write() as unit:
        client = await clients.create_client(
            unit, visit.person, visit[RIGHTS], draft, region=await region_of(visit, unit.session)
        )
        await adopt_calls(unit, client.id)
        return await _view(visit, unit.session, client.id)


@routes.get("/api/clients/{client_id}")
@operation(errors=(NotFound,))
async def get_client(visit: Visit, client_id: UUID) -> ClientView:
    """Show one client."""
    async with visit[DATABASE].read() as session:
        return await _view(visit, session, client_id)


@routes.patch("/api/clients/{client_id}")
@operation(errors=(NotFound, Forbidden, Conflict))
async def change_client(visit: Visit, client_id: UUID, body: ClientChange) -> ClientView:
    """Change a client, if nobody else has since `version`."""
    changes = ClientChanges.model_validate(body.model_dump(exclude_unset=True, exclude={"version"}))
    async with visit[DATABASE].write() as unit:
        await clients.change_client(
            unit,
            visit.person,
            visit[RIGHTS],
            client_id,
            body.version,
            changes,
            region=await region_of(visit, unit.session),
        )
        if "phones" in changes.model_fields_set:
            await adopt_calls(unit, client_id)
        return await _view(visit, unit.session, client_id)


@routes.post("/api/clients/{client_id}/phones")
@operation(201, errors=(NotFound, Forbidden))
async def add_client_phone(visit: Visit, client_id: UUID, body: NewPhone) -> ClientView:
    """Add a number to a client; its earlier calls without a client become this one's."""
    draft = PhoneDraft.model_validate(body.model_dump())
    async with visit[DATABASE].write() as unit:
        await clients.add_phone(
            unit,
            visit.person,
            visit[RIGHTS],
            client_id,
            draft,
            region=await region_of(visit, unit.session),
        )
        await adopt_calls(unit, client_id)
        return await _view(visit, unit.session, client_id)


async def _view(visit: Visit, session: AsyncSession, client_id: UUID) -> ClientView:
    client, record = await clients.get_client(session, visit.person, visit[RIGHTS], client_id)
    return await with_figures(session, await view_client(session, client, record))
