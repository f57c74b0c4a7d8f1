"""The writer of the call log: nothing that was told is lost, whatever the database does."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import select

from crm_core.calls.call_log import BATCH, CallWriter
from crm_core.calls.call_store import CallStore
from crm_core.calls.tables import Gap
from crm_core.kernel.call_facts import (
    Checkpoint,
    LinkGap,
)
from crm_core.kernel.errors import DatabaseUnwritable
from crm_core.kernel.telling import Telling
from tests.integration.web.statements import counted
from tests.unit.calls.floor import CALLER, NOON, Floor, answered, hung_up, ringing
from tests.unit.calls.stored import only_call, rows, whole_call

CHECKPOINT = Checkpoint(segment="7", offset=4096, tracker_version="1", at=NOON)


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
    write, batches = CallStore.write, 0

    def fail_the_second(self: CallStore, at: Connection, telling: Telling, calls: Any) -> None:
        nonlocal batches
        batches += 1
        if batches == 2:
            raise OperationalError("INSERT", {}, Exception("database or disk is full"))
        write(self, at, telling, calls)

    monkeypatch.setattr(CallStore, "write", fail_the_second)
    writer.put("main", [ringing("101", name=str(number)) for number in range(250)], CHECKPOINT)
    with pytest.raises(DatabaseUnwritable):
        await writer.flush()
    assert await writer.checkpoint("main") is None
    assert writer.waiting_calls == 150

    await writer.flush()
    assert await writer.checkpoint("main") == CHECKPOINT
    assert len((await rows(floor.database))["Call"]) == 250


class Starting(Exception):
    """What PostgreSQL answers between its restart and its readiness, as the driver tells it."""

    sqlstate = "57P03"


@pytest.mark.parametrize(
    "refusal",
    [
        OperationalError("INSERT", {}, Exception("unable to open database file")),
        DBAPIError("INSERT", {}, Starting("the database system is starting up")),
    ],
)
async def test_while_the_database_is_away_the_latest_state_of_each_call_waits(
    floor: Floor, writer: CallWriter, monkeypatch: pytest.MonkeyPatch, refusal: Exception
) -> None:
    write, is_away = CallStore.write, True
    tried, written = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def away(self: CallStore, at: Connection, telling: Telling, calls: Any) -> None:
        loop.call_soon_threadsafe(tried.set)
        if is_away:
            raise refusal
        write(self, at, telling, calls)
        loop.call_soon_threadsafe(written.set)

    monkeypatch.setattr(CallStore, "write", away)
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


async def test_a_gap_is_opened_and_closed(floor: Floor, writer: CallWriter) -> None:
    gap = LinkGap(gap_id=UUID(int=7), pbx="main", from_at=NOON, to_at=None, reason="link_down")
    closed = replace(gap, to_at=NOON + timedelta(minutes=2))
    for told in (gap, closed):
        writer.put_gap(told)
        await writer.flush()
    async with floor.database.read() as session:
        (row,) = (await session.exec(select(Gap))).all()
    assert (row.id, row.from_at, row.to_at) == (gap.gap_id, NOON, closed.to_at)


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


async def test_a_call_can_be_found_while_it_is_being_written(
    floor: Floor, writer: CallWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A note typed at that moment has a call to belong to."""
    call, write, seen = whole_call()[-1], CallStore.write, []

    def watched(self: CallStore, at: Connection, telling: Telling, calls: Any) -> None:
        seen.append(writer.waiting_call(call.call_id))
        write(self, at, telling, calls)

    monkeypatch.setattr(CallStore, "write", watched)
    writer.put("main", [call])
    await writer.flush()

    assert seen == [call]
    assert writer.waiting_call(call.call_id) is None


async def test_many_calls_are_written_in_as_few_statements_as_some(
    floor: Floor, writer: CallWriter
) -> None:
    counts = []
    for batch in (5, BATCH):
        names = [f"{batch} {number}" for number in range(batch)]
        writer.put("main", [hung_up(answered(ringing("101", name=it), "101")) for it in names])
        with counted() as statements:
            await writer.flush()
        counts.append(len(statements))

    assert counts[1] == counts[0] <= 15
