"""Short words for what people do with the call log in these tests."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlmodel import select

from crm_core.access.permissions import Person, Rights
from crm_core.access.tables import User
from crm_core.access.users import person_of
from crm_core.calls.adoption import adopt_calls
from crm_core.calls.agent_words import CallDesk
from crm_core.calls.call_query import CallQuery
from crm_core.calls.call_view import CallView
from crm_core.calls.calls import get_call, list_calls
from crm_core.calls.live_log import LiveLog
from crm_core.kernel.call_facts import CallSnapshot
from crm_core.kernel.outbox_tables import OutboxEntry
from crm_core.kernel.paging import Page
from crm_core.records.tables import Activity
from tests.unit.calls.floor import Floor

Said = Callable[[CallDesk], Awaitable[CallView]]


@dataclass
class Desk:
    """The call log of one floor, and the calls that live on it."""

    floor: Floor
    rights: Rights
    live: dict[UUID, CallSnapshot] = field(default_factory=dict)

    @property
    def live_log(self) -> LiveLog:
        return LiveLog(self.live.get, self.floor.directory, {"main": "RU"})

    async def person(self, user_id: UUID, **changes: Any) -> Person:
        async with self.floor.database.write() as unit:
            user = await unit.session.get(User, user_id)
            assert user is not None
            for name, value in changes.items():
                setattr(user, name, value)
            return person_of(user)

    async def page(self, person: Person, **query: Any) -> Page[CallView]:
        async with self.floor.database.read() as session:
            asked = CallQuery(**query)
            return await list_calls(session, person, self.rights, asked, region="RU")

    async def listed(self, person: Person, **query: Any) -> list[UUID]:
        return [call.id for call in (await self.page(person, **query)).items]

    async def get(self, person: Person, call_id: UUID) -> CallView:
        async with self.floor.database.read() as session:
            return await get_call(session, person, self.rights, call_id, self.live_log)

    async def say(self, person: Person, said: Said) -> CallView:
        async with self.floor.database.write() as unit:
            return await said(CallDesk(unit, person, self.rights, self.live_log))

    async def note(
        self, person: Person, call_id: UUID, text: str, version: int | None = None
    ) -> CallView:
        return await self.say(person, lambda desk: desk.write_note(call_id, text, version=version))

    async def choose(self, person: Person, call_id: UUID, client_id: UUID | None) -> CallView:
        return await self.say(person, lambda desk: desk.choose_client(call_id, client_id))

    async def dispose(self, person: Person, call_id: UUID, code: str | None) -> CallView:
        return await self.say(person, lambda desk: desk.choose_disposition(call_id, code))

    async def finish(self, person: Person, call_id: UUID) -> CallView:
        return await self.say(person, lambda desk: desk.finish(call_id))

    async def adopt(self, client_id: UUID) -> int:
        async with self.floor.database.write() as unit:
            return await adopt_calls(unit, client_id)

    async def timeline_of(self, client_id: UUID) -> set[UUID]:
        """The calls on a client's timeline."""
        async with self.floor.database.read() as session:
            query = select(Activity.source_id).where(
                Activity.record_id == client_id, Activity.kind == "call"
            )
            return set((await session.exec(query)).all())

    async def told(self) -> list[str]:
        async with self.floor.database.read() as session:
            return [entry.kind for entry in (await session.exec(select(OutboxEntry))).all()]
