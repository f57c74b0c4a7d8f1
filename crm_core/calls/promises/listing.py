"""Promises, read: those of a call, and lists of them by what has become of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select, tuple_
from sqlmodel import col
from sqlmodel import select as select_rows
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.permissions import Person, Rights, within
from crm_core.access.tables import Team
from crm_core.access.teams import DEFAULT_TEAM_ID
from crm_core.calls.promises.tables import Promise
from crm_core.calls.promises.view import PromiseFilter, PromiseState, PromiseView, TeamPromises
from crm_core.calls.tables import Call
from crm_core.kernel.clock import utc_now
from crm_core.kernel.paging import Page, cut_page, read_cursor, write_cursor
from crm_core.kernel.upsert import table_of
from crm_core.records.client_view import Named
from crm_core.sales.links import names_of_clients, names_of_users

PROMISE, CALL = table_of(Promise), table_of(Call)
_LIST = "promises"
_PLACE = (PROMISE.c.due_at.type, PROMISE.c.id.type)


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseQuery:
    """Which promises; all conditions hold together. The period is that of their time to be kept."""

    state: PromiseFilter = "open"
    mine: bool = False
    client: UUID | None = None
    team: UUID | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None
    limit: int = 50
    cursor: str | None = None


async def list_promises(
    session: AsyncSession, person: Person, rights: Rights, query: PromiseQuery
) -> Page[PromiseView]:
    """Return a page of the promises that the person may read, what is due first above all."""
    asked = _asked(person, rights, query)
    if query.cursor is not None:
        place = tuple_(*read_cursor(query.cursor, _LIST, datetime, UUID), types=_PLACE)
        asked.append(tuple_(PROMISE.c.due_at, PROMISE.c.id) > place)
    statement = select_rows(Promise).where(*asked).order_by(PROMISE.c.due_at, PROMISE.c.id)
    rows = (await session.exec(statement.limit(query.limit + 1))).all()
    page = cut_page(rows, query.limit, lambda row: write_cursor(_LIST, row.due_at, row.id))
    return Page(await view_promises(session, person, rights, page.items), page.next_cursor)


async def read_team_promises(
    session: AsyncSession, person: Person, rights: Rights, query: PromiseQuery
) -> list[TeamPromises]:
    """Count the promises that the person may read, by team, in every state."""
    query = replace(query, state="all")
    states = {state: and_(*_in_state(state, utc_now())) for state in _STATES}
    counts = [func.sum(case((is_it, 1), else_=0)).label(state) for state, is_it in states.items()]
    team = func.coalesce(PROMISE.c.team_id, DEFAULT_TEAM_ID).label("team_id")
    statement = select(team, func.count().label("made"), *counts)
    statement = statement.where(*_asked(person, rights, query)).group_by(team)
    rows = (await (await session.connection()).execute(statement)).mappings().all()
    names = {one.id: one.name for one in (await session.exec(select_rows(Team))).all()}
    found = [
        TeamPromises(
            team=Named(id=row["team_id"], name=names.get(row["team_id"], "")),
            made=row["made"],
            **{state: int(row[state] or 0) for state in _STATES},
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.team.name, one.team.id))


async def promises_of_call(
    session: AsyncSession, person: Person, rights: Rights, call_id: UUID
) -> list[PromiseView]:
    """What was promised in a call that the person may see, or in one folded into it."""
    folded = select(CALL.c.id).where(CALL.c.merged_into == call_id)
    of_call = or_(PROMISE.c.call_id == call_id, PROMISE.c.call_id.in_(folded))
    query = select_rows(Promise).where(of_call).order_by(col(Promise.made_at), col(Promise.id))
    return await view_promises(session, person, rights, (await session.exec(query)).all())


async def view_promises(
    session: AsyncSession, person: Person, rights: Rights, rows: Sequence[Promise]
) -> list[PromiseView]:
    """Show promises, in their order."""
    clients = await names_of_clients(session, person, rights, (row.client_id for row in rows))
    users = await names_of_users(session, (row.made_by_id for row in rows))
    now = utc_now()
    return [
        PromiseView(
            **row.model_dump(
                include={
                    *("id", "call_id", "number", "second", "text", "made_at", "due_at", "task_id"),
                    *("settled_at", "settled_by", "settled_by_call_id"),
                }
            ),
            client=clients.get(row.client_id) if row.client_id else None,
            made_by=users.get(row.made_by_id),
            state="broken" if row.state == "open" and row.due_at < now else row.state,
        )
        for row in rows
    ]


_STATES: tuple[PromiseState, ...] = ("kept", "kept_late", "broken", "open", "withdrawn")


def _asked(person: Person, rights: Rights, query: PromiseQuery) -> list[ColumnElement[bool]]:
    scope = rights.scope_of(person, "read", "promise")
    found = [within(person, scope, owner=PROMISE.c.made_by_id, team=PROMISE.c.team_id)]
    found += _in_state(query.state, utc_now())
    if query.mine:
        found.append(PROMISE.c.made_by_id == person.user_id)
    if query.client is not None:
        found.append(PROMISE.c.client_id == query.client)
    if query.team is not None:
        found.append(func.coalesce(PROMISE.c.team_id, DEFAULT_TEAM_ID) == query.team)
    if query.from_at is not None:
        found.append(PROMISE.c.due_at >= query.from_at)
    if query.to_at is not None:
        found.append(PROMISE.c.due_at < query.to_at)
    return found


def _in_state(state: PromiseFilter, now: datetime) -> list[ColumnElement[bool]]:
    """`broken` stands in no row: it is an open promise whose time has passed."""
    match state:
        case "all":
            return []
        case "open":
            return [PROMISE.c.state == "open", PROMISE.c.due_at >= now]
        case "broken":
            return [PROMISE.c.state == "open", PROMISE.c.due_at < now]
        case _:
            return [PROMISE.c.state == state]
