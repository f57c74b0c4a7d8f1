"""Clients are made and changed by whoever may, and every change can be told afterwards."""

from typing import Any
from uuid import uuid4

import pytest

from crm_core.access.tables import AuditEntry
from crm_core.kernel.errors import Conflict, Forbidden, InvalidValue, NotFound
from tests.unit.access.people import a_person
from tests.unit.records.office import Office


async def test_a_client_is_kept_as_it_was_told(office: Office) -> None:
    anna = await office.hire("anna")

    made = await office.add(
        anna,
        "  Петрова   Анна Сергеевна ",
        "8 (916) 123-45-67",
        "доб. 12",
        greeting_name="Анна Сергеевна",
        company_name="ООО «Ромашка»",
        position="директор",
        email="anna@example.com",
        city="Пермь",
        is_vip=True,
        tags=("опт", "опт", " лес "),
    )

    assert made == await office.view(anna, made.id)
    assert made.name == "Петрова Анна Сергеевна"
    assert made.phones[0].number == "+79161234567"
    assert made.phones[0].formatted == "+7 916 123-45-67"
    assert made.company is not None
    assert made.company.name == "ООО «Ромашка»"
    assert made.owner is not None
    assert (made.owner.id, made.owner.name) == (anna.user_id, "Anna")
    assert (made.tags, made.is_vip, made.version) == (("опт", "лес"), True, 1)


@pytest.mark.parametrize(
    ("fields", "at_fault"),
    [({"name": "  "}, "name"), ({"name": "Анна", "numbers": ("скрыт",)}, "phones")],
)
async def test_a_client_that_says_nothing_is_refused(
    office: Office, fields: dict[str, Any], at_fault: str
) -> None:
    anna = await office.hire("anna")

    with pytest.raises(InvalidValue) as refused:
        await office.add(anna, fields["name"], *fields.get("numbers", ()))

    assert refused.value.field == at_fault
    assert await office.names(anna) == []


async def test_people_of_one_company_share_the_company(office: Office) -> None:
    anna = await office.hire("anna")
    first = await office.add(anna, "Иванов Пётр", company_name="ООО «Семь»")
    second = await office.add(anna, "Сидоров Павел", company_name="ооо «семь»")

    assert first.company == second.company
    assert await office.names(anna, q="семь") == ["Иванов Пётр", "ООО «Семь»", "Сидоров Павел"]


async def test_a_foreign_team_s_company_is_neither_found_nor_linked(office: Office) -> None:
    anna = await office.hire("anna")
    boris = await office.hire("boris", team=await office.open_team("Север"))
    hers = await office.add(anna, "ООО «Семь»", kind="company")

    his = await office.add(boris, "Иванов", company_name="ООО «Семь»")

    assert his.company is not None
    assert his.company.id != hers.id


async def test_a_renamed_company_is_found_with_its_people(office: Office) -> None:
    anna = await office.hire("anna")
    person = await office.add(anna, "Иванов", company_name="ООО «Семь»")
    assert person.company is not None
    company = await office.view(anna, person.company.id)

    await office.change(anna, company, name="ООО «Восемь»")

    assert await office.names(anna, q="восемь") == ["Иванов", "ООО «Восемь»"]
    assert await office.names(anna, q="«семь»") == []


async def test_a_change_leaves_the_rest_and_null_empties(office: Office) -> None:
    anna = await office.hire("anna")
    made = await office.add(anna, "Иванов", "89161234567", city="Пермь", company_name="Семь")

    changed = await office.change(anna, made, name="Петров", city=None, company_name="")

    assert (changed.name, changed.city, changed.company) == ("Петров", None, None)
    assert (changed.phones, changed.version) == (made.phones, 2)
    assert await office.names(anna, q="иванов") == []


async def test_of_two_changes_to_what_was_seen_the_second_is_refused(office: Office) -> None:
    anna, boris = await office.hire("anna"), await office.hire("boris")
    made = await office.add(anna, "Иванов")
    await office.change(boris, made, city="Тверь")

    with pytest.raises(Conflict):
        await office.change(anna, made, city="Пермь")

    assert (await office.view(anna, made.id)).city == "Тверь"


async def test_a_change_that_changes_nothing_is_no_change(office: Office) -> None:
    anna = await office.hire("anna")
    made = await office.add(anna, "Иванов", "89161234567", city="Пермь")

    same = await office.change(anna, made, name="Иванов", city="Пермь")

    assert same == made


async def test_numbers_are_replaced_and_added(office: Office) -> None:
    anna = await office.hire("anna")
    made = await office.add(anna, "Иванов", "89161234567")

    replaced = await office.change(
        anna,
        made,
        phones=({"number": "8 495 000-07-01", "label": "work"}, {"number": "84950000701"}),
    )
    added = await office.add_phone(anna, replaced, "103")
    again = await office.add_phone(anna, added, "+7 (495) 000-07-01")

    assert [(phone.number, phone.label) for phone in replaced.phones] == [("+74950000701", "work")]
    assert [phone.number for phone in added.phones] == ["+74950000701", "103"]
    assert again == added
    assert await office.names(anna, phone="89161234567") == []
    assert await office.names(anna, phone="84950000701") == ["Иванов"]


async def test_the_owner_is_somebody_who_works_here(office: Office) -> None:
    anna, boris = await office.hire("anna"), await office.hire("boris")
    made = await office.add(anna, "Иванов")

    given = await office.change(anna, made, owner_id=boris.user_id)
    with pytest.raises(InvalidValue):
        await office.change(anna, given, owner_id=uuid4())

    assert given.owner is not None
    assert given.owner.name == "Boris"


async def test_who_may_not_know_of_a_client_learns_the_same_as_of_none(office: Office) -> None:
    anna = await office.hire("anna")
    boris = await office.hire("boris", team=await office.open_team("Север"))
    made = await office.add(anna, "Иванов", "89161234567")

    for client in (made, made.model_copy(update={"id": uuid4()})):
        with pytest.raises(NotFound, match=r"^no such client$"):
            await office.view(boris, client.id)
        with pytest.raises(NotFound, match=r"^no such client$"):
            await office.change(boris, client, name="Моё")
        with pytest.raises(NotFound, match=r"^no such client$"):
            await office.add_phone(boris, client, "103")
    assert await office.names(boris) == []
    assert await office.names(boris, phone="89161234567") == []


async def test_who_may_read_but_not_change_is_told_so(office: Office) -> None:
    anna = await office.hire("anna")
    sonya = await office.hire("sonya", role="supervisor", team=await office.open_team("Север"))
    made = await office.add(anna, "Иванов")

    with pytest.raises(Forbidden):
        await office.change(sonya, made, name="Моё")


async def test_without_a_right_nobody_makes_a_client(office: Office) -> None:
    with pytest.raises(Forbidden):
        await office.add(a_person("guest"), "Иванов")


async def test_what_was_done_is_told_to_everybody_who_must_know(office: Office) -> None:
    anna = await office.hire("anna")
    await office.heard()
    made = await office.add(anna, "Иванов", "89161234567")
    await office.change(anna, made, name="Петров", city="Пермь")

    audit = [row for row in await office.rows(AuditEntry) if row.object_kind == "client"]
    timeline = await office.timeline(made.id)
    outbox = [entry for entry in await office.told() if entry[1] == made.id]
    assert await office.heard() == [("client", made.id)] * 2
    assert outbox == [("client.created", made.id), ("client.changed", made.id)]
    assert [(row.action, row.user_id) for row in audit] == [
        ("client.created", anna.user_id),
        ("client.changed", anna.user_id),
    ]
    assert [entry.change for entry in timeline] == [
        {
            "action": "changed",
            "fields": {
                "name": {"from": "Иванов", "to": "Петров"},
                "city": {"from": None, "to": "Пермь"},
            },
        },
        {"action": "created"},
    ]
    assert {entry.actor.name for entry in timeline if entry.actor} == {"Anna"}
