"""REST: dispositions, the results of a talk that an agent can choose."""

from typing import Annotated, Any

from aiohttp import web
from pydantic import BaseModel, Field

from crm_core.calls import dispositions
from crm_core.calls.tables import Disposition
from crm_core.kernel.errors import Forbidden, NotFound
from web.api.inputs import Input, Line, Name
from web.keys import DATABASE, RIGHTS
from web.operations import operation
from web.visit import Visit

routes = web.RouteTableDef()


def _absent() -> Any:
    """Stands for a field that was not sent: the schema then promises no default."""
    return None


class DispositionView(BaseModel):
    """One choice; `titles` holds a text for each language."""

    code: str
    titles: dict[str, str]
    position: int
    is_active: bool


class DispositionList(BaseModel):
    """All choices, in order."""

    items: list[DispositionView]
    next_cursor: str | None


class DispositionQuery(Input):
    """Those of one queue, as the PBX calls it; with `all` also those that were put away."""

    queue: Line | None = None
    pbx: Line | None = None
    all: bool = False


class Titles(Input):
    """What a result is called; without English the Russian one stands for both."""

    ru: Annotated[Name, Field(max_length=60)]
    en: Annotated[Line, Field(max_length=60)] = ""


class NewDisposition(Input):
    """A result to be added."""

    titles: Titles


class DispositionChange(Input):
    """What is to be different; what is absent stays."""

    titles: Titles = Field(default_factory=_absent)
    is_active: bool = Field(default_factory=_absent)


class DispositionOrder(Input):
    """Every code, in the order in which they are to be shown."""

    codes: Annotated[list[Name], Field(max_length=200)]


@routes.get("/api/dispositions")
@operation(errors=(Forbidden,))
async def list_dispositions(visit: Visit, query: DispositionQuery) -> DispositionList:
    """What an agent can say came of a talk."""
    await visit[RIGHTS].demand(visit.person, "read", "disposition")
    async with visit[DATABASE].read() as session:
        if query.all:
            found = await dispositions.list_all(session)
        else:
            found = await dispositions.list_dispositions(session, queue=query.queue, pbx=query.pbx)
    return DispositionList(items=[_view(one) for one in found], next_cursor=None)


@routes.post("/api/dispositions")
@operation(201, errors=(Forbidden,))
async def create_disposition(visit: Visit, body: NewDisposition) -> DispositionView:
    """Add a result."""
    await visit[RIGHTS].demand(visit.person, "create", "disposition")
    async with visit[DATABASE].write() as unit:
        titles = body.titles.model_dump()
        return _view(await dispositions.add_disposition(unit, titles, by=visit.person.user_id))


@routes.put("/api/dispositions/order")
@operation(errors=(Forbidden,))
async def order_dispositions(visit: Visit, body: DispositionOrder) -> None:
    """Put the results in another order."""
    await visit[RIGHTS].demand(visit.person, "update", "disposition")
    async with visit[DATABASE].write() as unit:
        await dispositions.order_dispositions(unit, body.codes, by=visit.person.user_id)


@routes.patch("/api/dispositions/{disposition_id}")
@operation(errors=(Forbidden, NotFound))
async def change_disposition(
    visit: Visit, disposition_id: str, body: DispositionChange
) -> DispositionView:
    """Call a result, named by its code, otherwise, or put it away; calls that have it keep it."""
    await visit[RIGHTS].demand(visit.person, "update", "disposition")
    sent = body.model_fields_set
    async with visit[DATABASE].write() as unit:
        changed = await dispositions.change_disposition(
            unit,
            disposition_id,
            titles=body.titles.model_dump() if "titles" in sent else None,
            is_active=body.is_active if "is_active" in sent else None,
            by=visit.person.user_id,
        )
        return _view(changed)


def _view(one: Disposition) -> DispositionView:
    return DispositionView.model_validate(one, from_attributes=True)
