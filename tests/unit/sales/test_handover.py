"""A leaver's open work goes to somebody, or nobody leaves; what is finished stays theirs."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from crm_core.access.permissions import Rights
from crm_core.access.tables import AuditEntry, Team
from crm_core.access.teams import DEFAULT_TEAM_ID, add_team
from crm_core.access.users import get_user
from crm_core.kernel.bus import EventBus
from crm_core.kernel.database import Database
from crm_core.kernel.errors import InvalidValue
from crm_core.records.tables import Record
from crm_core.sales.handover import belongings_of, dissolve_team, let_go
from crm_core.sales.tables import Deal, Pipeline, Stage, Task
from crm_core.sales.task_rows import add_task, end_task
from tests.unit.records.office import Office

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
async def office(database: Database, bus: EventBus) -> Office:
    return Office(database, bus, await Rights.load(database))


async def give_work(office: Office, user_id: UUID, team: UUID = DEFAULT_TEAM_ID) -> None:
    """An open task, a finished one, an open deal and a lost one."""
    async with office.database.write() as unit:
        for is_done in (False, True):
            task = Task(id=uuid4(), title="Перезвонить", due_at=NOW, created_at=NOW)
            task.assignee_id, task.made_by = user_id, "user"
            await add_task(unit, task, team_id=team)
            record = await unit.session.get(Record, task.id)
            if is_done and record is not None:
                end_task(unit, task, record, "done", by=user_id, at=NOW)
        stage = (await unit.session.exec(select(Stage))).first()
        pipeline = (await unit.session.exec(select(Pipeline))).one()
        assert stage is not None
        for status in ("open", "lost"):
            deal_id = uuid4()
            owned: dict[str, Any] = {"owner_id": user_id, "team_id": team, "created_at": NOW}
            unit.session.add(
                Record(id=deal_id, kind="deal", title="Стойки", updated_at=NOW, **owned)
            )
            await unit.session.flush()
            unit.session.add(
                Deal(
                    id=deal_id,
                    title="Стойки",
                    pipeline_id=pipeline.id,
                    stage_id=stage.id,
                    status=status,
                    stage_since_at=NOW,
                    **owned,
                )
            )


async def test_who_has_open_work_leaves_only_when_it_is_said_who_takes_it(office: Office) -> None:
    anna, chief = await office.hire("anna"), await office.hire("chief", role="admin")
    await office.add(anna, "Орлов", "89161234567")
    await give_work(office, anna.user_id)

    with pytest.raises(InvalidValue, match="1 clients, 1 open deals and 1 open tasks"):
        async with office.database.write() as unit:
            await let_go(unit, anna.user_id, None, is_decided=False, by=chief.user_id)
    async with office.database.read() as session:
        assert (await get_user(session, anna.user_id)).is_active


async def test_what_is_open_goes_to_the_successor_and_what_is_done_stays(office: Office) -> None:
    anna, boris = await office.hire("anna"), await office.hire("boris")
    chief = await office.hire("chief", role="admin")
    client = await office.add(anna, "Орлов", "89161234567")
    await give_work(office, anna.user_id)
    async with office.database.write() as unit:
        await let_go(unit, anna.user_id, boris.user_id, is_decided=True, by=chief.user_id)

    async with office.database.read() as session:
        assert not (await get_user(session, anna.user_id)).is_active
        assert not await belongings_of(session, anna.user_id)
        held = await belongings_of(session, boris.user_id)
        tasks = {task.outcome: task.assignee_id for task in (await session.exec(select(Task)))}
        deals = {deal.status: deal.owner_id for deal in (await session.exec(select(Deal)))}
        record = await session.get(Record, client.id)
        entry = (
            await session.exec(select(AuditEntry).where(AuditEntry.action == "user.handed_over"))
        ).one()
    assert (held.clients, held.deals, held.tasks) == (1, 1, 1)
    assert tasks == {None: boris.user_id, "done": anna.user_id}
    assert deals == {"open": boris.user_id, "lost": anna.user_id}
    assert record is not None
    assert (record.owner_id, record.version) == (boris.user_id, client.version + 1)
    assert entry.details == {"clients": 1, "deals": 1, "tasks": 1, "to": str(boris.user_id)}


async def test_open_work_may_be_left_to_the_team(office: Office) -> None:
    anna, chief = await office.hire("anna"), await office.hire("chief", role="admin")
    await give_work(office, anna.user_id)
    async with office.database.write() as unit:
        await let_go(unit, anna.user_id, None, is_decided=True, by=chief.user_id)

    async with office.database.read() as session:
        task = (await session.exec(select(Task).where(Task.outcome == None))).one()  # noqa: E711 - SQL
    assert task.assignee_id is None


async def test_nobody_hands_over_to_themselves_or_to_a_stranger(office: Office) -> None:
    anna, chief = await office.hire("anna"), await office.hire("chief", role="admin")
    for successor in (anna.user_id, uuid4()):
        with pytest.raises(InvalidValue):
            async with office.database.write() as unit:
                await let_go(unit, anna.user_id, successor, is_decided=True, by=chief.user_id)


async def test_a_team_leaves_nobody_and_nothing_behind(office: Office) -> None:
    team = await office.open_team("Сервис")
    anna, chief = await office.hire("anna", team=team), await office.hire("chief", role="admin")
    await office.add(anna, "Орлов", "89161234567")
    await give_work(office, anna.user_id, team)
    async with office.database.write() as unit:
        await dissolve_team(unit, team, DEFAULT_TEAM_ID, by=chief.user_id)

    async with office.database.read() as session:
        assert await session.get(Team, team) is None
        assert (await get_user(session, anna.user_id)).team_id == DEFAULT_TEAM_ID
        tables: tuple[type[Any], ...] = (Record, Deal, Task)
        for table in tables:
            rows = (await session.exec(select(table))).all()
            assert {row.team_id for row in rows} == {DEFAULT_TEAM_ID}


async def test_the_first_team_stays_and_a_team_goes_into_another_that_is_there(
    office: Office,
) -> None:
    chief = await office.hire("chief", role="admin")
    async with office.database.write() as unit:
        sales = (await add_team(unit, "Продажи")).id
    for team, into in ((DEFAULT_TEAM_ID, sales), (sales, sales), (sales, uuid4())):
        with pytest.raises(InvalidValue):
            async with office.database.write() as unit:
                await dissolve_team(unit, team, into, by=chief.user_id)
