"""Who is to ring a missed caller back: claims, write-offs, teams and their hours."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select, update

from crm_core.access.tables import Team, User
from crm_core.access.teams import DEFAULT_TEAM_ID
from crm_core.access.working_hours import OpenFrom, WorkingHours
from crm_core.calls.agent_words import CallDesk
from crm_core.calls.agents.directory import AgentDirectory
from crm_core.calls.live_log import LiveLog
from crm_core.calls.missed_calls.claims import AlreadyClaimed, DebtEnded, release
from crm_core.calls.missed_calls.listing import MissedCallQuery, list_missed_calls
from crm_core.calls.missed_calls.view import MissedCallBooks
from crm_core.calls.tables import QueueSetting
from crm_core.calls.team_ends import dissolve_team
from crm_core.kernel.clock import utc_now
from crm_core.kernel.errors import InvalidValue, NotFound
from crm_core.sales.handover import let_go
from crm_core.sales.tasks import TaskDesk
from tests.unit.insight.debts import books, forgive, owed, take
from tests.unit.insight.log import CLIENT, STRANGER, Log, a_call


async def test_a_write_off_needs_a_reason_and_ends_the_task(log: Log) -> None:
    await log.write(a_call("1", CLIENT, ago=60))
    (debt,) = await owed(log)
    with pytest.raises(InvalidValue, match="why"):
        await forgive(log, log.floor.anna, debt.id, " \t ")

    await forgive(log, log.floor.anna, debt.id, "Звонили из банка")

    (ended,) = await owed(log, state="written_off")
    assert ended.written_off
    assert ended.written_off.by
    assert (ended.written_off.by.id, ended.written_off.reason) == (
        log.floor.anna.user_id,
        "Звонили из банка",
    )
    assert [task.outcome for task in await log.floor.tasks(log.floor.vera, state="done")] == [
        "cancelled"
    ]
    with pytest.raises(DebtEnded):
        await forgive(log, log.floor.anna, debt.id)
    with pytest.raises(DebtEnded):
        await take(log, log.floor.anna, debt.id)


async def test_who_calls_after_a_write_off_is_owed_a_call_again(log: Log) -> None:
    await log.write(a_call("1", CLIENT, ago=60))
    (debt,) = await owed(log)
    await forgive(log, log.floor.anna, debt.id)

    await log.write(a_call("2", CLIENT, ago=1))

    (again,) = await owed(log)
    assert (again.id != debt.id, again.times_called) == (True, 1)
    assert await books(log) == MissedCallBooks(opened=2, settled=0, written_off=1, outstanding=1)


async def test_a_task_ticked_off_is_no_talk_and_the_next_call_makes_another(log: Log) -> None:
    await log.write(a_call("1", CLIENT, ago=60))
    (task,) = await log.owed()
    async with log.floor.database.write() as unit:
        await TaskDesk(unit, log.floor.anna, log.floor.office.rights).end(task.id, "done")
    assert len(await owed(log)) == 1
    await log.read_again()
    assert await log.owed() == []

    await log.write(a_call("2", CLIENT, ago=-1))

    (debt,) = await owed(log)
    (another,) = await log.owed()
    assert (debt.task_id, debt.times_called) == (another.id, 2)


async def test_of_two_who_claim_one_gets_it_and_the_other_is_told_who(log: Log) -> None:
    await log.write(a_call("1", CLIENT, ago=60))
    (debt,) = await owed(log)

    both = await asyncio.gather(
        *(take(log, person, debt.id) for person in (log.floor.anna, log.floor.boris)),
        return_exceptions=True,
    )

    (refused,) = (one for one in both if isinstance(one, BaseException))
    assert isinstance(refused, AlreadyClaimed)
    (seen,) = await owed(log)
    assert seen.claim
    assert refused.about["who"] == seen.claim.user.name
    assert refused.about["until"] == seen.claim.until.isoformat()


async def test_a_claim_is_renewed_by_its_holder_given_back_and_runs_out(log: Log) -> None:
    anna, boris, rights = log.floor.anna, log.floor.boris, log.floor.office.rights
    await log.write(a_call("1", CLIENT, ago=60))
    (debt,) = await owed(log)
    first = await take(log, anna, debt.id, now=utc_now())
    until = first.claimed_until
    assert until
    with pytest.raises(AlreadyClaimed):
        await forgive(log, boris, debt.id)
    with pytest.raises(AlreadyClaimed):
        async with log.floor.database.write() as unit:
            await release(unit, boris, rights, debt.id)

    again = (await take(log, anna, debt.id, now=utc_now() + timedelta(minutes=5))).claimed_until
    assert again
    assert again > until

    await take(log, boris, debt.id, now=again)
    async with log.floor.database.write() as unit:
        await release(unit, boris, rights, debt.id)
    assert [one.claim for one in await owed(log)] == [None]


async def test_another_team_neither_sees_nor_claims_a_debt(log: Log) -> None:
    await log.write(a_call("1", CLIENT, ago=60))
    (debt,) = await owed(log)

    assert await owed(log, by=log.floor.gleb) == []
    assert (await books(log, by=log.floor.gleb)).opened == 0
    with pytest.raises(NotFound):
        await take(log, log.floor.gleb, debt.id)


async def test_a_debt_is_found_by_its_number_its_queue_its_team_and_whose_it_is(log: Log) -> None:
    await log.write(replace(a_call("1", CLIENT, ago=60), queue="sales"), a_call("2", STRANGER))
    anna = log.floor.anna

    async def count_of(**asked: Any) -> int:
        return len(await owed(log, by=anna, **asked))

    assert [await count_of(q=text) for text in ("8 916 123-45-67", "5550000", "нет")] == [1, 1, 0]
    assert [await count_of(queue=name) for name in ("sales", "support")] == [1, 0]
    assert [await count_of(mine=mine) for mine in (True, False)] == [1, 2]
    assert [await count_of(team=team) for team in (anna.team_id, uuid4())] == [2, 0]


async def test_a_page_goes_on_where_the_last_one_ended(log: Log) -> None:
    await log.write(*(a_call(f"{n}", f"8903555000{n}", ago=60 - n) for n in range(5)))
    seen: list[str | None] = []
    cursor = None
    for _ in range(3):
        async with log.floor.database.read() as session:
            query = MissedCallQuery(limit=2, cursor=cursor)
            rights, vera = log.floor.office.rights, log.floor.vera
            page = await list_missed_calls(session, vera, rights, query, region="RU")
        seen += [one.number for one in page.items]
        cursor = page.next_cursor

    assert (seen, cursor) == ([f"+7903555000{n}" for n in range(5)], None)


async def test_who_has_left_is_passed_over_for_the_queue_s_team(log: Log) -> None:
    async with log.floor.database.write() as unit:
        gleb_team = log.floor.gleb.team_id
        unit.session.add(QueueSetting(id=uuid4(), pbx="main", name="service", team_id=gleb_team))
        await unit.session.exec(
            update(User).where(col(User.id) == log.floor.anna.user_id).values(is_active=False)
        )

    await log.write(replace(a_call("1", CLIENT), queue="service"))

    (debt,) = await owed(log, by=log.floor.gleb)
    assert (debt.assignee, debt.team_id) == (None, log.floor.gleb.team_id)


async def test_whoever_takes_a_leaver_s_work_over_rings_back(log: Log) -> None:
    await log.write(a_call("1", CLIENT, ago=60))
    anna, boris = log.floor.anna.user_id, log.floor.boris.user_id

    async with log.floor.database.write() as unit:
        await let_go(unit, anna, boris, is_decided=True, by=None)

    (debt,) = await owed(log)
    assert debt.assignee
    assert debt.assignee.id == boris
    assert len(await owed(log, by=log.floor.boris, mine=True)) == 1


async def test_what_a_team_owed_is_owed_by_the_team_that_takes_its_place(log: Log) -> None:
    service = log.floor.gleb.team_id
    assert service
    async with log.floor.database.write() as unit:
        unit.session.add(QueueSetting(id=uuid4(), pbx="main", name="service", team_id=service))
    await log.write(replace(a_call("1", STRANGER), queue="service"))
    assert await owed(log) == []

    async with log.floor.database.write() as unit:
        await dissolve_team(unit, service, DEFAULT_TEAM_ID, by=log.floor.vera.user_id)

    (debt,) = await owed(log)
    assert debt.team_id == DEFAULT_TEAM_ID


async def test_out_of_hours_a_call_back_is_due_when_the_team_opens(log: Log) -> None:
    now = utc_now()
    tomorrow = (now + timedelta(days=1)).date()
    day = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[tomorrow.weekday()]
    week = WorkingHours(**{day: (OpenFrom(opens="09:00", closes="18:00"),), "time_zone": "UTC"})
    async with log.floor.database.write() as unit:
        (team,) = (
            await unit.session.exec(select(Team).where(Team.id == log.floor.anna.team_id))
        ).all()
        team.working_hours = week.model_dump(mode="json")
        unit.session.add(team)

    await log.write(a_call("1", CLIENT, ago=1))

    (task,) = await log.owed()
    assert (task.due_at.date(), task.due_at.hour, task.due_at.minute) == (tomorrow, 9, 0)


async def test_a_talk_given_to_its_client_by_hand_settles_that_client_s_debt(log: Log) -> None:
    await log.write(a_call("1", CLIENT, ago=60))
    talk = a_call("2", "89035559999", ago=5, talked=True)
    await log.write(talk)
    assert len(await owed(log)) == 1

    await choose(log, talk.call_id, log.floor.client.id)

    assert await owed(log) == []


async def test_a_missed_call_given_to_a_client_by_hand_is_owed_to_that_client(log: Log) -> None:
    call = a_call("1", STRANGER, ago=60)
    await log.write(call, a_call("2", CLIENT, ago=40))

    await choose(log, call.call_id, log.floor.client.id)

    (debt,) = await owed(log)
    assert debt.client
    assert (debt.client.id, debt.times_called) == (log.floor.client.id, 2)


async def choose(log: Log, call_id: UUID, client_id: UUID | None) -> None:
    live = LiveLog(lambda _: None, AgentDirectory(), {"main": "RU"})
    async with log.floor.database.write() as unit:
        desk = CallDesk(unit, log.floor.vera, log.floor.office.rights, live)
        await desk.choose_client(call_id, client_id)
    await log.caught_up()
