"""REST: try a PBX, see whom it knows, and how a number would be understood."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, Field

from crm_core.access.accounts import who_sits_at
from crm_core.calls.control import PbxRefused, PbxUnreachable
from crm_core.calls.pbx import number_story
from crm_core.calls.pbx.desk import fixed_id
from crm_core.calls.pbx.links import get_link, read_settings, secret_for, settings_of
from crm_core.calls.pbx.number_story import explain_number
from crm_core.calls.pbx.report import Endpoint, StepCode, StepName, Verdict
from crm_core.calls.pbx.settings import PbxSettings
from crm_core.kernel.errors import Forbidden, InvalidValue, NotFound
from crm_core.kernel.text import clean_text
from web.api.inputs import Input, Line, Name
from web.api.pbx_links import Secret, Trunk
from web.keys import DATABASE, LINKS, RIGHTS
from web.operations import operation
from web.region import region_of
from web.visit import Visit

routes = web.RouteTableDef()


class PbxTest(Input):
    """A link to be tried: a saved one by its id, with what is to be otherwise; or a new one.

    The secret of a saved link goes to the address it was saved for, and to no other.
    """

    link_id: UUID | None = None
    name: Annotated[Name, Field(max_length=64)] | None = None
    host: Annotated[Name, Field(max_length=255)] | None = None
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    username: Annotated[Name, Field(max_length=200)] | None = None
    secret: Secret | None = None
    extension_pattern: Annotated[Line, Field(min_length=1, max_length=200)] | None = None
    trunks: Annotated[list[Trunk], Field(max_length=100)] | None = None


class PbxTestStep(BaseModel):
    """One thing that was tried, and what came of it."""

    step: StepName
    verdict: Verdict
    code: StepCode
    seconds: float
    text: str = Field(description="What the PBX or the system said, for people.")
    values: list[str] = Field(description="The rights, or the endpoints of ours, that are meant.")


class EndpointUser(BaseModel):
    """Whose phone it is."""

    id: UUID
    name: str


class PbxEndpoint(BaseModel):
    """A phone or a line that the PBX knows. `extension` is set for one of ours."""

    name: str
    technology: str
    extension: str | None
    title: str
    is_registered: bool | None
    user: EndpointUser | None


class PbxTestReport(BaseModel):
    """What was found out. `is_well`: a link with these settings would work."""

    is_well: bool
    version: str | None
    ami_version: str | None
    seconds: float
    steps: list[PbxTestStep]
    endpoints: list[PbxEndpoint]


class PbxEndpointList(BaseModel):
    """Whom a PBX knows, ours first."""

    items: list[PbxEndpoint]
    next_cursor: str | None


class NumberToExplain(Input):
    """A number as somebody writes it, or a channel's name."""

    number: Annotated[Line, Field(min_length=1, max_length=128)]


class ExplainedClient(BaseModel):
    """A client who would be offered."""

    id: UUID
    name: str


class ExplainedIgnoring(BaseModel):
    """Why calls of this number are left alone."""

    number: str
    is_prefix: bool
    shows_no_card: bool
    makes_no_task: bool
    reason: str


class NumberExplained(BaseModel):
    """How the number is understood. `finding` says how clients were looked for."""

    written: str
    kind: number_story.Kind
    number: str | None
    formatted: str | None
    place: str | None
    pbx: str | None
    extension: str | None
    user_name: str | None
    finding: number_story.Finding
    clients: list[ExplainedClient]
    ignored: ExplainedIgnoring | None


@routes.post("/api/pbx-links/test")
@operation(errors=(Forbidden, NotFound))
async def test_pbx_link(visit: Visit, body: PbxTest) -> PbxTestReport:
    """Try a link: connect, log in, see what may be asked. Nothing is saved."""
    await visit[RIGHTS].demand(visit.person, "update", "pbx_link")
    settings = await _settings(visit, body)
    report = await visit[LINKS].probe.examine(settings)
    return PbxTestReport(
        is_well=report.is_well,
        version=report.version and clean_text(report.version, limit=80),
        ami_version=report.ami_version,
        seconds=round(report.seconds, 3),
        steps=[
            PbxTestStep(
                step=step.step,
                verdict=step.verdict,
                code=step.code,
                seconds=round(step.seconds, 3),
                text=clean_text(step.text, limit=200),
                values=list(step.values),
            )
            for step in report.steps
        ],
        endpoints=await _views(visit, settings.name, report.endpoints),
    )


@routes.get("/api/pbx-links/{link_id}/endpoints")
@operation(errors=(Forbidden, NotFound, PbxUnreachable, PbxRefused))
async def list_pbx_endpoints(visit: Visit, link_id: UUID) -> PbxEndpointList:
    """Whom the PBX knows, and whose these phones are."""
    await visit[RIGHTS].demand(visit.person, "read", "pbx_link")
    settings = await saved_settings(visit, link_id)
    found = await visit[LINKS].probe.endpoints(settings)
    return PbxEndpointList(items=await _views(visit, settings.name, found), next_cursor=None)


@routes.post("/api/numbers/explain")
@operation(errors=(Forbidden,))
async def explain_phone_number(visit: Visit, body: NumberToExplain) -> NumberExplained:
    """How a number would be understood if it called now."""
    await visit[RIGHTS].demand(visit.person, "read", "pbx_link")
    links = tuple(visit[LINKS].desk.followed)
    async with visit[DATABASE].read() as session:
        story = await explain_number(
            session,
            body.number,
            region=links[0].region if links else await region_of(visit, session),
            language=visit.person.language,
            links=links,
        )
    ignored = story.ignored
    return NumberExplained.model_validate(
        {
            **{name: getattr(story, name) for name in NumberExplained.model_fields},
            "clients": [asdict(client) for client in story.clients],
            "ignored": ExplainedIgnoring.model_validate(ignored, from_attributes=True)
            if ignored
            else None,
        }
    )


async def saved_settings(visit: Visit, link_id: UUID) -> PbxSettings:
    """The settings of a link that is kept, by its id, or of one of the server's settings."""
    links = visit[LINKS]
    for one in links.desk.fixed:
        if fixed_id(one.name) == link_id:
            return one
    async with visit[DATABASE].read() as session:
        row = await get_link(session, link_id)
    settings = settings_of(row, links.box)
    if settings is None:
        raise InvalidValue("secret", "the secret cannot be read: type it anew")
    return settings


async def _settings(visit: Visit, body: PbxTest) -> PbxSettings:
    changes = body.model_dump(exclude={"link_id"}, exclude_none=True)
    if body.link_id is None:
        if body.secret is None:
            raise InvalidValue("secret", "a new link needs a secret")
        return read_settings(changes)
    links = visit[LINKS]
    for one in links.desk.fixed:
        if fixed_id(one.name) == body.link_id:
            return one
    async with visit[DATABASE].read() as session:
        row = await get_link(session, body.link_id)
    kept: dict[str, Any] = row.model_dump(include=set(PbxSettings.model_fields))
    return read_settings({**kept, **changes, "secret": secret_for(row, changes, links.box)})


async def _views(visit: Visit, pbx: str, found: Sequence[Endpoint]) -> list[PbxEndpoint]:
    async with visit[DATABASE].read() as session:
        users = await who_sits_at(session, pbx)
    views = []
    for one in found:
        user = users.get(one.extension or "")
        whose = EndpointUser(id=user.id, name=user.name) if user else None
        told = asdict(one) | {"title": clean_text(one.title, limit=200)}
        views.append(PbxEndpoint(**told, user=whose))
    return views
