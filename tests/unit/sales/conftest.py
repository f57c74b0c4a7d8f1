"""Fixtures of this room: people of two teams, a client, and short words for what they do."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from crm_core.access.permissions import Person, Rights
from crm_core.kernel.bus import EventBus
from crm_core.kernel.database import Database
from crm_core.records.client_view import ClientView
from crm_core.records.timeline import TimelineEntry, list_entries
from crm_core.sales.deal_list import DealPage, DealQuery, list_deals, read_board
from crm_core.sales.deal_rows import view_deals
from crm_core.sales.deal_view import DealBoard, DealChanges, DealDraft, DealView
from crm_core.sales.deals import DealDesk, get_deal
from crm_core.sales.pipeline_view import PipelineView
from crm_core.sales.pipelines import list_pipelines
from crm_core.sales.task_list import TaskQuery, list_tasks
from crm_core.sales.task_rows import view_tasks
from crm_core.sales.task_view import TaskDraft, TaskView
from crm_core.sales.tasks import TaskDesk, get_task
from tests.unit.records.office import Office

TOMORROW = datetime(2026, 3, 3, 7, 0, tzinfo=UTC)


@dataclass
class SalesFloor:
    """Anna and Boris of one team, Vera the manager, Gleb of another team, and Anna's client."""

    office: Office
    anna: Person
    boris: Person
    vera: Person
    gleb: Person
    client: ClientView
    made: list[UUID] = field(default_factory=list)

    @property
    def database(self) -> Database:
        return self.office.database

    async def pipeline(self) -> PipelineView:
        async with self.database.read() as session:
            return (await list_pipelines(session))[0]

    async def stage(self, name: str) -> UUID:
        stages = (await self.pipeline()).stages
        return next(stage.id for stage in stages if stage.name == name)

    async def deal(self, by: Person, title: str = "Стойки", **fields: Any) -> DealView:
        async with self.database.write() as unit:
            draft = DealDraft(title=title, **fields)
            deal_id = await DealDesk(unit, by, self.office.rights).create(draft)
        return await self.see(by, deal_id)

    async def see(self, by: Person, deal_id: UUID) -> DealView:
        async with self.database.read() as session:
            deal, _ = await get_deal(session, by, self.office.rights, deal_id)
            (view,) = await view_deals(session, by, self.office.rights, [deal])
            return view

    async def change(self, by: Person, deal: DealView, **fields: Any) -> DealView:
        async with self.database.write() as unit:
            desk = DealDesk(unit, by, self.office.rights)
            await desk.change(deal.id, deal.version, DealChanges(**fields))
        return await self.see(by, deal.id)

    async def move(self, by: Person, deal: DealView, stage: str, **more: Any) -> DealView:
        stage_id = await self.stage(stage)
        async with self.database.write() as unit:
            await DealDesk(unit, by, self.office.rights).move(deal.id, stage_id, **more)
        return await self.see(by, deal.id)

    async def deals(self, by: Person, **asked: Any) -> DealPage:
        async with self.database.read() as session:
            return await list_deals(session, by, self.office.rights, DealQuery(**asked))

    async def board(self, by: Person) -> DealBoard:
        async with self.database.read() as session:
            return await read_board(session, by, self.office.rights, None, limit=2)

    async def task(self, by: Person, title: str = "Отправить каталог", **fields: Any) -> TaskView:
        draft = TaskDraft(title=title, **{"due_at": TOMORROW, **fields})
        async with self.database.write() as unit:
            desk = TaskDesk(unit, by, self.office.rights)
            task_id = await desk.create(draft, region="RU")
        return await self.look(by, task_id)

    async def look(self, by: Person, task_id: UUID) -> TaskView:
        async with self.database.read() as session:
            task, _ = await get_task(session, by, self.office.rights, task_id)
            (view,) = await view_tasks(session, by, self.office.rights, [task])
            return view

    async def tasks(self, by: Person, **asked: Any) -> list[TaskView]:
        async with self.database.read() as session:
            page = await list_tasks(session, by, self.office.rights, TaskQuery(**asked))
        return list(page.items)

    async def timeline(self, record_id: UUID) -> list[TimelineEntry]:
        async with self.database.read() as session:
            return list((await list_entries(session, record_id)).items)


@pytest.fixture
async def floor(database: Database, bus: EventBus) -> SalesFloor:
    office = Office(database, bus, await Rights.load(database))
    other_team = await office.open_team("Сервис")
    anna, boris = await office.hire("anna"), await office.hire("boris")
    vera = await office.hire("vera", role="manager")
    gleb = await office.hire("gleb", team=other_team)
    client = await office.add(anna, "Мария Крылова", "89161234567")
    return SalesFloor(office, anna, boris, vera, gleb, client)
