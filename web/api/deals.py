"""REST: deals, as a list and as a board."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, Field
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.kernel.errors import Conflict, Forbidden, NotFound
from crm_core.kernel.paging import InvalidCursor
from crm_core.sales import deal_list
from crm_core.sales.deal_rows import view_deals
from crm_core.sales.deal_view import (
    CurrencySum,
    DealBoard,
    DealChanges,
    DealDraft,
    DealStatus,
    DealView,
)
from crm_core.sales.deals import AMOUNT_LIMIT, DealDesk, get_deal
from web.api.inputs import Input, Line, Name, Paging
from web.keys import DATABASE, RIGHTS
from web.operations import operation
from web.visit import Visit

routes = web.RouteTableDef()

Amount = Annotated[int, Field(ge=0, le=AMOUNT_LIMIT, description="In minor units: kopecks.")]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]


def _absent() -> Any:
    """Stands for a field that was not sent: the schema then promises no default."""
    return None


class NewDeal(Input):
    """A deal to be made; without a stage it begins in the first of the first pipeline."""

    title: Name
    client_id: UUID | None = None
    stage_id: UUID | None = None
    amount_minor: Amount | None = None
    currency: Currency | None = Field(default=None, description="The office's, unless said.")
    expected_on: date | None = None
    owner_id: UUID | None = None


class DealChange(Input):
    """What is to be changed; what is absent stays. `version` is the one that was seen."""

    version: int
    title: Name = Field(default_factory=_absent)
    client_id: UUID | None = Field(default_factory=_absent)
    amount_minor: Amount | None = Field(default_factory=_absent)
    currency: Currency = Field(default_factory=_absent)
    expected_on: date | None = Field(default_factory=_absent)
    owner_id: UUID | None = Field(default_factory=_absent)


class DealMove(Input):
    """Into which stage; with `version`, only if nobody has changed the deal since."""

    stage_id: UUID
    lost_reason: Line | None = None
    version: int | None = None


class DealSearch(Paging):
    """Which deals, newest first. All conditions hold together."""

    pipeline: UUID | None = None
    stage: UUID | None = None
    status: DealStatus | None = None
    owner: UUID | None = None
    client: UUID | None = None
    q: Line | None = None
    without_task: bool = False


class BoardSearch(Input):
    """Which pipeline (without it the first), and how many deals of each stage."""

    pipeline: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 30


class ColumnSearch(Paging):
    """A page of one stage of the board."""


class DealList(BaseModel):
    """A page of deals; `sums` are of all that were asked for, not of this page."""

    items: list[DealView]
    sums: list[CurrencySum]
    next_cursor: str | None


class DealColumn(BaseModel):
    """A page of one stage: what came into it last stands first."""

    items: list[DealView]
    next_cursor: str | None


@routes.get("/api/deals")
@operation(errors=(InvalidCursor,))
async def list_deals(visit: Visit, query: DealSearch) -> DealList:
    """List the deals that one may see, newest first."""
    wanted = deal_list.DealQuery(**query.model_dump())
    async with visit[DATABASE].read() as session:
        found = await deal_list.list_deals(session, visit.person, visit[RIGHTS], wanted)
    return DealList(
        items=list(found.page.items), sums=list(found.sums), next_cursor=found.page.next_cursor
    )


@routes.get("/api/deals/board")
@operation(errors=(NotFound,))
async def get_deal_board(visit: Visit, query: BoardSearch) -> DealBoard:
    """Show a pipeline as a board: each stage with its count, its sums and its first deals."""
    async with visit[DATABASE].read() as session:
        return await deal_list.read_board(
            session, visit.person, visit[RIGHTS], query.pipeline, limit=query.limit
        )


@routes.get("/api/deals/board/{stage_id}")
@operation(errors=(InvalidCursor,))
async def list_deal_column(visit: Visit, stage_id: UUID, query: ColumnSearch) -> DealColumn:
    """Go on in one stage of the board."""
    async with visit[DATABASE].read() as session:
        page = await deal_list.read_column(
            session,
            visit.person,
            visit[RIGHTS],
            stage_id,
            limit=query.limit,
            cursor=query.cursor,
        )
    return DealColumn(items=list(page.items), next_cursor=page.next_cursor)


@routes.post("/api/deals")
@operation(201, errors=(Forbidden,))
async def create_deal(visit: Visit, body: NewDeal) -> DealView:
    """Add a deal."""
    draft = DealDraft.model_validate(body.model_dump())
    async with visit[DATABASE].write() as unit:
        deal_id = await DealDesk(unit, visit.person, visit[RIGHTS]).create(draft)
        return await _view(visit, unit.session, deal_id)


@routes.get("/api/deals/{deal_id}")
@operation(errors=(NotFound,))
async def show_deal(visit: Visit, deal_id: UUID) -> DealView:
    """Show one deal."""
    async with visit[DATABASE].read() as session:
        return await _view(visit, session, deal_id)


@routes.patch("/api/deals/{deal_id}")
@operation(errors=(NotFound, Forbidden, Conflict))
async def change_deal(visit: Visit, deal_id: UUID, body: DealChange) -> DealView:
    """Change a deal, if nobody else has since `version`."""
    changes = DealChanges.model_validate(body.model_dump(exclude_unset=True, exclude={"version"}))
    async with visit[DATABASE].write() as unit:
        await DealDesk(unit, visit.person, visit[RIGHTS]).change(deal_id, body.version, changes)
        return await _view(visit, unit.session, deal_id)


@routes.post("/api/deals/{deal_id}/move")
@operation(200, errors=(NotFound, Forbidden, Conflict))
async def move_deal(visit: Visit, deal_id: UUID, body: DealMove) -> DealView:
    """Put a deal into another stage; one that is lost needs a reason."""
    async with visit[DATABASE].write() as unit:
        await DealDesk(unit, visit.person, visit[RIGHTS]).move(
            deal_id, body.stage_id, version=body.version, lost_reason=body.lost_reason
        )
        return await _view(visit, unit.session, deal_id)


async def _view(visit: Visit, session: AsyncSession, deal_id: UUID) -> DealView:
    deal, _record = await get_deal(session, visit.person, visit[RIGHTS], deal_id)
    (view,) = await view_deals(session, visit.person, visit[RIGHTS], [deal])
    return view
