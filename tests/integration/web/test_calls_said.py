"""What agents say of their calls over REST: the note, the disposition, the client."""

from typing import Any
from uuid import uuid4

import pytest

from tests.integration.web.office import Office
from tests.integration.web.random_calls import a_call, answer, end, ring, taken

Json = dict[str, Any]


async def test_a_note_is_kept_with_its_version(office: Office) -> None:
    await office.hire("anna", extension="101")
    call = taken(1, "101")
    await office.write(call)
    path = f"/api/calls/{call.call_id}/note"
    async with office.browser("anna") as browser:
        _, first = await browser.ask("PUT", path, {"text": "перезвонить", "version": 0})
        _, second = await browser.ask("PUT", path, {"text": "перезвонить в 15:00", "version": 1})
        stale, problem = await browser.ask("PUT", path, {"text": "другое", "version": 1})
        after = await browser.get(f"/api/calls/{call.call_id}")

    assert (first["note"], first["note_version"]) == ("перезвонить", 1)
    assert (second["note"], second["note_version"]) == ("перезвонить в 15:00", 2)
    assert (stale, problem["code"]) == (409, "conflict")
    assert problem["present"] == "перезвонить в 15:00"
    assert after == second


async def test_the_call_writer_never_overwrites_what_the_agent_said(office: Office) -> None:
    await office.hire("anna", extension="101")
    call = taken(1, "101")
    await office.write(call)
    path = f"/api/calls/{call.call_id}"
    async with office.browser("anna") as browser:
        await browser.ask("PUT", f"{path}/note", {"text": "важно"})
        await browser.ask("PUT", f"{path}/disposition", {"disposition": "offer"})
        await office.write(call)
        after = await browser.get(path)

    assert (after["note"], after["disposition"]) == ("важно", "offer")


async def test_a_live_call_takes_a_note_before_it_is_in_the_call_log(office: Office) -> None:
    await office.hire("anna", extension="101")
    live = answer(ring(a_call(1, number="79161234567", queue=None), "101"), "101")
    await office.tell(live, extension="101")
    path = f"/api/calls/{live.call_id}"
    async with office.browser("anna") as browser:
        status, written = await browser.ask("PUT", f"{path}/note", {"text": "на линии"})
        assert status == 200, written
        await office.write(end(live))
        after = await browser.get(path)

    assert (after["note"], after["status"]) == ("на линии", "ended")


async def test_a_note_is_taken_from_whose_phone_has_just_begun_to_ring(office: Office) -> None:
    """The call's row may be older than the ring: it was written while the caller waited."""
    await office.hire("anna", extension="101")
    await office.hire("vera", extension="103")
    waiting = a_call(1, number="79161234567", queue="sales")
    await office.write(waiting)
    await office.tell(ring(waiting, "101"), extension="101")
    path = f"/api/calls/{waiting.call_id}"
    async with office.browser("anna") as anna, office.browser("vera") as vera:
        shown = await anna.get(path)
        status, written = await anna.ask("PUT", f"{path}/note", {"text": "на линии"})
        foreign = await vera.ask("PUT", f"{path}/note", {"text": "не моё"})
        after = await anna.get(path)

    assert shown["id"] == str(waiting.call_id)
    assert status == 200, written
    assert foreign[0] == 404
    assert (after["note"], after["legs"][0]["extension"]) == ("на линии", "101")


async def test_a_disposition_is_chosen_and_taken_back(office: Office) -> None:
    await office.hire("anna", extension="101")
    call = taken(1, "101")
    await office.write(call)
    path = f"/api/calls/{call.call_id}/disposition"
    async with office.browser("anna") as browser:
        choices = await browser.get("/api/dispositions")
        _, chosen = await browser.ask("PUT", path, {"disposition": "meeting"})
        _, taken_back = await browser.ask("PUT", path, {"disposition": None})
        wrong, problem = await browser.ask("PUT", path, {"disposition": "nonsense"})

    assert [choice["code"] for choice in choices["items"]] == [
        "offer",
        "meeting",
        "callback",
        "refused",
        "consulted",
        "wrong_number",
    ]
    assert choices["items"][0]["titles"] == {"ru": "Ждёт КП", "en": "Waiting for offer"}
    assert (chosen["disposition"], taken_back["disposition"]) == ("meeting", None)
    assert (wrong, problem["field"]) == (422, "disposition")


async def test_the_client_of_a_call_is_chosen(office: Office) -> None:
    await office.hire("anna", extension="101")
    call = taken(1, "101")
    await office.write(call)
    path = f"/api/calls/{call.call_id}/client"
    async with office.browser("anna") as browser:
        _, client = await browser.ask("POST", "/api/clients", {"name": "Анна", "phones": []})
        _, chosen = await browser.ask("PUT", path, {"client_id": client["id"]})
        timeline = await browser.get(f"/api/clients/{client['id']}/timeline", kind="call")
        _, nobody = await browser.ask("PUT", path, {"client_id": None})
        unknown, _ = await browser.ask("PUT", path, {"client_id": str(uuid4())})
        stays = await browser.get(f"/api/calls/{call.call_id}")

    assert chosen["client"] == {"id": client["id"], "name": "Анна"}
    assert [entry["call"]["id"] for entry in timeline["items"]] == [str(call.call_id)]
    assert nobody["client"] is None
    assert unknown in {404, 422}
    assert stays["client"] is None


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("note", {"text": "чужое"}),
        ("disposition", {"disposition": "offer"}),
        ("client", {"client_id": None}),
    ],
)
async def test_of_somebody_else_s_call_nothing_is_said(
    office: Office, what: str, body: Json
) -> None:
    await office.hire("anna", extension="101")
    await office.hire("boris", extension="102")
    call = taken(1, "101")
    await office.write(call)
    async with office.browser("anna") as anna, office.browser("boris") as boris:
        before = await anna.get(f"/api/calls/{call.call_id}")
        status, _ = await boris.ask("PUT", f"/api/calls/{call.call_id}/{what}", body)
        after = await anna.get(f"/api/calls/{call.call_id}")

    assert status == 404
    assert after == before
