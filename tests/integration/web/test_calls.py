"""Calls over REST: who sees which, and whose they become."""

from typing import Any
from uuid import uuid4

import pytest

from tests.integration.web.office import Browser, Office
from tests.integration.web.random_calls import missed, taken

Json = dict[str, Any]


async def listed(browser: Browser, **params: str) -> list[str]:
    page = await browser.get("/api/calls", **params)
    return [call["linkedid"] for call in page["items"]]


async def test_a_call_is_told_whole(office: Office) -> None:
    user_id = await office.hire("anna", extension="101")
    call = taken(1, "101")
    await office.write(call)
    async with office.browser("anna") as browser:
        told = await browser.get(f"/api/calls/{call.call_id}")
        page = await browser.get("/api/calls")

    assert page["items"] == [told]
    assert told["number"] == "+79161234567"
    assert (told["status"], told["result"], told["queue"]) == ("ended", "answered", "sales")
    assert told["handled_by"] == {"extension": "101", "user_id": str(user_id)}
    assert [leg["outcome"] for leg in told["legs"]] == ["answered"]
    assert told["queues"][0]["outcome"] == "answered"
    assert told["started_at"].endswith("Z")


async def test_an_agent_sees_the_calls_of_their_own_phone_alone(office: Office) -> None:
    await office.hire("anna", extension="101")
    await office.hire("boris", extension="102")
    await office.hire("vera", role="supervisor")
    hers, his = taken(1, "101"), taken(2, "102")
    await office.write(hers, his)
    async with (
        office.browser("anna") as anna,
        office.browser("boris") as boris,
        office.browser("vera") as vera,
    ):
        seen = [await listed(browser) for browser in (anna, boris, vera)]
        foreign = await anna.ask("GET", f"/api/calls/{his.call_id}")
        unknown = await anna.ask("GET", f"/api/calls/{uuid4()}")

    assert seen == [[hers.linkedid], [his.linkedid], [his.linkedid, hers.linkedid]]
    assert foreign == unknown
    assert foreign[0] == 404


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"number": "8 916 123-45-67"}, [3, 1]),
        ({"result": "abandoned"}, [3]),
        ({"result": "abandoned,answered"}, [3, 2, 1]),
        ({"result": "busy"}, []),
        ({"status": "ended"}, [3, 2, 1]),
        ({"direction": "outbound"}, []),
        ({"queue": "sales"}, [3, 2, 1]),
        ({"queue": "support"}, []),
        ({"q": "89161234567"}, [3, 1]),
        ({"q": "мария"}, [2]),
        ({"q": "никто"}, []),
        ({"q": "м"}, [2]),
        ({"has_client": "true"}, [2]),
        ({"has_client": "false"}, [3, 1]),
        ({"has_recording": "true"}, []),
        ({"disposition": "none"}, [3, 2, 1]),
        ({"disposition": "offer"}, []),
        ({"not_returned": "true"}, [3]),
        ({"user": "00000000-0000-4000-8000-000000000000"}, []),
        ({"team": "58b93193-6a2f-5fb4-ba7f-2db372aa5687"}, [3, 2, 1]),
        ({"min_talk": "86400"}, []),
        ({"from": "2026-03-02T09:02:00Z"}, [3, 2]),
        ({"to": "2026-03-02T12:02:00+03:00"}, [1]),
        ({"from": "2026-03-02T09:02:00Z", "to": "2026-03-02T09:03:00Z"}, [2]),
    ],
)
async def test_the_list_is_narrowed_by_what_was_asked(
    office: Office, query: dict[str, str], expected: list[int]
) -> None:
    await office.hire("anna", extension="101")
    calls = {1: taken(1, "101"), 2: taken(2, "101", "74951112233"), 3: missed(3, "101")}
    async with office.browser("anna") as browser:
        maria = {"name": "Мария", "phones": [{"number": "74951112233"}]}
        await browser.ask("POST", "/api/clients", maria)
        await office.write(*calls.values())
        assert await listed(browser, **query) == [calls[serial].linkedid for serial in expected]


@pytest.mark.parametrize(
    "query",
    [
        {"result": "won"},
        {"direction": "up"},
        {"from": "yesterday"},
        {"from": "2026-03-02T09:00:00"},
        {"client": "1"},
        {"limit": "0"},
        {"limit": "1000000"},
        {"order_by": "id; DROP TABLE call"},
    ],
)
async def test_a_question_that_cannot_be_is_refused_by_field(
    office: Office, query: dict[str, str]
) -> None:
    await office.hire("anna")
    async with office.browser("anna") as browser:
        status, problem = await browser.ask("GET", "/api/calls", params=query)

    assert (status, problem["field"].split(".")[0]) == (422, next(iter(query)))


async def test_pages_neither_lose_nor_double_a_call(office: Office) -> None:
    await office.hire("anna", extension="101")
    calls = [taken(serial, "101") for serial in range(1, 8)]
    await office.write(*calls)
    async with office.browser("anna") as browser:
        seen: list[str] = []
        page = await browser.get("/api/calls", limit="3")
        while True:
            seen += [call["linkedid"] for call in page["items"]]
            await office.write(taken(len(seen) + 100, "101"))  # newer ones come in meanwhile
            if page["next_cursor"] is None:
                break
            page = await browser.get("/api/calls", limit="3", cursor=page["next_cursor"])

    assert seen == [call.linkedid for call in reversed(calls)]


async def test_a_new_client_adopts_the_calls_of_its_number(office: Office) -> None:
    await office.hire("anna", extension="101")
    call = taken(1, "101")
    await office.write(call)
    async with office.browser("anna") as browser:
        body = {"name": "Анна", "phones": [{"number": "89161234567"}]}
        _, client = await browser.ask("POST", "/api/clients", body)
        adopted = await browser.get(f"/api/calls/{call.call_id}")
        calls = await listed(browser, client=client["id"])
        timeline = await browser.get(f"/api/clients/{client['id']}/timeline", kind="call")
        summary = await browser.get("/api/clients")

    assert adopted["client"] == {"id": client["id"], "name": "Анна"}
    assert calls == [call.linkedid]
    assert [entry["call"]["id"] for entry in timeline["items"]] == [str(call.call_id)]
    assert client["stats"]["calls"] == 1
    assert summary["items"][0]["last_call"]["result"] == "answered"


async def test_my_day_counts_what_happened_today(office: Office) -> None:
    await office.hire("anna", extension="101")
    await office.write(taken(1, "101"))
    async with office.browser("anna") as browser:
        day = await browser.get("/api/agents/me/day")

    assert set(day) == {
        "calls",
        "answered",
        "missed",
        "talk_seconds",
        "missed_calls",
        "recent_calls",
    }
