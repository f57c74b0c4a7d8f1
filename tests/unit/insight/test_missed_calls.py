"""Missed calls: one debt a caller, settled by talks, whatever was told when."""

from dataclasses import replace

import pytest

from crm_core.calls.adoption import adopt_calls
from crm_core.calls.missed_calls.view import MissedCallBooks
from crm_core.kernel.clock import utc_now
from tests.unit.insight.debts import add_phone, books, forgive, owed, rows
from tests.unit.insight.log import CLIENT, STRANGER, Log, a_call, in_vain, our_call

SECOND = "84951112233"  # the same client's, once it is added


async def test_a_debt_says_who_waits_since_when_and_how_often_both_have_tried(log: Log) -> None:
    await log.floor.deal(
        log.floor.anna, client_id=log.floor.client.id, amount_minor=5_000_00, currency="RUB"
    )
    await log.write(a_call("1", CLIENT, ago=60), a_call("2", CLIENT, ago=40))
    await log.write(in_vain("3", CLIENT, ago=30))

    (debt,) = await owed(log)

    assert debt.client
    assert debt.client.id == log.floor.client.id
    assert (debt.times_called, debt.times_tried, debt.number) == (2, 1, "+79161234567")
    assert 59 < debt.waiting_seconds / 60 < 62
    assert (debt.last_called_at - debt.since).total_seconds() == pytest.approx(1200, abs=2)
    assert (debt.deals.count, debt.deals.sums[0].amount_minor) == (1, 5_000_00)
    (task,) = await log.owed()
    assert (debt.task_id, task.times) == (task.id, 2)
    assert debt.assignee == task.assignee


async def test_any_talk_with_any_number_of_the_client_settles_it(log: Log) -> None:
    await log.floor.office.add_phone(log.floor.anna, log.floor.client, SECOND)
    await log.write(a_call("1", CLIENT, ago=60))

    await log.write(our_call("2", SECOND, ago=5, answered_at=utc_now()))

    assert await owed(log) == []
    (debt,) = await owed(log, state="settled")
    assert debt.settled
    assert debt.settled.how == "we_called"
    assert await log.owed() == []
    assert await books(log) == MissedCallBooks(opened=1, settled=1, written_off=0, outstanding=0)


async def test_who_calls_again_and_gets_through_has_settled_it_themselves(log: Log) -> None:
    await log.write(a_call("1", STRANGER, ago=60), a_call("2", STRANGER, ago=5, talked=True))

    (debt,) = await owed(log, state="all")

    assert debt.settled
    assert debt.settled.how == "they_called"


async def test_a_number_that_becomes_a_client_s_takes_its_debt_along(log: Log) -> None:
    await log.write(a_call("1", STRANGER, ago=60))

    client = await log.floor.office.add(log.floor.anna, "Иван Крылов", STRANGER)
    async with log.floor.database.write() as unit:
        await adopt_calls(unit, client.id)

    (debt,) = await owed(log)
    assert debt.client
    assert debt.client.id == client.id
    (task,) = await log.owed()
    assert task.client == debt.client


async def test_two_debts_of_one_caller_become_one_and_the_books_stay_right(log: Log) -> None:
    await log.write(a_call("1", STRANGER, ago=60), a_call("2", CLIENT, ago=40))
    assert (await books(log)).opened == 2

    await add_phone(log, log.floor.client, STRANGER)

    (debt,) = await owed(log)
    assert (debt.times_called, debt.number) == (2, "+79161234567")
    assert await books(log) == MissedCallBooks(opened=1, settled=0, written_off=0, outstanding=1)
    assert len(await log.owed()) == 1

    await log.write(a_call("3", STRANGER, ago=5, talked=True))

    assert await books(log) == MissedCallBooks(opened=1, settled=1, written_off=0, outstanding=0)
    assert await log.owed() == []


async def test_a_talk_told_late_settles_only_what_came_before_it(log: Log) -> None:
    await log.write(a_call("1", CLIENT, ago=60), a_call("3", CLIENT, ago=20))

    await log.write(a_call("2", CLIENT, ago=40, talked=True))

    (debt,) = await owed(log)
    assert debt.times_called == 1
    assert await books(log) == MissedCallBooks(opened=2, settled=1, written_off=0, outstanding=1)
    (task,) = await log.owed()
    assert task.id == debt.task_id


async def test_a_missed_call_told_late_says_that_they_have_waited_for_longer(log: Log) -> None:
    await log.write(a_call("2", CLIENT, ago=20))
    await log.write(a_call("1", CLIENT, ago=60))

    (debt,) = await owed(log)

    assert (debt.times_called, len(await log.owed())) == (2, 1)
    assert debt.waiting_seconds > 59 * 60


async def test_told_a_second_time_nothing_at_all_has_changed(log: Log) -> None:
    await log.write(a_call("1", CLIENT, ago=60), a_call("2", CLIENT, ago=40))
    await log.write(a_call("3", STRANGER, ago=40), in_vain("4", STRANGER, ago=30))
    await log.write(a_call("5", "89035550001", ago=40))
    (third,) = await owed(log, q="5550001")
    await forgive(log, log.floor.vera, third.id)
    before, tasks = await rows(log), await log.floor.tasks(log.floor.vera, state="all")

    await log.read_again()

    assert await rows(log) == before
    assert await log.floor.tasks(log.floor.vera, state="all") == tasks


async def test_a_call_that_is_known_better_later_owes_nothing_any_more(log: Log) -> None:
    heard_in_part = replace(a_call("1", CLIENT, ago=60), is_recovered=True)
    await log.write(heard_in_part)
    assert len(await owed(log)) == 1

    await log.write(a_call("1", CLIENT, ago=60, talked=True))

    assert await owed(log) == []
    assert await log.owed() == []
