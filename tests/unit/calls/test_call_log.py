"""The call log: every call once and whole, however often, late or untimely it is told."""

import asyncio
import random
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from crm_core.calls.call_log import CallWriter
from crm_core.calls.call_store import CallStore
from crm_core.calls.tables import Call, CallLeg, CallQueueVisit, Gap
from crm_core.kernel.call_facts import (
    CallResult,
    CallSnapshot,
    CallStatus,
    Checkpoint,
    Direction,
    Leg,
    LegOutcome,
    LinkGap,
    QueueOutcome,
    QueueVisit,
    Transfer,
    TransferKind,
    TransferOutcome,
)
from crm_core.kernel.database import Database, UnitOfWork
from crm_core.kernel.outbox_tables import OutboxEntry
from crm_core.records.tables import Activity, Record
from tests.engines import BOTH_ENGINES
from tests.unit.calls.floor import CALLER, NOON, Floor, answered, hung_up, moment, ringing, with_leg

CHECKPOINT = Checkpoint(segment="7", offset=4096, tracker_version="1", at=NOON)


@pytest.fixture
def writer(floor: Floor) -> CallWriter:
    return CallWriter(floor.database, floor.directory, {"main": "RU"})


def whole_call(name: str = "call") -> list[CallSnapshot]:
    """A call in a queue that rings at two phones and is answered by the second: all its states."""
    visit = QueueVisit(name="sales", entered_at=NOON)
    queued = ringing(name=name, status=CallStatus.QUEUED, queues=(visit,))
    first = replace(
        queued,
        status=CallStatus.RINGING,
        legs=(Leg(key="101.1", extension="101", rang_at=moment(1)),),
    )
    second = replace(
        with_leg(first, "101", ended_at=moment(9), outcome=LegOutcome.NO_ANSWER),
        legs=(
            Leg(
                key="101.1",
                extension="101",
                rang_at=moment(1),
                ended_at=moment(9),
                outcome=LegOutcome.NO_ANSWER,
            ),
            Leg(key="102.1", extension="102", rang_at=moment(10)),
        ),
    )
    talking = answered(second, "102", moment(12))
    left = replace(visit, left_at=moment(12), outcome=QueueOutcome.ANSWERED)
    talking = replace(talking, queues=(left,))
    return [queued, first, second, talking, hung_up(talking)]


async def rows(database: Database) -> dict[str, list[dict[str, Any]]]:
    """All that the call log holds; the outbox without its running numbers."""
    tables = (Call, CallLeg, CallQueueVisit, Activity, OutboxEntry, Record)
    stored = {}
    async with database.read() as session:
        for table in tables:
            found = [row.model_dump() for row in (await session.exec(select(table))).all()]
            hidden = {"at", "id"} if table is OutboxEntry else set()
            kept = [{k: v for k, v in row.items() if k not in hidden} for row in found]
            stored[table.__name__] = sorted(kept, key=repr)
    return stored


async def only_call(database: Database) -> Call:
    async with database.read() as session:
        (call,) = (await session.exec(select(Call))).all()
    return call


@BOTH_ENGINES
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


@BOTH_ENGINES
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


@BOTH_ENGINES
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


@BOTH_ENGINES
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


@BOTH_ENGINES
async def test_the_checkpoint_goes_with_the_calls_that_were_put_before_it(
    floor: Floor, writer: CallWriter
) -> None:
    assert await writer.checkpoint("main") is None
    many = [ringing("101", name=str(number)) for number in range(250)]
    writer.put("main", many, CHECKPOINT)
    await writer.flush()
    assert await writer.checkpoint("main") == CHECKPOINT
    later = replace(CHECKPOINT, segment="8", offset=0)
    writer.put("main", [], later)
    await writer.flush()
    assert await writer.checkpoint("main") == later


async def test_the_checkpoint_does_not_run_ahead_of_a_batch_that_failed(
    floor: Floor, writer: CallWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, batches = CallStore.store, 0

    async def fail_the_second(self: CallStore, unit: UnitOfWork, calls: Any) -> None:
        nonlocal batches
        batches += 1
        if batches == 2:
            raise OperationalError("INSERT", {}, Exception("database or disk is full"))
        await store(self, unit, calls)

    monkeypatch.setattr(CallStore, "store", fail_the_second)
    writer.put("main", [ringing("101", name=str(number)) for number in range(250)], CHECKPOINT)
    with pytest.raises(OperationalError):
        await writer.flush()
    assert await writer.checkpoint("main") is None
    assert writer.waiting_calls == 150

    await writer.flush()
    assert await writer.checkpoint("main") == CHECKPOINT
    assert len((await rows(floor.database))["Call"]) == 250


async def test_while_the_database_is_away_the_latest_state_of_each_call_waits(
    floor: Floor, writer: CallWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, is_away = CallStore.store, True
    tried, written = asyncio.Event(), asyncio.Event()

    async def away(self: CallStore, unit: UnitOfWork, calls: Any) -> None:
        tried.set()
        if is_away:
            raise OperationalError("INSERT", {}, Exception("unable to open database file"))
        await store(self, unit, calls)
        written.set()

    monkeypatch.setattr(CallStore, "store", away)
    running = asyncio.create_task(writer.run())
    story = whole_call()
    writer.put("main", story[:2])
    await tried.wait()
    for state in story[2:]:
        writer.put("main", [state])
    assert writer.waiting_calls <= 1  # of one call, however much happens

    is_away = False
    await written.wait()
    await writer.flush()  # takes its turn after the unit that has written
    running.cancel()
    assert (await only_call(floor.database)).status == "ended"


async def test_a_call_that_the_database_refuses_keeps_no_other_out(
    floor: Floor, writer: CallWriter
) -> None:
    good = [ringing("101", name="before"), ringing("101", name="after")]
    naive = NOON.replace(tzinfo=None)
    writer.put("main", [good[0], ringing("101", name="bad", started_at=naive), good[1]], CHECKPOINT)
    await writer.flush()
    assert writer.unwritable_calls == 1
    stored = (await rows(floor.database))["Call"]
    assert {row["id"] for row in stored} == {call.call_id for call in good}
    assert await writer.checkpoint("main") == CHECKPOINT


async def test_what_was_taken_for_writing_is_not_lost_when_the_writer_is_stopped(
    floor: Floor, writer: CallWriter
) -> None:
    writer.put("main", [whole_call()[-1]], CHECKPOINT)
    async with floor.database.write():  # somebody else's turn: the writer has to wait
        flushing = asyncio.create_task(writer.flush())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        flushing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await flushing
    assert writer.waiting_calls == 1
    await writer.flush()
    assert (await only_call(floor.database)).status == "ended"


@BOTH_ENGINES
async def test_a_gap_is_opened_and_closed(floor: Floor, writer: CallWriter) -> None:
    gap = LinkGap(gap_id=UUID(int=7), pbx="main", from_at=NOON, to_at=None, reason="link_down")
    closed = replace(gap, to_at=NOON + timedelta(minutes=2))
    for told in (gap, closed):
        writer.put_gap(told)
        await writer.flush()
    async with floor.database.read() as session:
        (row,) = (await session.exec(select(Gap))).all()
    assert (row.id, row.from_at, row.to_at) == (gap.gap_id, NOON, closed.to_at)


@BOTH_ENGINES
async def test_hostile_names_and_numbers_are_stored_as_harmless_text(
    floor: Floor, writer: CallWriter
) -> None:
    writer.put(
        "main",
        [
            ringing("101", name="nul", number="7" * 40, caller_name="\x00<b>" + "Я" * 10_000),
            ringing("101", name="half", caller_name="\ud83d", did="\x00" * 50, queue="q" * 9_000),
            ringing("101", name="quote", number="'; DROP TABLE call; --", caller_name="Робин"),
        ],
    )
    await writer.flush()
    assert writer.unwritable_calls == 0
    stored = (await rows(floor.database))["Call"]
    assert {row["number"] for row in stored} == {"7" * 40, CALLER, "; DROP TABLE call; --"}
    assert all(len(row["caller_name"] or "") <= 200 for row in stored)
    assert all(len(row["queue"] or "") <= 100 for row in stored)
