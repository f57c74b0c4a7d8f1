"""REST: dispositions, the results of a talk that an agent can choose."""

from aiohttp import web
from pydantic import BaseModel

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
@operation()
async def list_dispositions(visit: Visit) -> DispositionList:
    """What an agent can say came of a talk."""
    raise NotImplementedError
