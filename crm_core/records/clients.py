"""Clients: making, changing and reading them. Nothing here commits."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.audit import write_audit
from crm_core.access.permissions import Person, Rights
from crm_core.access.tables import User
from crm_core.access.teams import DEFAULT_TEAM_ID
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.errors import Conflict, InvalidValue, NotFound
from crm_core.kernel.events import RecordChanged
from crm_core.kernel.phone import KEPT_LIMIT, Phone, read_number
from crm_core.kernel.text import clean_text
from crm_core.records.client_view import ClientChanges, ClientDraft, PhoneDraft
from crm_core.records.relations import NAME_LIMIT, find_company, keep_found, keep_found_by_company
from crm_core.records.relations import set_company as set_company_of
from crm_core.records.tables import Client, ClientPhone, Record
from crm_core.records.timeline import add_change

LINE_LIMIT = 300
COMMENT_LIMIT = 20_000
TAGS_LIMIT = 50

_LINES = ("greeting_name", "position", "email", "city", "source")


async def create_client(
    unit: UnitOfWork, person: Person, rights: Rights, draft: ClientDraft, *, region: str
) -> Client:
    """Make a client of the person's team; numbers may be shared with others."""
    await rights.demand(person, "create", "client")
    name = _name(draft.name)
    now, client_id = utc_now(), uuid4()
    unit.session.add(
        Record(
            id=client_id,
            kind="client",
            title=name,
            owner_id=person.user_id,
            team_id=person.team_id or DEFAULT_TEAM_ID,
            created_at=now,
            updated_at=now,
        )
    )
    await unit.session.flush()
    client = Client(
        id=client_id,
        kind=draft.kind,
        name=name,
        comment=_text(draft.comment, COMMENT_LIMIT),
        is_vip=draft.is_vip,
        tags=_tags(draft.tags),
    )
    for field in _LINES:
        setattr(client, field, _text(getattr(draft, field), LINE_LIMIT))
    unit.session.add(client)
    await unit.session.flush()
    await _set_phones(unit.session, client, draft.phones, region)
    company = await set_company_of(unit, person, rights, client_id, draft.company_name)
    await keep_found(unit.session, client, company)
    add_change(unit, client_id, by=person.user_id, change={"action": "created"})
    await _say(unit, client, "client.created", person)
    return client


async def change_client(
    unit: UnitOfWork,
    person: Person,
    rights: Rights,
    client_id: UUID,
    version: int,
    changes: ClientChanges,
    *,
    region: str,
) -> Client:
    """Change what `changes` has set, if nobody else has changed the client since `version`."""
    client, record = await get_client(unit.session, person, rights, client_id, action="update")
    if record.version != version:
        raise Conflict("Somebody else has changed this client meanwhile.")
    company = await find_company(unit.session, client_id)
    before = {**_shown(client), "owner_id": record.owner_id}
    before |= {"company_name": company.name if company else None}
    chosen = changes.model_fields_set
    _apply(client, changes)
    if "owner_id" in chosen:
        record.owner_id = await _owner(unit.session, changes.owner_id)
    if "company_name" in chosen:
        company = await set_company_of(unit, person, rights, client_id, changes.company_name)
    if "phones" in chosen:
        before["phones"] = [phone.number for phone in await phones_of(unit.session, [client_id])]
        await _set_phones(unit.session, client, changes.phones, region)
    record.title = client.name
    await keep_found(unit.session, client, company)
    if client.kind == "company" and client.name != before["name"]:
        await keep_found_by_company(unit.session, client)
    after = {**_shown(client), "owner_id": record.owner_id}
    after |= {"company_name": company.name if company else None}
    if "phones" in chosen:
        after["phones"] = [phone.number for phone in await phones_of(unit.session, [client_id])]
    await _changed(unit, client, record, person, _differences(before, after))
    return client


async def add_phone(
    unit: UnitOfWork,
    person: Person,
    rights: Rights,
    client_id: UUID,
    draft: PhoneDraft,
    *,
    region: str,
) -> Client:
    """Give a client one more number."""
    client, record = await get_client(unit.session, person, rights, client_id, action="update")
    phones = await phones_of(unit.session, [client_id])
    read = _readable(draft, region)
    if any(phone.number == read.number for phone in phones):
        return client
    position = max((phone.position for phone in phones), default=-1) + 1
    unit.session.add(_phone_row(client_id, draft, read, position))
    await unit.session.flush()
    await keep_found(unit.session, client, await find_company(unit.session, client_id))
    change = {"phones": {"from": None, "to": read.number}}
    await _changed(unit, client, record, person, change)
    return client


async def get_client(
    session: AsyncSession, person: Person, rights: Rights, client_id: UUID, *, action: str = "read"
) -> tuple[Client, Record]:
    """Return a client and its record; who may not know of it learns nothing."""
    query = (
        select(Client, Record)
        .join(Record, col(Record.id) == col(Client.id))
        .where(Client.id == client_id)
    )
    if action != "read":
        query = query.with_for_update(of=Record)  # two changes at once: the second sees the first
    found = (await session.exec(query)).first()
    if found is None:
        raise NotFound("no such client")
    await rights.demand(person, action, found[1])
    return found


async def phones_of(session: AsyncSession, client_ids: Iterable[UUID]) -> Sequence[ClientPhone]:
    """Return the numbers of clients, each client's in its order."""
    query = (
        select(ClientPhone)
        .where(col(ClientPhone.client_id).in_(list(client_ids)))
        .order_by(col(ClientPhone.client_id), col(ClientPhone.position), col(ClientPhone.id))
    )
    return (await session.exec(query)).all()


def _apply(client: Client, changes: ClientChanges) -> None:
    for field in changes.model_fields_set:
        value = getattr(changes, field)
        if field == "name":
            client.name = _name(value)
        elif field in _LINES:
            setattr(client, field, _text(value, LINE_LIMIT))
        elif field == "comment":
            client.comment = _text(value, COMMENT_LIMIT)
        elif field == "tags":
            client.tags = _tags(value)
        elif field in ("kind", "is_vip"):
            setattr(client, field, value)


async def _set_phones(
    session: AsyncSession, client: Client, drafts: Sequence[PhoneDraft], region: str
) -> None:
    """Replace the numbers of a client; the same number twice counts once."""
    before = {phone.number: phone for phone in await phones_of(session, [client.id])}
    await session.exec(delete(ClientPhone).where(col(ClientPhone.client_id) == client.id))
    seen: set[str] = set()
    for draft in drafts:
        read = _readable(draft, region)
        if read.number and read.number not in seen:
            row = _phone_row(client.id, draft, read, len(seen))
            if kept := before.get(read.number):
                row.chosen_at, row.chosen_by = kept.chosen_at, kept.chosen_by
            session.add(row)
            seen.add(read.number)
    await session.flush()


def _phone_row(client_id: UUID, draft: PhoneDraft, read: Phone, position: int) -> ClientPhone:
    return ClientPhone(
        id=uuid4(),
        client_id=client_id,
        number=read.number or "",
        tail=read.tail,
        raw_number=clean_text(draft.number, limit=KEPT_LIMIT),
        label=draft.label,
        position=position,
    )


def _readable(draft: PhoneDraft, region: str) -> Phone:
    read = read_number(draft.number, region)
    if read.number is None:
        raise InvalidValue("phones", "this is not a phone number")
    return read


async def _owner(session: AsyncSession, owner_id: UUID | None) -> UUID | None:
    if owner_id is None:
        return None
    owner = (await session.exec(select(User).where(User.id == owner_id))).first()
    if owner is None or not owner.is_active:
        raise InvalidValue("owner_id", "there is no such user")
    return owner_id


def _name(text: str) -> str:
    name = " ".join(clean_text(text, limit=NAME_LIMIT).split())
    if not name:
        raise InvalidValue("name", "a client needs a name")
    return name


def _text(text: str | None, limit: int) -> str | None:
    return clean_text(text, limit=limit) or None if text else None


def _tags(tags: Iterable[str]) -> list[str]:
    cleaned = (clean_text(tag, limit=LINE_LIMIT) for tag in tags)
    return list(dict.fromkeys(tag for tag in cleaned if tag))[:TAGS_LIMIT]


def _shown(client: Client) -> dict[str, Any]:
    fields = ("kind", "name", *_LINES, "comment", "is_vip", "tags")
    return {field: getattr(client, field) for field in fields}


def _differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {
        field: {"from": _plain(before.get(field)), "to": _plain(value)}
        for field, value in after.items()
        if before.get(field) != value
    }


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value


async def _changed(
    unit: UnitOfWork, client: Client, record: Record, person: Person, fields: dict[str, Any]
) -> None:
    if not fields:
        return
    record.version += 1
    record.updated_at = utc_now()
    unit.session.add(record)
    add_change(unit, client.id, by=person.user_id, change={"action": "changed", "fields": fields})
    await _say(unit, client, "client.changed", person, fields=sorted(fields))


async def _say(unit: UnitOfWork, client: Client, what: str, person: Person, **details: Any) -> None:
    await unit.session.flush()
    write_audit(unit, what, by=person.user_id, on=("client", client.id), details=details)
    unit.tell(what, client.id, details)
    unit.publish(RecordChanged(at=utc_now(), kind="client", record_id=client.id))
