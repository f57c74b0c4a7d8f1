"""REST: the first run. With the code that the server printed, the first administrator is made."""

from typing import Annotated, Any

from aiohttp import web
from pydantic import BaseModel, Field, StringConstraints

from crm_core.access.first_run import FirstAdministrator
from crm_core.access.login import Knock
from crm_core.access.office import OfficeChanges, change_office, get_office
from crm_core.access.sessions import ABSOLUTE
from crm_core.calls.first_steps import Steps, steps_taken
from crm_core.kernel.errors import Conflict, Forbidden, SetupClosed, TooManyAttempts, WrongSetupCode
from web.api.inputs import Input, Line, Name
from web.api.office import OfficeView, view_office
from web.api.session import SessionView, view_session
from web.api.users import Language
from web.keys import DATABASE, FIRST_RUN, READ_PHONES, READINESS, RIGHTS
from web.operations import operation
from web.visit import Visit

routes = web.RouteTableDef()

CODE_HEADER = "X-Setup-Code"

_SHUT = (SetupClosed, WrongSetupCode, TooManyAttempts)


class SetupSteps(BaseModel):
    """What has been done so far; all of it may be skipped, and is found again in the settings."""

    administrator: bool
    pbx: bool
    people: bool = Field(description="Somebody sits at a phone.")
    clients: bool


class SetupView(BaseModel):
    """What is left to be set up, and what the office has now."""

    steps: SetupSteps
    is_finished: bool
    office: OfficeView


class NewAdministrator(Input):
    """The first administrator, and what holds for the office."""

    login: Annotated[Name, Field(max_length=64)]
    name: Annotated[Name, Field(max_length=200)]
    password: Annotated[str, StringConstraints(max_length=1_000)]
    office_name: Annotated[Line, Field(max_length=200)] | None = None
    language: Language | None = None
    time_zone: Name | None = None
    phone_region: Annotated[Name, Field(max_length=2)] | None = None
    currency: Annotated[Name, Field(max_length=3)] | None = None


class SetupEnd(Input):
    """Whether the first steps are over: they are shown no more, or again."""

    is_finished: bool


@routes.get("/api/setup")
@operation(errors=_SHUT, is_public=True)
async def get_setup(visit: Visit) -> SetupView:
    """Tell whoever has the code (in `X-Setup-Code`) what is left to be set up."""
    await visit[FIRST_RUN].demand(_code(visit), address=visit.address)
    return await _view(visit, has_administrator=False)


@routes.post("/api/setup/administrator")
@operation(errors=(*_SHUT, Conflict), is_public=True)
async def make_administrator(visit: Visit, body: NewAdministrator) -> SessionView:
    """Make the first administrator and log in; needs the code in `X-Setup-Code`, and only once."""
    wanted: dict[str, Any] = body.model_dump(
        include={"language", "time_zone", "phone_region", "currency"}
    )
    welcome = await visit[FIRST_RUN].make_administrator(
        _code(visit),
        Knock(
            login=body.login,
            password=body.password,
            address=visit.address,
            user_agent=visit.user_agent,
            device=visit.device,
            session=visit.session_cookie,
        ),
        FirstAdministrator(name=body.name, office=OfficeChanges(name=body.office_name, **wanted)),
    )
    await visit[READ_PHONES]()
    visit.keep_session(welcome.session, int(ABSOLUTE.total_seconds()))
    visit.keep_device(welcome.device)
    return await view_session(visit, welcome.person.user_id)


@routes.get("/api/setup/steps")
@operation(errors=(Forbidden,))
async def get_setup_steps(visit: Visit) -> SetupView:
    """Tell an administrator what is left."""
    await visit[RIGHTS].demand(visit.person, "update", "office")
    return await _view(visit, has_administrator=True)


@routes.put("/api/setup/steps")
@operation(errors=(Forbidden,))
async def finish_setup(visit: Visit, body: SetupEnd) -> SetupView:
    """Say that the first steps are over, whatever was skipped."""
    await visit[RIGHTS].demand(visit.person, "update", "office")
    async with visit[DATABASE].write() as unit:
        office = await get_office(unit.session)
        changes = OfficeChanges(is_set_up=body.is_finished)
        await change_office(unit, office.version, changes, by=visit.person.user_id)
    return await _view(visit, has_administrator=True)


def _code(visit: Visit) -> str:
    return visit.request.headers.get(CODE_HEADER, "")[:200]


async def _view(visit: Visit, *, has_administrator: bool) -> SetupView:
    async with visit[DATABASE].read() as session:
        office = await get_office(session)
        taken: Steps = await steps_taken(session)
    return SetupView(
        steps=SetupSteps(
            administrator=has_administrator,
            pbx=bool(visit[READINESS].links()),
            people=taken.people,
            clients=taken.clients,
        ),
        is_finished=office.is_set_up,
        office=view_office(visit, office),
    )
