"""Who has this number, and what the card tells of them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import ColumnClause, column, text
from sqlmodel import col, select, update

from crm_core.calls.card import Found
from crm_core.calls.greeting import day_start
from crm_core.calls.look_up import look_up, statement_text
from crm_core.calls.tables import Call
from crm_core.kernel.call_facts import CallResult, CallSnapshot, Direction, Leg
from crm_core.kernel.phone import read_number
from crm_core.records.tables import ClientPhone
from tests.engines import ON_SQLITE
from tests.unit.calls.floor import CALLER, NOON, Floor, answered, hung_up, ringing

TODAY = day_start(NOON, "Europe/Moscow")


async def find(floor: Floor, number: str | None = CALLER, day: datetime = TODAY) -> Found:
    return await look_up(floor.database.ring, read_number(number, "RU"), day=day)


def names(found: Found) -> list[str]:
    return [match.client.name for match in found.matches]


def missed(name: str, at: datetime, **more: Any) -> CallSnapshot:
    return hung_up(ringing("101", name=name, started_at=at, **more), at=at + timedelta(seconds=20))


def spoken(name: str, at: datetime, **more: Any) -> CallSnapshot:
    call = ringing("101", name=name, started_at=at, **more)
    return hung_up(answered(call, "101", at), at=at + timedelta(seconds=90))


async def test_the_card_tells_client_company_and_who_is_responsible(floor: Floor) -> None:
    anna = await floor.hire("Анна", "101")
    company = await floor.meet("ООО «Ромашка»", kind="company")
    await floor.meet("Дмитрий Орлов", CALLER, "+74950000702", works_at=company, owner=anna)
    for number in (CALLER, "84950000702"):
        client = (await find(floor, number)).client
        assert client is not None
        assert client.name == "Дмитрий Орлов"
        assert client.company is not None
        assert client.company.name == "ООО «Ромашка»"
        assert client.owner is not None
        assert client.owner.id == anna


async def test_an_exact_number_wins_over_the_same_last_digits(floor: Floor) -> None:
    await floor.meet("Тот самый", CALLER)
    await floor.meet("С тем же хвостом", "+19161234567")
    assert names(await find(floor)) == ["Тот самый"]


async def test_the_last_ten_digits_count_if_one_client_alone_has_them(floor: Floor) -> None:
    # ten digits that no region makes a Russian number of
    await floor.meet("Записан без кода", "+19161234567")
    assert names(await find(floor)) == ["Записан без кода"]
    await floor.meet("Ещё один", "+29161234567")
    assert names(await find(floor)) == []


async def test_short_numbers_match_exactly_and_never_by_their_end(floor: Floor) -> None:
    await floor.meet("Городской", "+74950000112")
    await floor.meet("Служба", "112")
    assert names(await find(floor, "112")) == ["Служба"]
    assert names(await find(floor, "0112")) == []
    assert names(await find(floor, "4567")) == []


async def test_several_clients_of_one_number_are_all_found(floor: Floor) -> None:
    for name in ("Анна", "Борис", "Вера"):
        await floor.meet(name, CALLER)
    found = await find(floor)
    assert sorted(names(found)) == ["Анна", "Борис", "Вера"]
    assert found.client is None


async def test_of_those_who_share_a_number_the_one_chosen_last_is_always_among_the_found(
    floor: Floor,
) -> None:
    anna = await floor.hire("Анна", "101")
    everybody = [await floor.meet(f"Сотрудник {place:02}", CALLER) for place in range(30)]
    before, after = sorted(everybody)[-2:]  # far behind those whom the look-up reads
    async with floor.database.write() as unit:
        for client, at in ((before, NOON), (after, NOON + timedelta(hours=1))):
            chosen = update(ClientPhone).where(col(ClientPhone.client_id) == client)
            await unit.session.exec(chosen.values(chosen_at=at, chosen_by=anna))

    found = await find(floor)

    (latest,) = [match for match in found.matches if match.client.id == after]
    assert latest.chosen is not None
    assert (latest.chosen.at, latest.chosen.user and latest.chosen.user.name) == (
        NOON + timedelta(hours=1),
        "Анна",
    )
    assert found.client is None


async def test_a_chosen_client_is_the_only_one_looked_at(floor: Floor) -> None:
    await floor.meet("Анна", CALLER)
    boris = await floor.meet("Борис", CALLER)
    phone = read_number(CALLER, "RU")
    found = await look_up(floor.database.ring, phone, day=TODAY, chosen=boris)
    assert names(found) == ["Борис"]


async def test_the_last_contact_says_when_how_and_with_whom(floor: Floor) -> None:
    anna = await floor.hire("Анна", "101")
    await floor.meet("Дмитрий Орлов", CALLER)
    await floor.log(
        spoken("old", NOON - timedelta(days=5)),
        spoken("last", NOON - timedelta(days=2)),
        ringing("101", name="now"),
    )
    (match,) = (await find(floor)).matches
    assert match.last_contact is not None
    assert match.last_contact.at == NOON - timedelta(days=2)
    assert match.last_contact.result is CallResult.ANSWERED
    assert match.last_contact.user is not None
    assert match.last_contact.user.id == anna


async def test_missed_calls_of_today_count_until_somebody_speaks(floor: Floor) -> None:
    await floor.hire("Анна", "101")
    await floor.meet("Дмитрий Орлов", CALLER)
    await floor.log(
        missed("yesterday", NOON - timedelta(days=1)),
        missed("first", NOON - timedelta(hours=2)),
        missed("second", NOON - timedelta(hours=1)),
    )
    found = await find(floor)
    assert found.missed_today is not None
    assert (found.missed_today.count, found.missed_today.at) == (2, NOON - timedelta(hours=1))

    leg = Leg(key="1", extension="101", rang_at=None)
    back = ringing(
        name="back",
        started_at=NOON - timedelta(minutes=30),
        direction=Direction.OUTBOUND,
        placed_by="101",
        legs=(leg,),
    )
    await floor.log(hung_up(answered(back, "101")))
    assert (await find(floor)).missed_today is None


async def test_today_is_the_agents_today(floor: Floor) -> None:
    await floor.meet("Дмитрий Орлов", CALLER)
    await floor.log(missed("late", TODAY - timedelta(minutes=30)))  # half past eleven in Moscow
    assert (await find(floor)).missed_today is None
    assert (await find(floor, day=day_start(NOON, "Asia/Yekaterinburg"))).missed_today


async def test_calls_missed_from_another_number_of_the_client_count_too(floor: Floor) -> None:
    await floor.meet("Дмитрий Орлов", CALLER, "+74950000702")
    await floor.log(missed("office", NOON - timedelta(hours=1), number="84950000702"))
    found = await find(floor)
    assert found.missed_today is not None
    assert found.missed_today.count == 1


async def test_an_unknown_number_tells_how_often_it_has_called(floor: Floor) -> None:
    await floor.log(
        missed("first", NOON - timedelta(days=2)), missed("second", NOON - timedelta(days=1))
    )
    found = await find(floor)
    assert found.matches == ()
    assert found.earlier_calls is not None
    assert found.earlier_calls.count == 2
    assert found.number_contact is not None
    assert found.number_contact.at == NOON - timedelta(days=1)


async def test_a_folded_consultation_is_no_earlier_call(floor: Floor) -> None:
    await floor.log(spoken("client", NOON - timedelta(days=1)))
    survivor = ringing(name="client").call_id
    folded = spoken("consultation", NOON - timedelta(hours=1))
    await floor.log(replace(folded, merged_into=survivor))
    found = await find(floor)
    assert found.earlier_calls is not None
    assert found.earlier_calls.count == 1


async def test_a_talk_with_somebody_else_from_this_number_is_not_this_clients_last_contact(
    floor: Floor,
) -> None:
    await floor.meet("Дмитрий Орлов", CALLER)
    guest = await floor.meet("Гость")
    await floor.log(spoken("guest", NOON - timedelta(days=1)))
    async with floor.database.write() as unit:
        call = (await unit.session.exec(select(Call))).one()
        call.client_id, call.is_client_chosen = guest, True
        unit.session.add(call)
    found = await find(floor)
    assert (found.matches[0].last_contact, found.number_contact) == (None, None)


@pytest.mark.parametrize("number", [None, "anonymous"])
async def test_a_withheld_number_is_not_looked_for(floor: Floor, number: str | None) -> None:
    await floor.log(missed("hidden", NOON - timedelta(hours=1), number=None))
    assert await find(floor, number) == Found()


PLAN: tuple[ColumnClause[Any], ...] = (
    *(column("id"), column("parent")),
    *(column("notused"), column("detail")),
)


@ON_SQLITE
async def test_no_part_of_the_look_up_reads_a_whole_table(floor: Floor) -> None:
    plan = await floor.database.ring.fetch(
        text("EXPLAIN QUERY PLAN " + statement_text()).columns(*PLAN),
        {
            "number": CALLER,
            "tail": CALLER[-10:],
            "chosen": None,
            "day": "2026-03-02",
            "before_day": "2026-03-02",
            "match_limit": 20,
            "count_limit": 100,
        },
    )
    steps = [row.detail for row in plan]
    tables = ("client", "client_phone", "call", "record", "relation", "user_account")
    aliases = ("c", "r", "o", "w", "lc", "lu", "nc", "nu")
    scans = [step for step in steps if step.split()[0] == "SCAN"]
    assert not [step for step in scans if step.split()[1] in (*tables, *aliases)]
    by_number = [step for step in steps if step.startswith("SEARCH call ")]
    assert all("ix_call_number_started" in s or "ix_call_client_started" in s for s in by_number)
