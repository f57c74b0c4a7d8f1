"""What was promised in a call is settled by what happens, whenever it is told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from crm_core.access.permissions import Person
from crm_core.calls.adoption import adopt_calls
from crm_core.calls.agent_words import CallDesk
from crm_core.calls.agents.directory import AgentDirectory
from crm_core.calls.live_log import LiveLog
from crm_core.calls.promises.listing import PromiseQuery, list_promises, promises_of_call
from crm_core.calls.promises.making import PromiseDraft, make_promise, withdraw_promise
from crm_core.calls.promises.tables import Promise
from crm_core.calls.promises.view import PromiseView
from crm_core.kernel.call_facts import CallSnapshot
from crm_core.kernel.clock import utc_now
from crm_core.kernel.errors import Conflict, InvalidValue, NotFound
from crm_core.sales.tasks import TaskDesk
from tests.unit.calls.floor import answered, ringing
from tests.unit.insight.log import CLIENT, STRANGER, Log, a_call, in_vain, our_call

SECOND = "84951112233"
HOUR = timedelta(hours=1)


async def promise(
    log: Log,
    call: CallSnapshot,
    *,
    by: Person | None = None,
    due_in: timedelta = HOUR,
    due_at: datetime | None = None,
    text: str = "",
    live: CallSnapshot | None = None,
) -> UUID:
    """Promise something in a call, live or ended."""
    of_live = LiveLog(lambda _: live, AgentDirectory(), {"main": "RU"})
    person = by or log.floor.vera
    draft = PromiseDraft(text=text, due_at=due_at or utc_now() + due_in)
    async with log.floor.database.write() as unit:
        desk = CallDesk(unit, person, log.floor.office.rights, of_live)
        return (await make_promise(unit, desk, person, call.call_id, draft)).id


async def change(log: Log, promise_id: UUID, **values: Any) -> None:
    """As if time had gone by."""
    async with log.floor.database.write() as unit:
        row = await unit.session.get(Promise, promise_id)
        assert row
        for name, value in values.items():
            setattr(row, name, value)
        unit.session.add(row)


async def promised(log: Log, **asked: Any) -> Sequence[PromiseView]:
    async with log.floor.database.read() as session:
        query = PromiseQuery(**{"state": "all", **asked})
        return (await list_promises(session, log.floor.vera, log.floor.office.rights, query)).items


async def state(log: Log) -> str:
    (only,) = await promised(log)
    return only.state


def after(number: str, *, name: str = "later", seconds: float = 5) -> CallSnapshot:
    """A talk that one of ours has begun some seconds from now."""
    at = utc_now() + timedelta(seconds=seconds)
    call = our_call(name, number, ago=-1, answered_at=at)
    return replace(call, started_at=at, ended_at=at + timedelta(minutes=1))


@pytest.fixture
async def call(log: Log) -> CallSnapshot:
    call = a_call("promised in", CLIENT, ago=5, talked=True)
    await log.write(call)
    return call


async def test_a_promise_marks_the_second_and_makes_one_task(log: Log, call: CallSnapshot) -> None:
    await promise(log, call, text="Прислать счёт")

    (made,) = await promised(log)
    assert (made.state, made.text, made.second) == ("open", "Прислать счёт", 0.0)
    assert made.client
    assert made.client.id == log.floor.client.id
    (task,) = await log.floor.tasks(log.floor.vera, kind="promise")
    assert (task.id, task.title, task.made_by, task.due_at) == (
        made.task_id,
        "Прислать счёт",
        "promise",
        made.due_at,
    )
    assert task.assignee
    assert task.assignee.id == log.floor.vera.user_id


async def test_in_a_talk_that_goes_on_the_second_is_counted_from_the_answer(log: Log) -> None:
    began = utc_now() - timedelta(seconds=42)
    live = replace(
        answered(ringing("101", number=CLIENT), "101", began), started_at=began, queue=None
    )
    await promise(log, live, live=live, by=log.floor.vera)

    (made,) = await promised(log)
    assert made.second == pytest.approx(42, abs=3)


async def test_pressed_twice_it_is_one_promise(log: Log, call: CallSnapshot) -> None:
    due_at = utc_now() + HOUR

    made = {await promise(log, call, due_at=due_at, text="Счёт") for _ in range(2)}

    assert len(made) == len(await promised(log)) == 1
    assert len(await log.floor.tasks(log.floor.vera, kind="promise")) == 1


async def test_a_talk_with_any_number_of_the_client_keeps_it(log: Log, call: CallSnapshot) -> None:
    await log.floor.office.add_phone(log.floor.anna, log.floor.client, SECOND)
    await promise(log, call)

    await log.write(after(SECOND))

    (made,) = await promised(log)
    assert (made.state, made.settled_by) == ("kept", "call")
    (task,) = await log.floor.tasks(log.floor.vera, state="done", kind="promise")
    assert (task.outcome, task.done_by) == ("done", None)


async def test_neither_the_call_itself_nor_a_try_in_vain_keeps_it(
    log: Log, call: CallSnapshot
) -> None:
    await promise(log, call)

    await log.write(replace(in_vain("tried", CLIENT, ago=-1), started_at=utc_now()))
    await log.read_again()

    assert await state(log) == "open"


async def test_who_rings_too_late_has_kept_it_late(log: Log, call: CallSnapshot) -> None:
    promise_id = await promise(log, call)
    await change(log, promise_id, due_at=utc_now() - timedelta(seconds=1))
    assert await state(log) == "broken"
    assert [one.id for one in await promised(log, state="broken")] == [promise_id]
    assert await promised(log, state="open") == []

    await log.write(after(CLIENT))

    assert await state(log) == "kept_late"


async def test_a_talk_in_time_that_is_told_late_clears_our_name(
    log: Log, call: CallSnapshot
) -> None:
    promise_id = await promise(log, call)
    await change(
        log, promise_id, made_at=utc_now() - HOUR, due_at=utc_now() - timedelta(minutes=30)
    )
    await log.write(after(CLIENT))
    assert await state(log) == "kept_late"

    in_time = utc_now() - timedelta(minutes=40)
    await log.write(replace(our_call("told late", CLIENT, ago=39, answered_at=in_time)))

    assert await state(log) == "kept"


@pytest.mark.parametrize(("outcome", "becomes"), [("done", "kept"), ("cancelled", "withdrawn")])
async def test_its_task_done_keeps_it_and_cancelled_takes_it_back(
    log: Log, call: CallSnapshot, outcome: Any, becomes: str
) -> None:
    await promise(log, call)
    (task,) = await log.floor.tasks(log.floor.vera, kind="promise")

    async with log.floor.database.write() as unit:
        await TaskDesk(unit, log.floor.vera, log.floor.office.rights).end(task.id, outcome)
    await log.caught_up()

    assert await state(log) == becomes


async def test_taken_back_it_is_no_task_any_more(log: Log, call: CallSnapshot) -> None:
    promise_id = await promise(log, call)
    rights = log.floor.office.rights
    with pytest.raises(NotFound):
        async with log.floor.database.write() as unit:
            await withdraw_promise(unit, log.floor.gleb, rights, promise_id)

    async with log.floor.database.write() as unit:
        await withdraw_promise(unit, log.floor.vera, rights, promise_id)

    assert await state(log) == "withdrawn"
    assert await log.floor.tasks(log.floor.vera, kind="promise") == []
    await log.write(after(CLIENT))
    assert await state(log) == "withdrawn"


async def test_what_was_kept_cannot_be_taken_back(log: Log, call: CallSnapshot) -> None:
    promise_id = await promise(log, call)
    await log.write(after(CLIENT))

    with pytest.raises(Conflict):
        async with log.floor.database.write() as unit:
            await withdraw_promise(unit, log.floor.vera, log.floor.office.rights, promise_id)


async def test_what_was_promised_to_a_number_is_promised_to_the_client_who_gets_it(
    log: Log,
) -> None:
    call = a_call("1", STRANGER, ago=5, talked=True)
    await log.write(call)
    await promise(log, call)

    client = await log.floor.office.add(log.floor.anna, "Иван Орлов", STRANGER, SECOND)
    async with log.floor.database.write() as unit:
        await adopt_calls(unit, client.id)

    (made,) = await promised(log)
    assert made.client
    assert made.client.id == client.id
    await log.write(after(SECOND))
    assert await state(log) == "kept"


async def test_told_twice_nothing_is_settled_differently(log: Log, call: CallSnapshot) -> None:
    await promise(log, call)
    await log.write(after(CLIENT), after(CLIENT, name="again", seconds=90))
    before = await promised(log)

    await log.read_again()

    assert await promised(log) == before


async def test_a_promise_for_the_past_is_refused(log: Log, call: CallSnapshot) -> None:
    with pytest.raises(InvalidValue, match="later"):
        await promise(log, call, due_in=-HOUR)


async def test_who_may_not_write_on_a_call_promises_nothing_in_it(
    log: Log, call: CallSnapshot
) -> None:
    with pytest.raises(NotFound):
        await promise(log, call, by=log.floor.gleb)


async def test_a_call_tells_what_was_promised_in_it(log: Log, call: CallSnapshot) -> None:
    promise_id = await promise(log, call)

    async with log.floor.database.read() as session:
        found = await promises_of_call(
            session, log.floor.vera, log.floor.office.rights, call.call_id
        )

    assert [one.id for one in found] == [promise_id]
