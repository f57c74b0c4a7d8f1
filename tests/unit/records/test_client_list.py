"""Clients are found by a whole number or by part of anything, on either database."""

import random
from collections.abc import AsyncIterator

import pytest

from crm_core.access.permissions import Person
from crm_core.kernel.paging import InvalidCursor
from crm_core.records import client_list, client_search
from crm_core.records.client_view import ClientSummary
from tests.unit.records.office import Office


async def a_crowd(office: Office) -> Person:
    anna = await office.hire("anna")
    await office.add(anna, "Петрова Анна", "+7 916 123-45-67", email="Petrova@Example.com")
    await office.add(anna, "Иванов Пётр", "8 (495) 000-07-01", company_name="ООО «Ёлка»")
    await office.add(anna, "Аннин Павел", "+33 1 42 68 53 00")
    await office.add(anna, 'О"Хара 100%', "103")
    return anna


WHAT_PEOPLE_TYPE = {
    "анна": ["Петрова Анна"],
    "АНН": ["Аннин Павел", "Петрова Анна"],
    "ан": ["Аннин Павел"],
    "анна петрова": ["Петрова Анна"],
    "петр": ["Петрова Анна", "Иванов Пётр"],  # who begins with it comes first
    "пётр": ["Петрова Анна", "Иванов Пётр"],
    "ивАНОв  петр": ["Иванов Пётр"],
    "елка": ["Иванов Пётр", "ООО «Ёлка»"],
    "example.COM": ["Петрова Анна"],
    "9161234": ["Петрова Анна"],
    "8916123": ["Петрова Анна"],
    "8 (916) 123-45-67": ["Петрова Анна"],
    "+7 916": ["Петрова Анна"],
    "4567": ["Петрова Анна"],
    "0007": ["Иванов Пётр"],
    "103": ['О"Хара 100%'],
    'о"хара': ['О"Хара 100%'],
    "100%": ['О"Хара 100%'],
    "%": [],
    "___": [],
    "анна OR павел": [],
    '" OR ""': [],
    "*": [],
    "пётр-": [],
    "никто": [],
    "п п п": [],
    "петрова а": ["Петрова Анна"],
    "анна пе": ["Петрова Анна"],
    "анна " + "анна " * 50: ["Петрова Анна"],
}


async def test_a_client_is_found_by_what_people_type(office: Office) -> None:
    anna = await a_crowd(office)

    found = {q: await office.names(anna, q=q) for q in WHAT_PEOPLE_TYPE}

    assert found == WHAT_PEOPLE_TYPE


async def test_an_empty_question_lists_everybody_by_name(office: Office) -> None:
    anna = await a_crowd(office)
    everybody = ["Аннин Павел", "Иванов Пётр", 'О"Хара 100%', "ООО «Ёлка»", "Петрова Анна"]

    for q in (None, "", "   "):
        assert await office.names(anna, q=q) == everybody


WHOLE_NUMBERS = {
    "89161234567": ["Петрова Анна"],
    "+7 (916) 123 45 67": ["Петрова Анна"],
    "9161234567": ["Петрова Анна"],
    "+33142685300": ["Аннин Павел"],
    "103": ['О"Хара 100%'],
    "3": [],
    "1234567": [],
    "скрыт": [],
    "": [],
}


async def test_a_whole_number_is_looked_up_exactly(office: Office) -> None:
    anna = await a_crowd(office)

    found = {phone: await office.names(anna, phone=phone) for phone in WHOLE_NUMBERS}

    assert found == WHOLE_NUMBERS


async def test_ten_digits_are_enough_if_one_client_alone_has_them(office: Office) -> None:
    anna = await office.hire("anna")
    await office.add(anna, "Казахстанец", "+7 701 555 12 34")

    assert await office.names(anna, phone="007017015551234") == ["Казахстанец"]

    await office.add(anna, "Двойник", "+1 701 555 12 34")

    assert await office.names(anna, phone="007017015551234") == []
    assert await office.names(anna, phone="+17015551234") == ["Двойник"]


async def test_a_shared_number_finds_all_who_share_it(office: Office) -> None:
    anna = await office.hire("anna")
    for name in ("Борис", "Анна"):
        await office.add(anna, name, "84950000701")

    assert await office.names(anna, phone="+74950000701") == ["Анна", "Борис"]
    assert await office.names(anna, phone="+74950000701", q="бор") == ["Борис"]


@pytest.mark.parametrize("few", [0, 5_000])
async def test_pages_neither_lose_nor_double_anybody(
    office: Office, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_search, "FEW", few)  # both ways of finding give the same
    anna, chance = await office.hire("anna"), random.Random(1)
    names = [chance.choice(("Анна", "Иванова Анна", "анна", "Олег")) for _ in range(25)]
    for number, name in enumerate(names):
        await office.add(anna, name, f"+7916000{number:04}")

    for q in (None, "анн", "ова", "9160000"):
        whole = (await office.find(anna, q=q, limit=200)).items
        seen = [client async for client in page_by_page(office, anna, q)]
        assert [client.id for client in seen] == [client.id for client in whole]
        assert len({client.id for client in seen}) == len(seen) > 0


async def page_by_page(
    office: Office, person: Person, q: str | None
) -> AsyncIterator[ClientSummary]:
    cursor = None
    while True:
        page = await office.find(person, q=q, limit=4, cursor=cursor)
        for client in page.items:
            yield client
        if (cursor := page.next_cursor) is None:
            break


@pytest.mark.parametrize("small_team", [0, 3_000])
async def test_teams_find_their_own_clients_alone(
    office: Office, small_team: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_list, "SMALL_TEAM", small_team)  # both ways find the same
    anna = await office.hire("anna")
    boris = await office.hire("boris", team=await office.open_team("Север"))
    vera = await office.hire("vera", role="supervisor")
    await office.add(anna, "Иванов", "84950000701")
    await office.add(boris, "Иваницкий", "84950000701")

    for query in ({}, {"q": "иван"}, {"q": "ва"}, {"q": "0007"}, {"phone": "84950000701"}):
        mine = ["Иванов"] if query != {"q": "ва"} else []
        his = ["Иваницкий"] if query != {"q": "ва"} else []
        assert await office.names(anna, **query) == mine
        assert await office.names(boris, **query) == his
        assert await office.names(vera, **query) == [*his, *mine]


async def test_a_cursor_from_elsewhere_is_refused(office: Office) -> None:
    anna = await office.hire("anna")

    for cursor in ("", "x", "AAAA", "=" * 9, "й"):
        with pytest.raises(InvalidCursor):
            await office.find(anna, cursor=cursor)
