"""REST: the office's own settings."""

from typing import Annotated, Any

from aiohttp import web
from pydantic import BaseModel, Field

from crm_core.access.office import OfficeChanges, get_office
from crm_core.access.office import change_office as change_office_of
from crm_core.access.tables import Office
from crm_core.access.working_hours import NewHours, WorkingHours
from crm_core.kernel.errors import Conflict, Forbidden
from web.api.inputs import Input, Line, Name
from web.api.users import Language
from web.keys import DATABASE, READ_PHONES, RIGHTS, SERVER
from web.operations import operation
from web.visit import Visit

routes = web.RouteTableDef()


def _absent() -> Any:
    """Stands for a field that was not sent: the schema then promises no default."""
    return None


class OfficeView(BaseModel):
    """What holds for everybody."""

    name: str
    language: Language
    time_zone: str
    currency: str
    phone_region: str = Field(description="Country of numbers that are written without one.")
    service_level_seconds: int = Field(description="Within which a queue should answer.")
    working_hours: WorkingHours | None = Field(description="Null: always.")
    version: int


class OfficeChange(Input):
    """What is to be different; what is absent stays. `version` is the one that was seen."""

    version: int
    name: Annotated[Line, Field(max_length=200)] = Field(default_factory=_absent)
    language: Language = Field(default_factory=_absent)
    time_zone: Name = Field(default_factory=_absent)
    currency: Annotated[Name, Field(max_length=3)] = Field(default_factory=_absent)
    phone_region: Annotated[Name, Field(max_length=2)] = Field(default_factory=_absent)
    service_level_seconds: Annotated[int, Field(ge=1, le=3_600)] = Field(default_factory=_absent)
    working_hours: WorkingHours | None = Field(default_factory=_absent)


@routes.get("/api/office")
@operation(errors=(Forbidden,))
async def read_office(visit: Visit) -> OfficeView:
    """The office's name, and what holds for who has chosen nothing else."""
    await visit[RIGHTS].demand(visit.person, "read", "office")
    async with visit[DATABASE].read() as session:
        return view_office(visit, await get_office(session))


@routes.patch("/api/office")
@operation(errors=(Forbidden, Conflict))
async def change_office(visit: Visit, body: OfficeChange) -> OfficeView:
    """Change what holds for everybody."""
    await visit[RIGHTS].demand(visit.person, "update", "office")
    plain = body.model_dump(exclude={"version", "working_hours"}, exclude_unset=True)
    hours = NewHours(body.working_hours) if "working_hours" in body.model_fields_set else None
    changes = OfficeChanges(**plain, working_hours=hours)
    async with visit[DATABASE].write() as unit:
        office = await change_office_of(unit, body.version, changes, by=visit.person.user_id)
    await visit[READ_PHONES]()  # the cards' greetings follow the office's clock
    return view_office(visit, office)


def view_office(visit: Visit, office: Office) -> OfficeView:
    """The office as it is in effect: without a region of its own, the server's setting holds."""
    region = office.phone_region or visit[SERVER].region
    return OfficeView.model_validate({**office.model_dump(), "phone_region": region})
