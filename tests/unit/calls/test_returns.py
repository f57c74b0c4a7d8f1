"""Which missed calls were returned: by any later talk with that number, whenever it is told."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import col, select

from crm_core.calls.call_log import CallWriter
from crm_core.calls.tables import Call
from crm_core.kernel.call_facts import CallResult, CallSnapshot, Direction
from crm_core.kernel.database import Database
from tests.integration.web.random_calls import START, a_call, answer, end, ring

KINDS = ("missed", "talk", "our_talk", "in_vain", "internal")


def told(minute: int, kind: str, number: str = "89161234567") -> CallSnapshot:
    """A call that began in this minute and has ended."""
    at = START + timedelta(minutes=minute)
    call = ring(a_call(minute, number=number, queue=None, at=at), "101", at)
    if kind in ("talk", "our_talk", "internal"):
        call = answer(call, "101", at)
    call = end(call, at + timedelta(seconds=30))
    if kind in ("our_talk", "in_vain"):
        return replace(call, direction=Direction.OUTBOUND)
    return replace(call, direction=Direction.INTERNAL) if kind == "internal" else call


async def unreturned(database: Database) -> list[str]:
    async with database.read() as session:
        missed = (Call.direction == "inbound", Call.result != "answered")
        query = select(Call.linkedid).where(*missed, col(Call.returned_at).is_(None))
        return list((await session.exec(query.order_by(col(Call.started_at)))).all())


@pytest.mark.parametrize("seed", range(6))
async def test_in_whatever_order_calls_are_told_the_same_are_unreturned(
    database: Database, writer: CallWriter, seed: int
) -> None:
    dice = random.Random(seed)
    calls = [told(minute, dice.choice(KINDS), f"8916000000{minute % 2}") for minute in range(16)]
    left = [
        one.linkedid
        for one in calls
        if one.direction is Direction.INBOUND and one.result is not CallResult.ANSWERED
        if not any(
            other.result is CallResult.ANSWERED
            and other.direction is not Direction.INTERNAL
            and other.raw_number == one.raw_number
            and other.started_at > one.started_at
            for other in calls
        )
    ]
    dice.shuffle(calls)
    for begin in range(0, len(calls), 3):
        writer.put("main", calls[begin : begin + 3])
        await writer.flush()
    writer.put("main", calls)
    await writer.flush()

    assert await unreturned(database) == left


async def test_a_talk_that_turns_out_to_be_none_returns_nothing(
    database: Database, writer: CallWriter
) -> None:
    missed, talk = told(1, "missed"), replace(told(5, "talk"), is_recovered=True)
    for call in (missed, talk):
        writer.put("main", [call])
        await writer.flush()
    assert await unreturned(database) == []

    heard = replace(talk, is_recovered=False, result=CallResult.ABANDONED, answered_at=None)
    writer.put("main", [heard])
    await writer.flush()

    assert await unreturned(database) == [missed.linkedid, heard.linkedid]
