"""What the PBX is told of a caller before any phone rings."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from crm_core.access.tables import User
from crm_core.calls.caller_answer import CallerAnswer, CallerDesk, CallerQuestion
from crm_core.calls.ignored_numbers import add_ignored, makes_no_task
from crm_core.calls.tables import IgnoredNumber
from crm_core.insight import call_backs
from crm_core.kernel.call_facts import CallResult, CallSnapshot, Direction
from crm_core.kernel.clock import utc_now
from crm_core.kernel.outbox_tables import OutboxEntry
from crm_core.records.tables import Client
from tests.unit.calls.floor import CALLER, NOON, Floor, answered, hung_up, ringing


async def ask(floor: Floor, number: str | None = "89161234567", pbx: str = "main") -> CallerAnswer:
    desk = CallerDesk(
        floor.database, floor.directory, {"main": "RU"}, default_region="RU", clock=lambda: NOON
    )
    return await desk.answer(CallerQuestion(pbx=pbx, raw_number=number))


def talk(extension: str, days_ago: int) -> CallSnapshot:
    at = NOON - timedelta(days=days_ago)
    name = f"{extension} {days_ago}"
    call = ringing(extension, name=name, started_at=at)
    return hung_up(answered(call, extension, at), at=at + timedelta(seconds=90))


def missed(at: datetime, number: str = "89161234567") -> CallSnapshot:
    call = ringing("101", name=f"missed {at}", started_at=at, number=number)
    return hung_up(call, CallResult.NO_ANSWER, at=at + timedelta(seconds=20))


async def ring_back_owed(floor: Floor) -> None:
    """Let the rule of the call-backs read what the call log has told."""
    async with floor.database.write() as unit:
        for entry in (await unit.session.exec(select(OutboxEntry))).all():
            await call_backs.on_outbox_entry(unit, entry)


async def leave(floor: Floor, user_id: UUID) -> None:
    async with floor.database.write() as unit:
        user = await unit.session.get(User, user_id)
        assert user is not None
        user.is_active = False
        unit.session.add(user)
    await floor.directory.reload(floor.database)


async def block(floor: Floor, written: str, *, is_prefix: bool = False) -> None:
    row = IgnoredNumber(
        id=uuid4(), number="", is_prefix=is_prefix, makes_no_task=False, created_at=NOON
    )
    row.is_blocked = True
    async with floor.database.write() as unit:
        await add_ignored(unit, written, row, region="RU", by=uuid4())
    await floor.directory.reload(floor.database)


async def test_a_client_is_told_with_name_greeting_and_who_answers_for_them(floor: Floor) -> None:
    anna = await floor.hire("Анна", "101")
    client = await floor.meet("Петрова Мария Павловна", CALLER, owner=anna)

    told = await ask(floor)

    assert told == CallerAnswer(
        status="found",
        client_id=client,
        name="Петрова Мария Павловна",
        greeting_name="Мария Павловна",
        extension="101",
    )


async def test_a_very_important_client_is_told_as_one(floor: Floor) -> None:
    client_id = await floor.meet("Мария", CALLER)
    async with floor.database.write() as unit:
        client = await unit.session.get(Client, client_id)
        assert client is not None
        client.is_vip = True
        unit.session.add(client)

    assert (await ask(floor)).is_vip


@pytest.mark.parametrize("number", [None, "", "unknown", "anonymous", "Restricted"])
async def test_a_caller_who_hides_is_nobody(floor: Floor, number: str | None) -> None:
    assert await ask(floor, number) == CallerAnswer(status="withheld")


@pytest.mark.parametrize("number", ["89035550000", "102", "ivan.petrov", "\0" * 300, "'; --"])
async def test_whoever_is_not_known_is_unknown(floor: Floor, number: str) -> None:
    assert (await ask(floor, number)).status in ("unknown", "withheld")


async def test_of_several_who_share_a_number_none_is_named(floor: Floor) -> None:
    anna = await floor.hire("Анна", "101")
    await floor.hire("Борис", "102")
    await floor.meet("Муж", CALLER, owner=anna)
    await floor.meet("Жена", CALLER, owner=anna)
    await floor.log(talk("102", 3))

    told = await ask(floor)

    assert (told.status, told.client_id, told.name) == ("several", None, "")
    assert told.extension == "102"  # nobody answers for a number: who spoke with it last


async def test_without_anybody_responsible_who_spoke_last_is_told(floor: Floor) -> None:
    await floor.hire("Анна", "101")
    await floor.hire("Борис", "102")
    await floor.meet("Мария", CALLER)
    await floor.log(talk("101", 9), talk("102", 4), missed(NOON - timedelta(days=1)))

    assert (await ask(floor)).extension == "102"


async def test_also_a_stranger_comes_to_whoever_spoke_with_them(floor: Floor) -> None:
    await floor.hire("Анна", "101")
    outbound = replace(talk("101", 2), direction=Direction.OUTBOUND)
    await floor.log(outbound)

    told = await ask(floor)

    assert (told.status, told.extension) == ("unknown", "101")


async def test_who_has_left_gets_no_calls_and_who_sits_elsewhere_none_here(floor: Floor) -> None:
    anna = await floor.hire("Анна", "101")
    await floor.hire("Борис", "102")
    await floor.hire("Вера", "103", pbx="south")
    await floor.meet("Мария", CALLER, owner=anna)
    await floor.log(talk("102", 4), talk("101", 1))

    assert (await ask(floor)).extension == "101"
    await leave(floor, anna)
    assert (await ask(floor)).extension == "102"
    assert (await ask(floor, pbx="south")).extension is None


async def test_a_blocked_number_is_to_be_refused_and_owed_nothing(floor: Floor) -> None:
    await block(floor, "8 916 123-45-67")
    await block(floor, "8 495", is_prefix=True)

    assert (await ask(floor)).is_blocked
    assert (await ask(floor, "84951112233")).is_blocked
    assert not (await ask(floor, "89161234568")).is_blocked
    async with floor.database.read() as session:
        assert await makes_no_task(session, CALLER)


async def test_a_missed_call_is_a_debt_until_somebody_has_spoken_with_them(floor: Floor) -> None:
    await floor.hire("Анна", "101")
    now = utc_now()
    assert not (await ask(floor)).is_owed_a_call

    await floor.log(missed(now - timedelta(hours=2)))
    await ring_back_owed(floor)
    assert (await ask(floor)).is_owed_a_call
    assert not (await ask(floor, "89161234568")).is_owed_a_call

    at = now - timedelta(hours=1)
    call = answered(ringing("101", name="again", started_at=at), "101", at)
    await floor.log(hung_up(call, at=now))
    await ring_back_owed(floor)
    assert not (await ask(floor)).is_owed_a_call


async def test_a_debt_to_a_client_is_told_whichever_of_their_numbers_calls(floor: Floor) -> None:
    await floor.meet("Мария", CALLER, "+79160000002")
    await floor.log(missed(utc_now() - timedelta(hours=2), number="89160000002"))
    await ring_back_owed(floor)

    assert (await ask(floor)).is_owed_a_call


async def test_the_office_is_open_unless_somebody_says_otherwise(floor: Floor) -> None:
    asked: list[tuple[str, str | None, datetime]] = []

    def is_open(pbx: str, queue: str | None, at: datetime) -> bool:
        asked.append((pbx, queue, at))
        return queue != "night"

    desk = CallerDesk(
        floor.database,
        floor.directory,
        {"main": "RU"},
        default_region="RU",
        is_open=is_open,
        clock=lambda: NOON,
    )
    by_day = await desk.answer(CallerQuestion(pbx="main", raw_number=CALLER))
    by_night = await desk.answer(CallerQuestion(pbx="main", raw_number=None, queue="night"))

    assert (by_day.is_open, by_night.is_open) == (True, False)
    assert asked == [("main", None, NOON), ("main", "night", NOON)]
    assert (await ask(floor)).is_open


async def test_a_number_that_calls_all_day_is_looked_at_only_so_far_back(floor: Floor) -> None:
    await floor.hire("Анна", "101")
    await floor.log(talk("101", 30), *(missed(NOON - timedelta(hours=n)) for n in range(1, 60)))

    assert (await ask(floor)).extension is None
