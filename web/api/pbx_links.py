"""REST: the links to PBXes. A secret goes in and never comes out."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, Field, SecretStr

from crm_core.calls.pbx import links as pbx_links
from crm_core.calls.pbx.desk import LinkStanding, fixed_id
from crm_core.calls.pbx.link_tables import PbxLinkRow
from crm_core.calls.pbx.links import LinkBook, PbxLinkInUse, SetInSettings
from crm_core.calls.pbx.settings import DialFormat, PbxSettings, shown_records
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.errors import Conflict, Forbidden, NotFound
from crm_core.kernel.secret_box import KeyUnusable
from web.api.inputs import Input, Line, Name
from web.keys import DATABASE, LINKS, RIGHTS
from web.operations import operation
from web.region import region_of
from web.visit import Visit

routes = web.RouteTableDef()

LinkState = Literal["off", "disconnected", "connecting", "refused", "up"]
Trunk = Annotated[Name, Field(max_length=80)]
Records = Annotated[Line, Field(max_length=500)]
Secret = Annotated[SecretStr, Field(min_length=1, max_length=500)]


class PbxLinkView(BaseModel):
    """One PBX. `state` is how the link stands now; `off` when it is not followed."""

    id: UUID
    name: str
    host: str
    port: int
    username: str
    region: str
    extension_pattern: str
    trunks: list[str]
    dial_context: str
    dial_format: DialFormat
    call_records: str = Field(description="Where its call records lie; a password is hidden.")
    is_enabled: bool
    is_secret_readable: bool = Field(description="False: the secret has to be typed anew.")
    version: int
    changed_at: datetime | None
    state: LinkState
    reason: str = Field(description="Why it is not up, for people.")
    since: datetime | None


class PbxLinkList(BaseModel):
    """All links. `is_fixed`: they stand in the server's settings and are not changed here."""

    items: list[PbxLinkView]
    is_fixed: bool
    next_cursor: str | None


class PbxLinkInput(Input):
    """How a PBX is reached, and which of its endpoints are ours."""

    name: Annotated[Name, Field(max_length=64)] = "main"
    host: Annotated[Name, Field(max_length=255)] = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 5038
    username: Annotated[Name, Field(max_length=200)] = "allo"
    secret: Secret
    region: Annotated[Line, Field(min_length=2, max_length=2)] | None = Field(
        default=None, description="Where numbers without a country are from; else the office's."
    )
    extension_pattern: Annotated[Line, Field(min_length=1, max_length=200)] = r"\d{2,5}"
    trunks: Annotated[list[Trunk], Field(max_length=100)] = Field(default_factory=list)
    dial_context: Annotated[Line, Field(max_length=80)] = Field(
        default="", description="Where our phones dial; empty: as is learnt from their calls."
    )
    dial_format: DialFormat = "e164"
    call_records: Records | None = Field(
        default=None, description="The path of Master.csv, or the URL of a database with `cdr`."
    )
    is_enabled: bool = True


class PbxLinkChange(Input):
    """What is to be otherwise, of a link that was seen in this version.

    Without `secret` the one that is kept goes on, unless the address changes.
    """

    version: int
    name: Annotated[Name, Field(max_length=64)] | None = None
    host: Annotated[Name, Field(max_length=255)] | None = None
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    username: Annotated[Name, Field(max_length=200)] | None = None
    secret: Secret | None = None
    region: Annotated[Line, Field(min_length=2, max_length=2)] | None = None
    extension_pattern: Annotated[Line, Field(min_length=1, max_length=200)] | None = None
    trunks: Annotated[list[Trunk], Field(max_length=100)] | None = None
    dial_context: Annotated[Line, Field(max_length=80)] | None = None
    dial_format: DialFormat | None = None
    call_records: Records | None = Field(
        default=None, description="Empty: none. As it was shown: as it is, password included."
    )
    is_enabled: bool | None = None


@routes.get("/api/pbx-links")
@operation(errors=(Forbidden,))
async def list_pbx_links(visit: Visit) -> PbxLinkList:
    """The PBXes that are followed, and how each link stands."""
    await visit[RIGHTS].demand(visit.person, "read", "pbx_link")
    desk = visit[LINKS].desk
    if desk.fixed:
        items = [_fixed_view(one, desk.standing(one.name)) for one in desk.fixed]
        return PbxLinkList(items=items, is_fixed=True, next_cursor=None)
    async with visit[DATABASE].read() as session:
        rows = await pbx_links.list_links(session)
    return PbxLinkList(items=[_view(visit, row) for row in rows], is_fixed=False, next_cursor=None)


@routes.post("/api/pbx-links")
@operation(201, errors=(Forbidden, Conflict, SetInSettings, KeyUnusable))
async def create_pbx_link(visit: Visit, body: PbxLinkInput) -> PbxLinkView:
    """Follow another PBX from now on."""
    await visit[RIGHTS].demand(visit.person, "create", "pbx_link")
    _demand_rows(visit)
    async with visit[DATABASE].write() as unit:
        values = {"region": await region_of(visit, unit.session)}
        values |= body.model_dump(exclude_none=True)
        row = await _book(visit, unit).add(values)
    await visit[LINKS].desk.follow()
    return _view(visit, row)


@routes.patch("/api/pbx-links/{link_id}")
@operation(errors=(Forbidden, NotFound, Conflict, PbxLinkInUse, SetInSettings, KeyUnusable))
async def change_pbx_link(visit: Visit, link_id: UUID, body: PbxLinkChange) -> PbxLinkView:
    """Follow a PBX otherwise; its link alone begins anew."""
    await visit[RIGHTS].demand(visit.person, "update", "pbx_link")
    _demand_rows(visit)
    changes = body.model_dump(exclude={"version"}, exclude_none=True)
    async with visit[DATABASE].write() as unit:
        row = await _book(visit, unit).change(link_id, body.version, changes)
    await visit[LINKS].desk.follow()
    return _view(visit, row)


@routes.delete("/api/pbx-links/{link_id}")
@operation(errors=(Forbidden, NotFound, SetInSettings))
async def delete_pbx_link(visit: Visit, link_id: UUID) -> None:
    """Follow a PBX no more. What it has told stays."""
    await visit[RIGHTS].demand(visit.person, "delete", "pbx_link")
    _demand_rows(visit)
    async with visit[DATABASE].write() as unit:
        await _book(visit, unit).remove(link_id)
    await visit[LINKS].desk.follow()


def _book(visit: Visit, unit: UnitOfWork) -> LinkBook:
    links = visit[LINKS]
    return LinkBook(unit, links.box, visit.person.user_id, has_tape=links.desk.has_tape)


def _demand_rows(visit: Visit) -> None:
    if visit[LINKS].desk.fixed:
        raise SetInSettings("The links stand in the server's settings (ALLO_PBX or allo.toml).")


def _view(visit: Visit, row: PbxLinkRow) -> PbxLinkView:
    links = visit[LINKS]
    return PbxLinkView(
        **row.model_dump(exclude={"sealed_secret", "sealed_call_records", "created_at"}),
        call_records=pbx_links.shown_records_of(row, links.box),
        is_secret_readable=pbx_links.settings_of(row, links.box) is not None,
        **_standing(links.desk.standing(row.name)),
    )


def _fixed_view(settings: PbxSettings, standing: LinkStanding | None) -> PbxLinkView:
    return PbxLinkView(
        **settings.model_dump(exclude={"secret", "call_records"}),
        call_records=shown_records(settings),
        id=fixed_id(settings.name),
        is_enabled=True,
        is_secret_readable=True,
        version=1,
        changed_at=None,
        **_standing(standing),
    )


def _standing(standing: LinkStanding | None) -> dict[str, Any]:
    if standing is None:
        return {"state": "off", "reason": "", "since": None}
    return {"state": standing.state, "reason": standing.reason, "since": standing.since}
