"""The call log, read: lists of calls and single calls, for whoever may see them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import tuple_
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.permissions import Person, Rights
from crm_core.calls.call_query import CallQuery, conditions_of, walk_of
from crm_core.calls.call_reader import views_of
from crm_core.calls.call_rights import CALL, is_live_within_reach, within_reach
from crm_core.calls.call_view import CallView
from crm_core.calls.live_log import LiveLog
from crm_core.calls.shown_cards import calls_with_cards
from crm_core.calls.tables import Call
from crm_core.kernel.errors import NotFound
from crm_core.kernel.paging import Page, cut_page, read_cursor, write_cursor

FOLDS = 8  # a consultation folded into a consultation, folded into …

_LIST = "calls"
_PLACE = (CALL.c.started_at.type, CALL.c.id.type)


async def list_calls(
    session: AsyncSession, person: Person, rights: Rights, query: CallQuery, *, region: str
) -> Page[CallView]:
    """Return a page of the calls that the person may see, newest first."""
    sees_own = rights.scope_of(person, "read", "call") == "own"
    walk, rest = walk_of(query, person.user_id if sees_own else None)
    conditions = [
        *(() if sees_own else (within_reach(person, rights, "read", walk.call_id),)),
        CALL.c.merged_into.is_(None),  # a folded consultation is told on the call it served
        *await conditions_of(session, rest, walk, region),
        *calls_with_cards(person, rights, query.card, query.card_slower_ms),
    ]
    if query.cursor is not None:
        place = read_cursor(query.cursor, _LIST, datetime, UUID)
        conditions.append(tuple_(walk.started_at, walk.call_id) < tuple_(*place, types=_PLACE))
    statement = (
        select(Call)
        .select_from(walk.source)
        .where(*conditions)
        .order_by(walk.started_at.desc(), walk.call_id.desc())
        .limit(query.limit + 1)
    )
    rows = (await session.exec(statement)).all()
    page = cut_page(rows, query.limit, lambda row: write_cursor(_LIST, row.started_at, row.id))
    return Page(await views_of(session, page.items), page.next_cursor)


async def get_call(
    session: AsyncSession, person: Person, rights: Rights, call_id: UUID, live: LiveLog
) -> CallView:
    """Return one call; the id of a folded consultation answers with the call it served."""
    view = live.view(call_id)  # asked first: what leaves the memory is in the rows by then
    row = await find_row(session, call_id)
    is_live = view is not None and is_live_within_reach(view, person, rights, "read")
    if row is not None:
        call = await find_call(session, person, rights, row.id)
        if call is None and is_live and row.id == call_id:
            call = row  # written before the ring: who may see it is known better in memory
        if call is not None:
            return (await views_of(session, [call]))[0]
    elif view is not None and is_live:
        return view
    raise NotFound("no such call")


async def find_call(
    session: AsyncSession, person: Person, rights: Rights, call_id: UUID, *, action: str = "read"
) -> Call | None:
    """Return the row of a call if the person may do this to it."""
    query = select(Call).where(Call.id == call_id, within_reach(person, rights, action))
    if action != "read":
        query = query.with_for_update()  # two changes at once: the second sees the first
        query = query.execution_options(populate_existing=True)
    return (await session.exec(query)).first()


async def find_row(session: AsyncSession, call_id: UUID) -> Call | None:
    """Return the row of a call, or of the one it was folded into. Asks for no right."""
    row: Call | None = None
    for _fold in range(FOLDS):
        found = (await session.exec(select(Call).where(Call.id == call_id))).first()
        row = found or row  # the survivor may not be written yet
        if found is None or found.merged_into is None:
            break
        call_id = found.merged_into
    return row
