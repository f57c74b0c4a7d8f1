"""Relations between clients: who works where."""

from uuid import UUID, uuid4

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.permissions import Person, Rights, within
from crm_core.access.teams import DEFAULT_TEAM_ID
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.text import clean_text
from crm_core.kernel.upsert import table_of
from crm_core.records.search_text import search_text, sort_name
from crm_core.records.tables import Client, ClientPhone, Record, Relation

RECORD = table_of(Record)
WORKS_AT = "works_at"
NAME_LIMIT = 300


async def find_company(session: AsyncSession, client_id: UUID) -> Client | None:
    """Return the company where a person works."""
    query = (
        select(Client)
        .join(Relation, col(Relation.to_id) == col(Client.id))
        .where(Relation.from_id == client_id, Relation.type == WORKS_AT)
        .order_by(col(Relation.id))
    )
    return (await session.exec(query)).first()


async def set_company(
    unit: UnitOfWork, person: Person, rights: Rights, client_id: UUID, name: str | None
) -> Client | None:
    """Let a client work at the company of that name, which is made if there is none; or nowhere."""
    name = clean_text(name or "", limit=NAME_LIMIT)
    await unit.session.exec(
        delete(Relation).where(col(Relation.from_id) == client_id, col(Relation.type) == WORKS_AT)
    )
    if not name:
        return None
    company = await _find_by_name(unit.session, person, rights, name)
    if company is None:
        company = await _make_company(unit, person, rights, name)
    if company.id == client_id:
        return None
    unit.session.add(Relation(id=uuid4(), from_id=client_id, to_id=company.id, type=WORKS_AT))
    await unit.session.flush()
    return company


async def _find_by_name(
    session: AsyncSession, person: Person, rights: Rights, name: str
) -> Client | None:
    """Return the oldest company of that name among those the person may read."""
    scope = rights.scope_of(person, "read", "client")
    query = (
        select(Client)
        .join(Record, col(Record.id) == col(Client.id))
        .where(
            Client.kind == "company",
            Client.sort_name == sort_name(name),
            within(person, scope, owner=RECORD.c.owner_id, team=RECORD.c.team_id),
        )
        .order_by(col(Record.created_at), col(Record.id))
    )
    return (await session.exec(query)).first()


async def _make_company(unit: UnitOfWork, person: Person, rights: Rights, name: str) -> Client:
    await rights.demand(person, "create", "client")
    now, company_id = utc_now(), uuid4()
    unit.session.add(
        Record(
            id=company_id,
            kind="client",
            title=name,
            owner_id=person.user_id,
            team_id=person.team_id or DEFAULT_TEAM_ID,
            created_at=now,
            updated_at=now,
        )
    )
    await unit.session.flush()
    company = Client(
        id=company_id,
        kind="company",
        name=name,
        sort_name=sort_name(name),
        search_text=search_text(name, company=None, numbers=(), email=None),
    )
    unit.session.add(company)
    await unit.session.flush()
    return company


async def keep_found_by_company(session: AsyncSession, company: Client) -> None:
    """Let people be found by the new name of the company where they work."""
    query = (
        select(Client)
        .join(Relation, col(Relation.from_id) == col(Client.id))
        .where(Relation.to_id == company.id, Relation.type == WORKS_AT)
    )
    for client in (await session.exec(query)).all():
        await keep_found(session, client, company)


async def keep_found(session: AsyncSession, client: Client, company: Client | None) -> None:
    """Bring what a client is found by up to date."""
    numbers = await session.exec(
        select(ClientPhone.number)
        .where(ClientPhone.client_id == client.id)
        .order_by(col(ClientPhone.position))
    )
    client.sort_name = sort_name(client.name)
    client.search_text = search_text(
        client.name,
        company=company.name if company else None,
        numbers=numbers.all(),
        email=client.email,
    )
    session.add(client)
