"""REST: the live board, and its queues and agents by themselves."""

from aiohttp import web
from pydantic import BaseModel

from crm_core.insight.board_view import BoardAgent, BoardQueue, BoardView
from crm_core.kernel.errors import Forbidden
from web.keys import BOARD
from web.operations import operation
from web.visit import Visit

routes = web.RouteTableDef()


class QueueList(BaseModel):
    """The queues that one may see, with who waits."""

    items: list[BoardQueue]
    next_cursor: None = None


class AgentList(BaseModel):
    """The people whom one may see, with what their line does."""

    items: list[BoardAgent]
    next_cursor: None = None


@routes.get("/api/board")
@operation(errors=(Forbidden,))
async def get_board(visit: Visit) -> BoardView:
    """The board of this moment; it is pushed as well, to who says `watch`."""
    return await visit[BOARD].draw(visit.person)


@routes.get("/api/queues")
@operation(errors=(Forbidden,))
async def list_queues(visit: Visit) -> QueueList:
    """Who waits in which queue, and what became of today's callers."""
    return QueueList(items=list((await visit[BOARD].draw(visit.person)).queues))


@routes.get("/api/agents")
@operation(errors=(Forbidden,))
async def list_agents(visit: Visit) -> AgentList:
    """Who sits where and what their line does."""
    return AgentList(items=list((await visit[BOARD].draw(visit.person)).agents))
