"""The missed-call ledger, read: lists of debts, single ones, and the books."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, tuple_
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import Select

from crm_core.access.permissions import Person, Rights, within
from crm_core.calls.missed_calls.claims import assignee_of
from crm_core.calls.missed_calls.tables import MissedCall
from crm_core.calls.missed_calls.view import (
    Claim,
    DebtFilter,
    MissedCallBooks,
    MissedCallView,
    OpenDeals,
    Settlement,
    WriteOff,
)
from crm_core.kernel.clock import utc_now
from crm_core.kernel.errors import NotFound
from crm_core.kernel.paging import Page, cut_page, read_cursor, write_cursor
from crm_core.kernel.phone import read_number
from crm_core.kernel.upsert import table_of
from crm_core.records.client_view import Named
from crm_core.sales.deal_view import CurrencySum
from crm_core.sales.links import names_of_clients, names_of_users, reach
from crm_core.sales.tables import Deal, Task

DEBT, TASK, DEAL = table_of(MissedCall), table_of(Task), table_of(Deal)
_LIST = "missed calls"
_PLACE = (DEBT.c.opened_at.type, DEBT.c.id.type)
# people hand the open task on; where it has ended, the debt knows whose it was
_ASSIGNEE = case(
    (and_(TASK.c.id.is_not(None), TASK.c.done_at.is_(None)), TASK.c.assignee_id),
    else_=DEBT.c.assignee_id,
)

Row = tuple[MissedCall, Task | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedCallQuery:
    """Which debts; all conditions hold together. `from_at` is inside, `to_at` is not."""

    state: DebtFilter = "outstanding"
    mine: bool = False
    team: UUID | None = None
    queue: str | None = None
    q: str | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None
    limit: int = 50
    cursor: str | None = None


async def list_missed_calls(
    session: AsyncSession, person: Person, rights: Rights, query: MissedCallQuery, *, region: str
) -> Page[MissedCallView]:
    """Return a page of debts: what is outstanding by how long they wait, all else newest first."""
    is_waiting = query.state == "outstanding"
    statement = _with_task(_asked(person, rights, query, region))
    if query.state != "all":
        statement = statement.where(DEBT.c.state == query.state)
    row = tuple_(DEBT.c.opened_at, DEBT.c.id)
    if query.cursor is not None:
        place = tuple_(*read_cursor(query.cursor, _LIST, datetime, UUID), types=_PLACE)
        statement = statement.where(row > place if is_waiting else row < place)
    order = (DEBT.c.opened_at, DEBT.c.id)
    statement = statement.order_by(*(order if is_waiting else (one.desc() for one in order)))
    rows = (await session.exec(statement.limit(query.limit + 1))).all()
    page = cut_page(
        rows, query.limit, lambda found: write_cursor(_LIST, found[0].opened_at, found[0].id)
    )
    return Page(await _views(session, person, rights, page.items), page.next_cursor)


async def get_missed_call(
    session: AsyncSession, person: Person, rights: Rights, missed_call_id: UUID
) -> MissedCallView:
    """Return one debt; who may not know of it learns nothing."""
    asked = [_may_read(person, rights), DEBT.c.id == missed_call_id]
    rows = (await session.exec(_with_task(asked))).all()
    if not rows:
        raise NotFound("no such missed call")
    return (await _views(session, person, rights, rows))[0]


async def read_books(
    session: AsyncSession, person: Person, rights: Rights, query: MissedCallQuery, *, region: str
) -> MissedCallBooks:
    """Count the debts that were opened in the period, and what has become of them."""
    counts = [func.count(), *(func.sum(case((DEBT.c.state == s, 1), else_=0)) for s in _STATES)]
    statement = (
        select(*counts)
        .select_from(DEBT)
        .outerjoin(TASK, TASK.c.id == DEBT.c.task_id)
        .where(DEBT.c.merged_into.is_(None), *_asked(person, rights, query, region))
    )
    opened, *ended = (await (await session.connection()).execute(statement)).one()
    figures = {state: int(count or 0) for state, count in zip(_STATES, ended, strict=True)}
    return MissedCallBooks(opened=opened, **figures)


_STATES = ("settled", "written_off", "outstanding")


def _with_task(conditions: Sequence[ColumnElement[bool]]) -> Select[MissedCall, Task]:
    return (
        select(MissedCall, Task)
        .outerjoin(TASK, TASK.c.id == DEBT.c.task_id)
        .where(DEBT.c.merged_into.is_(None), *conditions)
    )


def _may_read(person: Person, rights: Rights) -> ColumnElement[bool]:
    scope = rights.scope_of(person, "read", "missed_call")
    return within(person, scope, owner=_ASSIGNEE, team=DEBT.c.team_id)


def _asked(
    person: Person, rights: Rights, query: MissedCallQuery, region: str
) -> list[ColumnElement[bool]]:
    found = [_may_read(person, rights)]
    if query.mine:
        found.append(_ASSIGNEE.in_([person.user_id]))
    if query.team is not None:
        found.append(DEBT.c.team_id == query.team)
    if query.queue is not None:
        found.append(DEBT.c.queue == query.queue)
    if query.from_at is not None:
        found.append(DEBT.c.opened_at >= query.from_at)
    if query.to_at is not None:
        found.append(DEBT.c.opened_at < query.to_at)
    if query.q:
        digits = "".join(letter for letter in query.q if letter.isascii() and letter.isdigit())
        number = read_number(query.q, region).number
        ways = [DEBT.c.number == number] if number else []
        ways += [DEBT.c.number.contains(digits)] if digits else []
        found.append(or_(*ways) if ways else DEBT.c.id.is_(None))
    return found


async def _views(
    session: AsyncSession, person: Person, rights: Rights, rows: Sequence[Row]
) -> list[MissedCallView]:
    clients = await names_of_clients(session, person, rights, (debt.client_id for debt, _ in rows))
    people: list[UUID | None] = []
    for debt, task in rows:
        people += [assignee_of(debt, task), debt.claimed_by_id, debt.written_off_by_id]
    users = await names_of_users(session, people)
    deals = await _open_deals(session, person, rights, list(clients))
    now = utc_now()
    return [
        MissedCallView(
            **debt.model_dump(include=_AS_STORED),
            since=debt.opened_at,
            waiting_seconds=(_ended_at(debt) or now).timestamp() - debt.opened_at.timestamp(),
            client=_of(clients, debt.client_id),
            deals=deals.get(debt.client_id or debt.id, OpenDeals(count=0, sums=())),
            assignee=_of(users, assignee_of(debt, task)),
            claim=_claim(debt, users, now),
            settled=_settlement(debt),
            written_off=_write_off(debt, users),
        )
        for debt, task in rows
    ]


_AS_STORED = {
    *("id", "state", "number", "last_called_at", "times_called", "times_tried", "team_id"),
    *("task_id", "pbx", "queue"),
}


async def _open_deals(
    session: AsyncSession, person: Person, rights: Rights, clients: Sequence[UUID]
) -> dict[UUID, OpenDeals]:
    """What is at stake with each client, a sum for each currency."""
    if not clients:
        return {}
    query = (
        select(
            DEAL.c.client_id,
            DEAL.c.currency,
            func.count(),
            func.coalesce(func.sum(DEAL.c.amount_minor), 0),
        )
        .where(
            DEAL.c.client_id.in_(clients),
            DEAL.c.status == "open",
            reach(person, rights, "deal", DEAL),
        )
        .group_by(DEAL.c.client_id, DEAL.c.currency)
        .order_by(DEAL.c.currency)
    )
    sums: dict[UUID, list[CurrencySum]] = defaultdict(list)
    for client_id, currency, count, amount in await (await session.connection()).execute(query):
        # PostgreSQL sums whole numbers as decimals
        told = CurrencySum(currency=currency, count=count, amount_minor=int(amount))
        sums[client_id].append(told)
    return {
        client_id: OpenDeals(count=sum(one.count for one in told), sums=tuple(told))
        for client_id, told in sums.items()
    }


def _of(names: dict[UUID, Named], wanted: UUID | None) -> Named | None:
    return names.get(wanted) if wanted else None


def _ended_at(debt: MissedCall) -> datetime | None:
    return debt.settled_at or debt.written_off_at


def _claim(debt: MissedCall, users: dict[UUID, Named], now: datetime) -> Claim | None:
    user = _of(users, debt.claimed_by_id)
    if user is None or debt.claimed_until is None or debt.claimed_until <= now:
        return None
    return Claim(user=user, until=debt.claimed_until)


def _settlement(debt: MissedCall) -> Settlement | None:
    if debt.settled_at is None or debt.settled_by_call_id is None or debt.settled_how is None:
        return None
    return Settlement.model_validate(
        {"at": debt.settled_at, "call_id": debt.settled_by_call_id, "how": debt.settled_how}
    )


def _write_off(debt: MissedCall, users: dict[UUID, Named]) -> WriteOff | None:
    if debt.written_off_at is None:
        return None
    by = _of(users, debt.written_off_by_id)
    return WriteOff(at=debt.written_off_at, by=by, reason=debt.written_off_reason or "")
