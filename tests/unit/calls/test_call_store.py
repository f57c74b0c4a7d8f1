"""The rows of a call: the same whatever is told twice, late, or out of order."""

import random
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from crm_core.calls.call_log import CallWriter
from crm_core.calls.tables import Call, CallLeg, CallQueueVisit
from crm_core.kernel.call_facts import (
    CallResult,
    Direction,
    Transfer,
    TransferKind,
    TransferOutcome,
)
from crm_core.records.tables import Activity
from tests.unit.calls.floor import CALLER, NOON, Floor, hung_up, moment, ringing
from tests.unit.calls.stored import only_call, rows, whole_call


async def test_a_call_is_one_row_with_legs_and_queue_visits(
    floor: Floor, writer: CallWriter
) -> None:
    anna, boris = await floor.hire("Анна", "101"), await floor.hire("Борис", "102")
    for state in whole_call():
        writer.put("main", [state])
        await writer.flush()

    call = await only_call(floor.database)
    assert (call.status, call.result) == ("ended", "answered")
    assert (call.number, call.raw_number) == (CALLER, "89161234567")
    assert (call.handled_by, call.handled_by_user_id) == ("102", boris)
    async with floor.database.read() as session:
        legs = (await session.exec(select(CallLeg).order_by(col(CallLeg.position)))).all()
        (visit,) = (await session.exec(select(CallQueueVisit))).all()
    assert [(leg.extension, leg.user_id, leg.outcome) for leg in legs] == [
        ("101", anna, "no_answer"),
        ("102", boris, "answered"),
    ]
    assert (visit.name, visit.outcome, visit.left_at) == ("sales", "answered", moment(12))


async def test_the_whole_story_told_any_number_of_times_gives_the_same_rows(
    floor: Floor, writer: CallWriter
) -> None:
    await floor.hire("Анна", "101")
    await floor.meet("Дмитрий Орлов", CALLER)
    story = whole_call()
    for state in story:
        writer.put("main", [state])
        await writer.flush()
    once = await rows(floor.database)

    dice = random.Random(1)
    for _ in range(4):
        shuffled = [*story]
        dice.shuffle(shuffled)
        for state in shuffled:
            writer.put("main", [state])
            await writer.flush()

    assert await rows(floor.database) == once
    assert len(once["OutboxEntry"]) == 1
    assert len(once["Activity"]) == 1


async def test_an_ended_call_never_rings_again(floor: Floor, writer: CallWriter) -> None:
    story = whole_call()
    writer.put("main", [story[-1]])
    await writer.flush()
    writer.put("main", [story[1]])  # a restarted server reads an older part of the tape
    await writer.flush()
    assert (await only_call(floor.database)).status == "ended"


async def test_an_end_that_was_heard_is_not_replaced_by_one_that_was_guessed(
    floor: Floor, writer: CallWriter
) -> None:
    ended = whole_call()[-1]
    guessed = replace(ended, is_recovered=True, result=CallResult.FAILED, ended_at=moment(99))
    for told, result in ((guessed, "failed"), (ended, "answered"), (guessed, "answered")):
        writer.put("main", [told])
        await writer.flush()
        assert (await only_call(floor.database)).result == result


async def test_of_two_guesses_the_one_that_heard_the_call_longer_stays(
    floor: Floor, writer: CallWriter
) -> None:
    ended = replace(whole_call()[-1], is_recovered=True)
    later = replace(ended, started_at=moment(2), result=CallResult.FAILED)
    for told, result in ((later, "failed"), (ended, "answered"), (later, "answered")):
        writer.put("main", [told])
        await writer.flush()
        assert (await only_call(floor.database)).result == result


async def test_what_an_agent_wrote_is_never_overwritten(floor: Floor, writer: CallWriter) -> None:
    anna = await floor.hire("Анна", "101")
    chosen = await floor.meet("Выбранный")
    await floor.meet("Найденный", CALLER)
    story = whole_call()
    writer.put("main", [story[0]])
    await writer.flush()
    async with floor.database.write() as unit:
        call = (await unit.session.exec(select(Call))).one()
        call.note, call.note_version, call.note_author_id = "перезвонить", 3, anna
        call.disposition, call.client_id, call.is_client_chosen = "callback", chosen, True
        unit.session.add(call)

    for state in story:
        writer.put("main", [state])
        await writer.flush()

    call = await only_call(floor.database)
    assert (call.note, call.note_version, call.note_author_id) == ("перезвонить", 3, anna)
    assert (call.disposition, call.client_id, call.is_client_chosen) == ("callback", chosen, True)
    async with floor.database.read() as session:
        (activity,) = (await session.exec(select(Activity))).all()
    assert activity.record_id == chosen


async def test_the_call_stands_on_the_timeline_of_the_client_who_has_the_number(
    floor: Floor, writer: CallWriter
) -> None:
    boris = await floor.hire("Борис", "102")
    client = await floor.meet("Дмитрий Орлов", CALLER)
    writer.put("main", [whole_call()[-1]])
    await writer.flush()
    async with floor.database.read() as session:
        (activity,) = (await session.exec(select(Activity))).all()
    assert (activity.record_id, activity.kind, activity.actor_id) == (client, "call", boris)
    assert activity.at == NOON


async def test_a_number_learnt_late_moves_the_call_to_the_right_timeline(
    floor: Floor, writer: CallWriter
) -> None:
    await floor.meet("Сначала он", "+74950000702")
    right = await floor.meet("Дмитрий Орлов", CALLER)
    for number in ("84950000702", "89161234567"):
        writer.put("main", [ringing("101", number=number)])
        await writer.flush()
    async with floor.database.read() as session:
        (activity,) = (await session.exec(select(Activity))).all()
    assert activity.record_id == right
    assert (await only_call(floor.database)).client_id == right


async def test_a_client_once_found_stays_when_the_number_is_shared_later(
    floor: Floor, writer: CallWriter
) -> None:
    first = await floor.meet("Первый", CALLER)
    writer.put("main", [whole_call()[-1]])
    await writer.flush()
    await floor.meet("Второй", CALLER)
    writer.put("main", [whole_call()[-1]])
    await writer.flush()
    assert (await only_call(floor.database)).client_id == first


async def test_a_number_of_several_clients_is_nobodys_call(
    floor: Floor, writer: CallWriter
) -> None:
    await floor.meet("Первый", CALLER)
    await floor.meet("Второй", CALLER)
    writer.put("main", [whole_call()[-1]])
    await writer.flush()
    assert (await only_call(floor.database)).client_id is None


@pytest.mark.parametrize("number", [None, "anonymous", "unknown", "0000000"])
async def test_a_withheld_caller_is_nobody(
    floor: Floor, writer: CallWriter, number: str | None
) -> None:
    await floor.meet("Аноним", "anonymous")
    writer.put("main", [ringing("101", number=number)])
    await writer.flush()
    call = await only_call(floor.database)
    assert (call.is_withheld, call.number, call.client_id) == (True, None, None)


async def test_a_colleague_who_calls_is_no_client(floor: Floor, writer: CallWriter) -> None:
    await floor.meet("Служба", "102")
    internal = ringing("102", number="102", placed_by="101", direction=Direction.INTERNAL)
    writer.put("main", [internal])
    await writer.flush()
    call = await only_call(floor.database)
    assert (call.number, call.client_id) == ("102", None)


async def test_a_folded_consultation_leaves_the_timeline(floor: Floor, writer: CallWriter) -> None:
    await floor.meet("Дмитрий Орлов", CALLER)
    survivor, consultation = ringing("101", name="survivor"), ringing("102", name="consultation")
    writer.put("main", [survivor, consultation])
    await writer.flush()
    folded = replace(hung_up(consultation), merged_into=survivor.call_id)
    writer.put("main", [folded])
    await writer.flush()
    async with floor.database.read() as session:
        (activity,) = (await session.exec(select(Activity))).all()
    assert activity.source_id == survivor.call_id


async def test_notes_on_a_folded_consultation_move_to_the_clients_call_once(
    floor: Floor, writer: CallWriter
) -> None:
    survivor, consultation = ringing("101", name="survivor"), ringing("102", name="consultation")
    writer.put("main", [survivor, consultation])
    await writer.flush()
    async with floor.database.write() as unit:
        for call, note in ((survivor, "просит скидку"), (consultation, "скидка согласована")):
            row = await unit.session.get(Call, call.call_id)
            assert row is not None
            row.note, row.note_version = note, 1
            unit.session.add(row)
    for _ in range(2):
        writer.put("main", [replace(hung_up(consultation), merged_into=survivor.call_id)])
        await writer.flush()
    notes = {row["id"]: row["note"] for row in (await rows(floor.database))["Call"]}
    assert notes[survivor.call_id] == "просит скидку\nскидка согласована"
    assert notes[consultation.call_id] == ""


async def test_a_leg_that_is_told_no_longer_is_gone(floor: Floor, writer: CallWriter) -> None:
    for call in (ringing("101", "102"), ringing("102")):
        writer.put("main", [call])
        await writer.flush()
    async with floor.database.read() as session:
        legs = (await session.exec(select(CallLeg))).all()
    assert [leg.extension for leg in legs] == ["102"]


async def test_who_sat_at_the_phone_then_is_not_who_sits_there_today(
    floor: Floor, writer: CallWriter
) -> None:
    boris = await floor.hire("Борис", "102")
    writer.put("main", [whole_call()[-1]])
    await writer.flush()
    async with floor.database.write() as unit:
        connection = await unit.session.connection()
        await connection.execute(text("DELETE FROM extension"))
    await floor.hire("Вера", "102")
    writer.put("main", [whole_call()[-1]])
    await writer.flush()
    call = await only_call(floor.database)
    async with floor.database.read() as session:
        legs = (await session.exec(select(CallLeg).where(CallLeg.extension == "102"))).all()
    assert call.handled_by_user_id == boris
    assert [leg.user_id for leg in legs] == [boris]


async def test_transfers_are_kept_in_their_order(floor: Floor, writer: CallWriter) -> None:
    transfers = tuple(
        Transfer(
            kind=TransferKind.BLIND, by=by, to=to, at=moment(30), outcome=TransferOutcome.COMPLETED
        )
        for by, to in (("101", "102"), ("102", "103"))
    )
    writer.put("main", [replace(whole_call()[-1], transfers=transfers)])
    await writer.flush()
    call = await only_call(floor.database)
    assert [(one["by"], one["to"]) for one in call.transfers] == [("101", "102"), ("102", "103")]
