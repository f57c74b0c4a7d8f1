"""What agents say of calls is kept: notes, dispositions, clients; and nobody writes it over."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlmodel import col, select

from crm_core.access.tables import AuditEntry
from crm_core.access.teams import add_team
from crm_core.calls.call_log import CallWriter
from crm_core.calls.tables import Disposition
from crm_core.kernel.bus import EventBus
from crm_core.kernel.errors import Conflict, Forbidden, InvalidValue, NotFound
from crm_core.kernel.events import RecordChanged
from tests.unit.calls.desk import Desk
from tests.unit.calls.floor import answered, hung_up, ringing
from tests.unit.calls.test_calls import over


async def test_a_note_on_a_live_call_is_there_before_the_call_and_stays(desk: Desk) -> None:
    anna = await desk.person(await desk.floor.hire("Anna", "101"))
    call = answered(ringing("101"), "101")
    desk.live[call.call_id] = call

    written = await desk.note(anna, call.call_id, "просит счёт", 0)
    await desk.floor.log(hung_up(call))
    after = await desk.get(anna, call.call_id)

    assert (written.note, written.note_version) == ("просит счёт", 1)
    assert (after.note, after.note_version, after.status) == ("просит счёт", 1, "ended")


async def test_a_call_that_has_just_ended_and_waits_to_be_written_takes_its_note(
    desk: Desk,
) -> None:
    anna = await desk.person(await desk.floor.hire("Anna", "101"))
    writer = CallWriter(desk.floor.database, desk.floor.directory, {"main": "RU"})
    call = over("call", "101")
    writer.put("main", [call])
    waiting = writer.waiting_call(call.call_id)
    assert waiting == call
    desk.live[call.call_id] = waiting

    await desk.note(anna, call.call_id, "ещё не записан")
    await writer.flush()

    assert writer.waiting_call(call.call_id) is None
    assert (await desk.get(anna, call.call_id)).note == "ещё не записан"
    assert await desk.told() == ["call.ended"]


async def test_a_call_that_nobody_knows_takes_no_note(desk: Desk) -> None:
    anna = await desk.person(await desk.floor.hire("Anna", "101"))

    with pytest.raises(NotFound):
        await desk.note(anna, uuid4(), "в пустоту")


async def test_a_live_call_of_somebody_else_takes_no_note_and_leaves_no_row(desk: Desk) -> None:
    boris = await desk.person(await desk.floor.hire("Boris", "102"))
    call = ringing("101")
    desk.live[call.call_id] = call

    with pytest.raises(NotFound):
        await desk.note(boris, call.call_id, "чужое")

    desk.live.clear()
    vera = await desk.person(await desk.floor.hire("Vera"), role="supervisor")
    assert await desk.listed(vera) == []


async def test_of_two_notes_over_one_version_the_second_is_told_the_first(desk: Desk) -> None:
    anna = await desk.person(await desk.floor.hire("Anna", "101"))
    call = over("call", "101")
    await desk.floor.log(call)
    await desk.note(anna, call.call_id, "первый", 0)

    with pytest.raises(Conflict) as conflict:
        await desk.note(anna, call.call_id, "второй", 0)
    forced = await desk.note(anna, call.call_id, "первый и второй")

    assert conflict.value.present == "первый"
    assert (forced.note, forced.note_version) == ("первый и второй", 2)


async def test_the_same_text_again_is_no_conflict(desk: Desk) -> None:
    anna = await desk.person(await desk.floor.hire("Anna", "101"))
    call = over("call", "101")
    await desk.floor.log(call)
    first = await desk.note(anna, call.call_id, "один раз", 0)

    assert await desk.note(anna, call.call_id, "один раз", 0) == first


async def test_of_many_notes_at_once_exactly_one_wins_each_version(desk: Desk) -> None:
    anna = await desk.person(await desk.floor.hire("Anna", "101"))
    call = over("call", "101")
    await desk.floor.log(call)

    tries = [desk.note(anna, call.call_id, f"запись {number}", 0) for number in range(8)]
    results = await asyncio.gather(*tries, return_exceptions=True)

    won = [result for result in results if not isinstance(result, BaseException)]
    assert len(won) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 7
    assert await desk.get(anna, call.call_id) == won[0]


@pytest.mark.parametrize("text", ["а" * 20_001, "a\0b"])
async def test_a_note_that_cannot_be_kept_is_refused_whole(desk: Desk, text: str) -> None:
    anna = await desk.person(await desk.floor.hire("Anna", "101"))
    call = over("call", "101")
    await desk.floor.log(call)

    with pytest.raises(InvalidValue):
        await desk.note(anna, call.call_id, text)

    assert (await desk.get(anna, call.call_id)).note == ""


async def test_what_is_said_of_a_folded_consultation_is_said_of_the_survivor(desk: Desk) -> None:
    anna = await desk.person(await desk.floor.hire("Anna", "101"))
    survivor = over("survivor", "101")
    folded = replace(over("folded", "101"), merged_into=survivor.call_id)
    await desk.floor.log(survivor, folded)

    written = await desk.note(anna, folded.call_id, "о чём говорили")

    assert (written.id, written.note) == (survivor.call_id, "о чём говорили")


async def test_who_may_only_read_a_call_says_nothing_of_it(desk: Desk) -> None:
    async with desk.floor.database.write() as unit:
        north = (await add_team(unit, "Север")).id
    anna = await desk.floor.hire("Anna", "101")
    vera = await desk.person(await desk.floor.hire("Vera"), role="supervisor", team_id=north)
    client = await desk.floor.meet("Иванов", owner=anna)
    call = over("call", "101")
    await desk.floor.log(call)

    with pytest.raises(Forbidden):
        await desk.note(vera, call.call_id, "не моё")
    with pytest.raises(Forbidden):
        await desk.dispose(vera, call.call_id, "offer")
    with pytest.raises(Forbidden):
        await desk.choose(vera, call.call_id, client)


async def test_a_disposition_is_one_that_can_be_chosen_now(desk: Desk) -> None:
    anna = await desk.person(await desk.floor.hire("Anna", "101"))
    call = over("call", "101")
    await desk.floor.log(call)
    async with desk.floor.database.write() as unit:
        unit.session.add(Disposition(code="old", titles={}, is_active=False))

    chosen = await desk.dispose(anna, call.call_id, "offer")
    for code in ("old", "nonsense", "", "a\0b"):
        with pytest.raises(InvalidValue):
            await desk.dispose(anna, call.call_id, code)
    nothing = await desk.dispose(anna, call.call_id, None)

    assert (chosen.disposition, nothing.disposition) == ("offer", None)


async def test_choosing_a_client_moves_the_call_from_one_timeline_to_the_other(desk: Desk) -> None:
    anna = await desk.person(await desk.floor.hire("Anna", "101"))
    ivanov = await desk.floor.meet("Иванов", "89161234567")
    petrov = await desk.floor.meet("Петров")
    call = over("call", "101")
    await desk.floor.log(call)
    assert await desk.timeline_of(ivanov) == {call.call_id}

    chosen = await desk.choose(anna, call.call_id, petrov)
    await desk.floor.log(call)  # the call writer comes round again

    assert chosen.client is not None
    assert chosen.client.name == "Петров"
    assert (await desk.get(anna, call.call_id)).client == chosen.client
    assert await desk.timeline_of(ivanov) == set()
    assert await desk.timeline_of(petrov) == {call.call_id}


async def test_nobody_can_be_chosen_too(desk: Desk) -> None:
    anna = await desk.person(await desk.floor.hire("Anna", "101"))
    ivanov = await desk.floor.meet("Иванов", "89161234567")
    call = over("call", "101")
    await desk.floor.log(call)

    nobody = await desk.choose(anna, call.call_id, None)
    await desk.floor.log(call)

    assert nobody.client is None
    assert (await desk.get(anna, call.call_id)).client is None
    assert await desk.timeline_of(ivanov) == set()
    assert await desk.adopt(ivanov) == 0


async def test_a_client_of_another_team_cannot_be_chosen(desk: Desk) -> None:
    async with desk.floor.database.write() as unit:
        north = (await add_team(unit, "Север")).id
    boris = await desk.person(await desk.floor.hire("Boris", "102"), team_id=north)
    secret = await desk.floor.meet("Тайна", "89990000000")
    call = over("call", "102")
    await desk.floor.log(call)

    for client_id in (secret, uuid4()):
        with pytest.raises(NotFound, match=r"^no such client$"):
            await desk.choose(boris, call.call_id, client_id)


async def test_what_was_said_is_told_to_screens_effects_and_the_audit(
    desk: Desk, bus: EventBus
) -> None:
    heard: list[RecordChanged] = []

    async def hear(event: RecordChanged) -> None:
        heard.append(event)

    anna = await desk.person(await desk.floor.hire("Anna", "101"))
    ivanov = await desk.floor.meet("Иванов")
    call = over("call", "101")
    await desk.floor.log(call)
    bus.subscribe(RecordChanged, handler=hear)
    async with asyncio.TaskGroup() as workers:
        running = workers.create_task(bus.run())
        await desk.note(anna, call.call_id, "важно")
        await desk.dispose(anna, call.call_id, "offer")
        await desk.dispose(anna, call.call_id, "offer")  # nothing new
        await desk.choose(anna, call.call_id, ivanov)
        await bus.join()
        running.cancel()

    assert [(event.kind, event.record_id) for event in heard] == [("call", call.call_id)] * 3
    said = ["call.disposition_chosen", "call.client_chosen"]
    assert (await desk.told())[-2:] == said
    async with desk.floor.database.read() as session:
        audit = (await session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))).all()
    assert [row.action for row in audit][-2:] == said
    assert "важно" not in str([row.details for row in audit])
