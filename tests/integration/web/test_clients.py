"""Clients, their notes and their timeline over REST."""

from itertools import chain
from typing import Any

import pytest

from tests.integration.web.office import Browser, Office

Json = dict[str, Any]
ANNA = {"kind": "person", "name": "Анна Петрова", "phones": [{"number": "8 (916) 123-45-67"}]}


async def add(browser: Browser, **fields: Any) -> Json:
    status, client = await browser.ask("POST", "/api/clients", ANNA | fields)
    assert status == 201, client
    return client


async def test_a_client_is_made_read_and_listed(office: Office) -> None:
    user_id = await office.hire("anna")
    async with office.browser("anna") as browser:
        client = await add(
            browser,
            company_name="ООО «Ромашка»",
            greeting_name="Анна Сергеевна",
            city="Москва",
            tags=["дача", "опт"],
            is_vip=True,
        )
        read = await browser.get(f"/api/clients/{client['id']}")
        listed = await browser.get("/api/clients", q="петров")

    assert client["phones"] == [
        {"number": "+79161234567", "formatted": "+7 916 123-45-67", "label": "mobile"}
    ]
    assert client["owner"] == {"id": str(user_id), "name": "Anna"}
    assert client["company"]["name"] == "ООО «Ромашка»"
    assert (client["version"], client["stats"]) == (1, {"calls": 0, "talk_seconds": 0.0})
    assert read == client
    assert [one["id"] for one in listed["items"]] == [client["id"]]
    assert set(listed["items"][0]) < set(client)


@pytest.mark.parametrize("spelling", ["89161234567", "+7 916 123-45-67", "9161234567"])
async def test_a_client_is_found_by_any_spelling_of_the_number(
    office: Office, spelling: str
) -> None:
    await office.hire("anna")
    async with office.browser("anna") as browser:
        client = await add(browser)
        await add(browser, name="Другой", phones=[{"number": "84951112233"}])
        found = await browser.get("/api/clients", phone=spelling)

    assert [one["id"] for one in found["items"]] == [client["id"]]


async def test_a_number_may_be_shared(office: Office) -> None:
    await office.hire("anna")
    async with office.browser("anna") as browser:
        await add(browser)
        await add(browser, name="Её брат")
        found = await browser.get("/api/clients", phone="+79161234567")

    assert len(found["items"]) == 2


async def test_lists_go_on_where_the_page_before_ended(office: Office) -> None:
    await office.hire("anna")
    async with office.browser("anna") as browser:
        for number in range(7):
            await add(browser, name=f"Клиент {number}", phones=[])
        pages: list[list[str]] = []
        cursor = None
        while True:
            more: dict[str, str] = {"cursor": cursor} if cursor else {}
            page = await browser.get("/api/clients", limit="3", **more)
            pages.append([client["name"] for client in page["items"]])
            cursor = page["next_cursor"]
            if cursor is None:
                break

    assert [len(page) for page in pages] == [3, 3, 1]
    assert list(chain(*pages)) == [f"Клиент {number}" for number in range(7)]


@pytest.mark.parametrize("cursor", ["x", "%00", "AAAA", "8J+SqQ==", "../../etc", "x" * 400])
@pytest.mark.parametrize("path", ["/api/clients", "/api/calls", "/api/gaps"])
async def test_a_bad_cursor_is_a_problem(office: Office, path: str, cursor: str) -> None:
    await office.hire("anna")
    async with office.browser("anna") as browser:
        status, problem = await browser.ask("GET", path, params={"cursor": cursor})

    assert (status, problem["code"]) == (400, "invalid_cursor")


async def test_a_cursor_of_another_list_is_refused(office: Office) -> None:
    await office.hire("anna")
    async with office.browser("anna") as browser:
        for number in range(2):
            await add(browser, name=f"Клиент {number}", phones=[])
        page = await browser.get("/api/clients", limit="1")
        cursor = {"cursor": page["next_cursor"]}
        status, problem = await browser.ask("GET", "/api/calls", params=cursor)

    assert (status, problem["code"]) == (400, "invalid_cursor")


async def test_a_change_names_the_version_it_saw(office: Office) -> None:
    await office.hire("anna")
    async with office.browser("anna") as browser:
        client = await add(browser)
        path = f"/api/clients/{client['id']}"
        first, changed = await browser.ask("PATCH", path, {"version": 1, "city": "Тула"})
        second, problem = await browser.ask("PATCH", path, {"version": 1, "city": "Омск"})
        after = await browser.get(path)

    assert (first, changed["city"], changed["version"]) == (200, "Тула", 2)
    assert (second, problem["code"]) == (409, "conflict")
    assert after == changed


async def test_what_a_change_does_not_name_stays_and_null_empties(office: Office) -> None:
    await office.hire("anna")
    async with office.browser("anna") as browser:
        client = await add(browser, city="Москва", email="anna@example.org")
        path = f"/api/clients/{client['id']}"
        _, changed = await browser.ask("PATCH", path, {"version": 1, "city": None})
        refused, problem = await browser.ask("PATCH", path, {"version": 2, "name": None})

    assert (changed["city"], changed["email"], changed["name"]) == (
        None,
        "anna@example.org",
        client["name"],
    )
    assert (refused, problem["field"]) == (422, "name")


async def test_a_number_is_added(office: Office) -> None:
    await office.hire("anna")
    async with office.browser("anna") as browser:
        client = await add(browser)
        status, changed = await browser.ask(
            "POST",
            f"/api/clients/{client['id']}/phones",
            {"number": "+7 495 111-22-33", "label": "work"},
        )

    assert status == 201
    assert [(phone["number"], phone["label"]) for phone in changed["phones"]] == [
        ("+79161234567", "mobile"),
        ("+74951112233", "work"),
    ]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 301}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"kind": "alien"}, "kind"),
        ({"phones": [{"number": "no number"}]}, "phones"),
        ({"phones": [{"number": "1", "label": "pigeon"}]}, "phones.0.label"),
        ({"tags": ["x"] * 51}, "tags"),
        ({"id": "00000000-0000-0000-0000-000000000000"}, "id"),
        ({"version": 5}, "version"),
    ],
)
async def test_a_client_that_cannot_be_is_refused_by_field(
    office: Office, fields: Json, field: str
) -> None:
    await office.hire("anna")
    async with office.browser("anna") as browser:
        status, problem = await browser.ask("POST", "/api/clients", ANNA | fields)
        listed = await browser.get("/api/clients")

    assert (status, problem["field"]) == (422, field)
    assert listed["items"] == []


async def test_notes_stand_on_the_timeline_newest_first(office: Office) -> None:
    user_id = await office.hire("anna")
    async with office.browser("anna") as browser:
        client = await add(browser)
        path = f"/api/clients/{client['id']}/timeline"
        _, note = await browser.ask("POST", "/api/notes", {"on": client["id"], "text": "первая"})
        await browser.ask("POST", "/api/notes", {"on": client["id"], "text": "вторая"})
        _, changed = await browser.ask(
            "PATCH", f"/api/notes/{note['id']}", {"text": "исправлена", "version": 1}
        )
        stale, _ = await browser.ask(
            "PATCH", f"/api/notes/{note['id']}", {"text": "поздно", "version": 1}
        )
        notes = await browser.get(path, kind="note")
        whole = await browser.get(path)
        gone, _ = await browser.ask("DELETE", f"/api/notes/{note['id']}")
        after = await browser.get(path, kind="note")

    assert note["author"] == {"id": str(user_id), "name": "Anna"}
    assert (changed["version"], stale) == (2, 409)
    assert [entry["note"]["text"] for entry in notes["items"]] == ["вторая", "исправлена"]
    assert [entry["kind"] for entry in whole["items"]] == ["note", "note", "change"]
    assert gone == 204
    assert [entry["note"]["text"] for entry in after["items"]] == ["вторая"]


async def test_somebody_else_s_note_is_neither_changed_nor_deleted(office: Office) -> None:
    await office.hire("anna")
    await office.hire("boris")
    async with office.browser("anna") as anna, office.browser("boris") as boris:
        client = await add(anna)
        _, note = await anna.ask("POST", "/api/notes", {"on": client["id"], "text": "моя"})
        path = f"/api/notes/{note['id']}"
        changed, _ = await boris.ask("PATCH", path, {"text": "чужая"})
        deleted, _ = await boris.ask("DELETE", path)
        timeline = await anna.get(f"/api/clients/{client['id']}/timeline", kind="note")

    assert (changed, deleted) == (403, 403)
    assert timeline["items"][0]["note"]["text"] == "моя"


async def test_text_from_anywhere_comes_back_as_the_text_it_was(office: Office) -> None:
    text = "<script>alert(1)</script> ${7*7} {{7*7}} ' OR 1=1 -- 💥 Ünïcödé\nвторая строка"
    await office.hire("anna")
    async with office.browser("anna") as browser:
        client = await add(browser, name="<b>Анна</b>", comment=text)
        _, note = await browser.ask("POST", "/api/notes", {"on": client["id"], "text": text})

    assert (client["name"], client["comment"], note["text"]) == ("<b>Анна</b>", text, text)
