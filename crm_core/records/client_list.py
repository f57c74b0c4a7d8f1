"""Lists of clients: all by name, or those who have a number or match what somebody typed.

At a million clients every question must be answered from an index. Names that begin with what was
typed come first, from the order of names itself; after them those who contain it, from the index
of three-letter parts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, tuple_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.permissions import Person, Rights, within
from crm_core.kernel.paging import Page, read_cursor, write_cursor
from crm_core.kernel.phone import read_number
from crm_core.kernel.upsert import table_of
from crm_core.records.client_rows import summaries_of
from crm_core.records.client_search import CLIENT, Search, containing
from crm_core.records.client_view import ClientSummary
from crm_core.records.tables import Client, ClientPhone, Record

NUMBER_LIMIT = 100  # clients who share one number
SMALL_TEAM = 3_000  # clients; all of them are looked at sooner than some of a million

_LIST = "clients"
_BEGINS, _CONTAINS = "0", "1"  # the two parts of a list, in their order

RECORD = table_of(Record)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientQuery:
    """Which clients: by a whole number, or by part of a text; without either all of them."""

    q: str | None = None
    phone: str | None = None
    limit: int = 50
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """After whom a page begins."""

    part: str
    sort_name: str
    client_id: UUID

    def passed(self) -> ColumnElement[bool]:
        """Those who stand after it."""
        types = (CLIENT.c.sort_name.type, CLIENT.c.id.type)
        last = tuple_(self.sort_name, self.client_id, types=types)
        return tuple_(CLIENT.c.sort_name, CLIENT.c.id) > last


_Found = list[tuple[str, Client]]


async def list_clients(
    session: AsyncSession, person: Person, rights: Rights, query: ClientQuery, *, region: str
) -> Page[ClientSummary]:
    """Return a page of the clients that the person may read, by name."""
    place = _read_place(query.cursor)
    search = Search.read(query.q or "")
    if query.phone is not None:
        readable = _is_readable_by(person, rights)
        owners = await _owners_of(session, query.phone, readable, region)
        conditions = [readable, col(Client.id).in_(owners)]
    else:
        conditions = [await _readable_by(session, person, rights)]
    if search is None:
        found = await _fetch(session, conditions, query.limit, place)
    else:
        found = await _search(session, search, conditions, query.limit, place)
    return await _page(session, found, query.limit)


def _is_readable_by(person: Person, rights: Rights) -> ColumnElement[bool]:
    """The clients within the person's scope, as a question about each.

    A join would let SQLite begin with the team's records, and sort a million for one page.
    """
    return exists().where(RECORD.c.id == CLIENT.c.id, _reach(person, rights))


async def _readable_by(
    session: AsyncSession, person: Person, rights: Rights
) -> ColumnElement[bool]:
    """The same, but a small team among a million clients begins with its own."""
    own = select(RECORD.c.id).where(RECORD.c.kind == "client", _reach(person, rights))
    some = own.limit(SMALL_TEAM + 1).subquery()
    count = (await session.exec(select(func.count()).select_from(some))).one()
    return CLIENT.c.id.in_(own) if count <= SMALL_TEAM else _is_readable_by(person, rights)


def _reach(person: Person, rights: Rights) -> ColumnElement[bool]:
    scope = rights.scope_of(person, "read", "client")
    return within(person, scope, owner=RECORD.c.owner_id, team=RECORD.c.team_id)


async def _search(
    session: AsyncSession,
    search: Search,
    conditions: Sequence[ColumnElement[bool]],
    limit: int,
    place: _Place | None,
) -> _Found:
    """Those whose name begins with it, then those who contain it."""
    found: _Found = []
    begins = search.begins()
    if place is None or place.part == _BEGINS:
        found = await _fetch(session, [*conditions, begins], limit, place)
        place = None
    if len(found) <= limit and not search.is_short:
        missing = limit - len(found)
        contains = await containing(session, search)
        more = await _fetch(session, [*conditions, ~begins, *contains], missing, place)
        found += [(_CONTAINS, client) for _part, client in more]
    return found


async def _fetch(
    session: AsyncSession,
    conditions: Sequence[ColumnElement[bool]],
    limit: int,
    place: _Place | None,
) -> _Found:
    """One client more than `limit`, if there are as many."""
    query = (
        select(Client)
        .where(*conditions, *([place.passed()] if place else []))
        .order_by(col(Client.sort_name), col(Client.id))
        .limit(limit + 1)
    )
    return [(_BEGINS, client) for client in (await session.exec(query)).all()]


async def _page(session: AsyncSession, found: _Found, limit: int) -> Page[ClientSummary]:
    shown = found[:limit]
    items = await summaries_of(session, [client for _part, client in shown])
    if len(found) <= limit:
        return Page(items, None)
    part, last = shown[-1]
    return Page(items, write_cursor(_LIST, part, last.sort_name, last.id))


def _read_place(cursor: str | None) -> _Place | None:
    return _Place(*read_cursor(cursor, _LIST, str, str, UUID)) if cursor is not None else None


async def _owners_of(
    session: AsyncSession, written: str, readable: ColumnElement[bool], region: str
) -> Sequence[UUID]:
    """Who has a number: exactly, or else the only one with the same last ten digits.

    Whom the person may not read does not count, so nothing can be learnt of them here.
    """
    phone = read_number(written, region)
    query = (
        select(ClientPhone.client_id)
        .join(Client, col(Client.id) == col(ClientPhone.client_id))
        .where(readable)
        .distinct()
        .limit(NUMBER_LIMIT)
    )
    exact = (await session.exec(query.where(ClientPhone.number == phone.number))).all()
    if exact or phone.tail is None:
        return exact
    near = (await session.exec(query.where(ClientPhone.tail == phone.tail))).all()
    return near if len(near) == 1 else []
