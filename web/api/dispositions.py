"""REST: dispositions, the results of a talk that an agent can choose."""

from aiohttp import web
from pydantic import BaseModel

from crm_core.calls import dispositions
from crm_core.kernel.errors import Forbidden
from web.keys import DATABASE, RIGHTS
from web.operations import operation
from web.visit import Visit

routes = web.RouteTableDef()


class DispositionView(BaseModel):
    """One choice; `titles` holds a text for each language."""

    code: str
    titles: dict[str, str]
    position: int


class DispositionList(BaseModel):
    """All choices, in order."""

    items: list[DispositionView]
    next_cursor: str | None


@routes.get("/api/dispositions")
@operation(errors=(Forbidden,))
async def list_dispositions(visit: Visit) -> DispositionList:
    """What an agent can say came of a talk."""
    await visit[RIGHTS].demand(visit.person, "read", "disposition")
    async with visit[DATABASE].read() as session:
        found = await dispositions.list_dispositions(session)
    items = [DispositionView.model_validate(one, from_attributes=True) for one in found]
    return DispositionList(items=items, next_cursor=None)
