"""The office's settings over HTTP, and a ringing number that nobody is to see."""

from crm_core.kernel.clock import utc_now
from tests.integration.web.office import Office
from tests.integration.web.push_tab import open_tab
from tests.integration.web.random_calls import a_call, answer, end, ring


async def test_an_ignored_number_rings_without_a_card(office: Office) -> None:
    await office.hire("chief", role="admin")
    await office.hire("anna", extension="101")
    async with office.browser("chief") as chief, office.browser("anna") as anna:
        body = {"number": "8 916 000-00-01", "reason": "Лифт"}
        status, kept = await chief.ask("POST", "/api/ignored-numbers", body)
        assert (status, kept["number"]) == (201, "+79160000001")
        async with open_tab(office, anna) as tab:
            await tab.frame()  # the snapshot
            for serial, number in ((1, "89160000001"), (2, "89160000002")):
                call = ring(a_call(serial, number=number, queue=None), "101")
                await office.tell(call, extension="101")
            frame = await tab.frame()
            assert (frame["type"], frame["call"]["number"]) == ("call.ringing", "+79160000002")

            assert (await chief.ask("DELETE", f"/api/ignored-numbers/{kept['id']}"))[0] == 204


async def test_titles_and_results_of_a_queue_reach_the_agent(office: Office) -> None:
    await office.hire("chief", role="admin")
    await office.hire("anna", extension="101")
    async with office.browser("chief") as chief, office.browser("anna") as anna:
        status, made = await chief.ask(
            "POST", "/api/dispositions", {"titles": {"ru": "Записан на сервис"}}
        )
        assert status == 201
        queue = {"pbx": "main", "name": "600", "title": "Сервис", "dispositions": [made["code"]]}
        assert (await chief.ask("POST", "/api/queue-settings", queue))[0] == 201

        (title,) = (await anna.get("/api/queue-titles"))["items"]
        assert (title["name"], title["title"]) == ("600", "Сервис")
        offered = (await anna.get("/api/dispositions", queue="600"))["items"]
        assert [one["titles"]["ru"] for one in offered] == ["Записан на сервис"]
        assert (await anna.ask("POST", "/api/queue-settings", queue))[0] == 403


async def test_a_queue_that_nobody_has_described_is_offered(office: Office) -> None:
    await office.hire("chief", role="admin")
    call = a_call(1, number="89160000001", queue="sales", at=utc_now())
    await office.write(ring(call, "101"))
    async with office.browser("chief") as chief:
        found = await chief.get("/api/queue-settings")
    assert (found["items"], found["unnamed"]) == ([], [{"pbx": "main", "name": "sales"}])


async def test_a_number_without_a_country_is_from_where_the_office_is(office: Office) -> None:
    await office.hire("chief", role="admin")
    async with office.browser("chief") as chief:
        move = {"version": 1, "phone_region": "GE"}
        assert (await chief.ask("PATCH", "/api/office", move))[1]["phone_region"] == "GE"

        new = {"name": "Нино", "phones": [{"number": "555 12 34 56"}]}
        status, client = await chief.ask("POST", "/api/clients", new)
        assert (status, client["phones"][0]["number"]) == (201, "+995555123456")
        found = await chief.get("/api/clients", phone="555123456")
        assert [one["name"] for one in found["items"]] == ["Нино"]


async def test_a_talk_is_put_aside_only_with_the_result_that_its_queue_requires(
    office: Office,
) -> None:
    await office.hire("chief", role="admin")
    await office.hire("anna", extension="101")
    call = end(answer(ring(a_call(1, number="89160000001", queue="600"), "101"), "101"))
    await office.write(call)
    async with office.browser("chief") as chief, office.browser("anna") as anna:
        queue = {"pbx": "main", "name": "600", "is_disposition_required": True}
        assert (await chief.ask("POST", "/api/queue-settings", queue))[0] == 201
        path = f"/api/calls/{call.call_id}"
        status, refused = await anna.ask("POST", f"{path}/finish")
        assert (status, refused["field"], refused["reason"]) == (
            422,
            "disposition",
            "result_required",
        )
        code = (await anna.get("/api/dispositions"))["items"][0]["code"]
        assert (await anna.ask("PUT", f"{path}/disposition", {"disposition": code}))[0] == 200
        assert (await anna.ask("POST", f"{path}/finish"))[0] == 200
