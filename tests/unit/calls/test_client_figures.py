"""Clients' cards and lists tell of the newest call, and of how much was spoken."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import event
from sqlmodel import select

from crm_core.calls.client_figures import with_figures, with_last_calls
from crm_core.calls.tables import Call
from crm_core.kernel.call_facts import Direction
from crm_core.records.client_rows import summaries_of, view_client
from crm_core.records.client_view import ClientSummary, ClientView
from crm_core.records.tables import Client, Record
from tests.unit.calls.desk import Desk
from tests.unit.calls.floor import answered, moment, ringing
from tests.unit.calls.test_calls import over


async def card(desk: Desk, client_id: UUID) -> ClientView:
    async with desk.floor.database.read() as session:
        client, record = await session.get(Client, client_id), await session.get(Record, client_id)
        assert client
        assert record
        return await with_figures(session, await view_client(session, client, record))


async def listed(desk: Desk) -> list[ClientSummary]:
    async with desk.floor.database.read() as session:
        clients = (await session.exec(select(Client).order_by(Client.sort_name))).all()
        return await with_last_calls(session, await summaries_of(session, clients))


async def test_the_newest_call_that_ended_is_told_with_who_spoke(desk: Desk) -> None:
    anna = await desk.floor.hire("Anna", "101")
    ivanov = await desk.floor.meet("Иванов", "89161234567")
    await desk.floor.meet("Петров")
    older = over("older", "101", by="nobody")
    newer = replace(over("newer", "101"), started_at=moment(60))
    folded = replace(over("folded", "101"), started_at=moment(70), merged_into=newer.call_id)
    live = replace(answered(ringing("101", name="live"), "101"), started_at=moment(80))
    await desk.floor.log(newer, older, folded, live)

    first, second = await listed(desk)
    shown = await card(desk, ivanov)

    assert first.last_call is not None
    assert (first.last_call.at, first.last_call.result) == (moment(60), "answered")
    assert first.last_call.user is not None
    assert (first.last_call.user.id, first.last_call.user.name) == (anna, "Anna")
    assert shown.last_call == first.last_call
    assert (shown.stats.calls, shown.stats.talk_seconds) == (2, 30.0)
    assert second.last_call is None


async def test_a_call_without_anybody_of_ours_names_nobody(desk: Desk) -> None:
    ivanov = await desk.floor.meet("Иванов", "89161234567")
    await desk.floor.log(replace(over("call", by="nobody"), direction=Direction.INBOUND))

    shown = await card(desk, ivanov)

    assert shown.last_call is not None
    assert shown.last_call.user is None
    assert (shown.stats.calls, shown.stats.talk_seconds) == (1, 0.0)


async def test_any_number_of_clients_costs_the_same_number_of_statements(desk: Desk) -> None:
    for number in range(12):
        await desk.floor.meet(f"Клиент {number:02}", f"+7916000{number:04}")
        await desk.floor.log(over(f"call {number}", number=f"+7916000{number:04}", by="nobody"))
    statements: list[str] = []
    async with desk.floor.database.read() as session:
        connection = await session.connection()
        event.listen(
            connection.sync_connection,
            "before_cursor_execute",
            lambda *told: statements.append(told[2]),
        )
        clients = (await session.exec(select(Client))).all()
        items = await with_last_calls(session, await summaries_of(session, clients))
        assert len((await session.exec(select(Call))).all()) == 12

    assert len([item for item in items if item.last_call]) == 12
    assert len(statements) == 6
