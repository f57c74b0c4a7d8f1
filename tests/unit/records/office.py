"""An office for the tests of records: people with rights, and what they do with clients."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel, col, select

from crm_core.access.permissions import Person, Rights
from crm_core.access.teams import DEFAULT_TEAM_ID, add_team
from crm_core.access.users import NewUser, add_user, person_of
from crm_core.kernel.bus import EventBus
from crm_core.kernel.database import Database
from crm_core.kernel.events import RecordChanged
from crm_core.kernel.outbox_tables import OutboxEntry
from crm_core.kernel.paging import Page
from crm_core.records import clients
from crm_core.records.client_list import ClientQuery, list_clients
from crm_core.records.client_rows import view_client
from crm_core.records.client_view import (
    ClientChanges,
    ClientDraft,
    ClientSummary,
    ClientView,
    PhoneDraft,
)
from crm_core.records.timeline import TimelineEntry, list_entries


@dataclass
class Office:
    """A real database, and short words for what people do."""

    database: Database
    bus: EventBus
    rights: Rights
    events: list[RecordChanged] = field(default_factory=list)

    async def hear(self, event: RecordChanged) -> None:
        self.events.append(event)

    async def heard(self) -> list[tuple[str, UUID]]:
        """What the bus has told since it was last asked."""
        await self.bus.join()
        told = [(event.kind, event.record_id) for event in self.events]
        self.events.clear()
        return told

    async def hire(self, login: str, *, role: str = "agent", team: UUID | None = None) -> Person:
        new = NewUser(
            login=login,
            name=login.title(),
            role=role,
            password_hash="-",
            team_id=team or DEFAULT_TEAM_ID,
        )
        async with self.database.write() as unit:
            return person_of(await add_user(unit, new))

    async def open_team(self, name: str) -> UUID:
        async with self.database.write() as unit:
            return (await add_team(unit, name)).id

    async def add(self, by: Person, name: str, *numbers: str, **fields: Any) -> ClientView:
        phones = tuple(PhoneDraft(number=number) for number in numbers)
        draft = ClientDraft(name=name, phones=phones, **fields)
        async with self.database.write() as unit:
            made = await clients.create_client(unit, by, self.rights, draft, region="RU")
            return await self.view(by, made.id, unit.session)

    async def change(self, by: Person, client: ClientView, **fields: Any) -> ClientView:
        changes = ClientChanges(**fields)
        async with self.database.write() as unit:
            await clients.change_client(
                unit, by, self.rights, client.id, client.version, changes, region="RU"
            )
            return await self.view(by, client.id, unit.session)

    async def add_phone(self, by: Person, client: ClientView, number: str) -> ClientView:
        async with self.database.write() as unit:
            await clients.add_phone(
                unit, by, self.rights, client.id, PhoneDraft(number=number), region="RU"
            )
            return await self.view(by, client.id, unit.session)

    async def view(self, by: Person, client_id: UUID, session: Any = None) -> ClientView:
        if session is None:
            async with self.database.read() as session:
                return await self.view(by, client_id, session)
        client, record = await clients.get_client(session, by, self.rights, client_id)
        return await view_client(session, client, record)

    async def find(self, by: Person, **query: Any) -> Page[ClientSummary]:
        async with self.database.read() as session:
            return await list_clients(session, by, self.rights, ClientQuery(**query), region="RU")

    async def names(self, by: Person, **query: Any) -> list[str]:
        return [client.name for client in (await self.find(by, **query)).items]

    async def timeline(self, record_id: UUID, **query: Any) -> list[TimelineEntry]:
        async with self.database.read() as session:
            return list((await list_entries(session, record_id, **query)).items)

    async def told(self) -> list[tuple[str, UUID]]:
        """What the outbox holds, oldest first."""
        entries = await self.rows(OutboxEntry)
        return [(entry.kind, entry.record_id) for entry in entries]

    async def rows(self, model: type[SQLModel]) -> list[Any]:
        async with self.database.read() as session:
            return list((await session.exec(select(model).order_by(col(model.id)))).all())  # type: ignore[attr-defined]
