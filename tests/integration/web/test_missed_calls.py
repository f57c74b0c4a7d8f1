"""The missed-call ledger over HTTP: who waits, who rings them, and how the books stand."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from crm_core.insight import rules
from crm_core.kernel.call_facts import CallSnapshot
from crm_core.kernel.clock import utc_now
from tests.integration.web.office import Browser, Office
from tests.integration.web.push_tab import open_tab
from tests.integration.web.random_calls import a_call, answer, end, ring
from tests.outbox import read_to_the_end

CLIENT, STRANGER = "89161234567", "89035550000"


def missed(serial: int, number: str, *, ago: float = 10) -> CallSnapshot:
    at = utc_now() - timedelta(minutes=ago)
    call = ring(a_call(serial, number=number, queue="sales"), "101")
    return replace(end(call, at), started_at=at - timedelta(seconds=20))


def talked(serial: int, number: str) -> CallSnapshot:
    at = utc_now()
    call = answer(ring(a_call(serial, number=number, queue=None), "101"), "101")
    return replace(end(call, at), started_at=at - timedelta(seconds=20))


async def told(office: Office, *calls: CallSnapshot) -> None:
    """Write calls, and let the rule that reads the outbox catch up."""
    await office.write(*calls)
    await read_to_the_end(office.database, rules.READER, rules.on_outbox_entry)


async def waiting(browser: Browser, **asked: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await browser.get("/api/missed-calls", **asked))["items"]
    return items


async def test_who_was_not_answered_stands_on_the_list_until_somebody_speaks_with_them(
    office: Office,
) -> None:
    user_id = await office.hire("anna", extension="101")
    async with office.browser("anna") as anna:
        _, client = await anna.ask(
            "POST", "/api/clients", {"name": "Мария", "phones": [{"number": CLIENT}]}
        )
        await anna.ask(
            "POST",
            "/api/deals",
            {"title": "Стойки", "client_id": client["id"], "amount_minor": 120_000_00},
        )

        await told(office, missed(1, CLIENT, ago=20), missed(2, CLIENT, ago=10))

        (debt,) = await waiting(anna)
        assert debt["client"] == {"id": client["id"], "name": "Мария"}
        assert (debt["number"], debt["times_called"], debt["queue"]) == ("+79161234567", 2, "sales")
        assert debt["assignee"]["id"] == str(user_id)
        assert debt["deals"] == {
            "count": 1,
            "sums": [{"currency": "RUB", "count": 1, "amount_minor": 120_000_00}],
        }
        assert debt["claim"] is None
        books = await anna.get("/api/missed-calls/summary")
        assert books == {"opened": 1, "settled": 0, "written_off": 0, "outstanding": 1}

        await told(office, talked(3, CLIENT))

        assert await waiting(anna) == []
        (debt,) = await waiting(anna, state="settled")
        assert debt["settled"]["how"] == "they_called"
        books = await anna.get("/api/missed-calls/summary")
        assert books == {"opened": 1, "settled": 1, "written_off": 0, "outstanding": 0}


async def test_a_claim_keeps_others_from_ringing_the_same_person(office: Office) -> None:
    await office.hire("anna", extension="101")
    await office.hire("boris", extension="102")
    await told(office, missed(1, STRANGER))
    async with office.browser("anna") as anna, office.browser("boris") as boris:
        (debt,) = await waiting(anna)
        path = f"/api/missed-calls/{debt['id']}/claim"

        status, claimed = await anna.ask("POST", path)
        refused, problem = await boris.ask("POST", path)
        renewed, again = await anna.ask("POST", path)
        kept, _ = await boris.ask("DELETE", path)

        assert (status, refused, renewed, kept) == (200, 409, 200, 409)
        assert claimed["claim"]["user"]["name"] == "Anna"
        assert problem["code"] == "already_claimed"
        assert (problem["about"]["who"], "until" in problem["about"]) == ("Anna", True)
        assert again["claim"]["until"] >= claimed["claim"]["until"]

        released, _ = await anna.ask("DELETE", path)
        taken, _ = await boris.ask("POST", path)
        assert (released, taken) == (204, 200)


async def test_a_write_off_says_why_and_is_final(office: Office) -> None:
    await office.hire("anna", extension="101")
    await told(office, missed(1, STRANGER))
    async with office.browser("anna") as anna:
        (debt,) = await waiting(anna)
        path = f"/api/missed-calls/{debt['id']}/write-off"

        empty = [(await anna.ask("POST", path, {"reason": text}))[0] for text in ("", "  ")]
        status, ended = await anna.ask("POST", path, {"reason": "Реклама"})
        twice, problem = await anna.ask("POST", path, {"reason": "Реклама"})
        claimed, _ = await anna.ask("POST", f"/api/missed-calls/{debt['id']}/claim")

        assert (empty, status, twice, claimed) == ([422, 422], 200, 409, 409)
        assert (ended["written_off"]["reason"], problem["code"]) == ("Реклама", "debt_ended")
        assert await waiting(anna) == []


async def test_screens_of_those_who_may_read_it_hear_that_somebody_waits(office: Office) -> None:
    await office.hire("anna", extension="101")
    async with office.browser("anna") as anna, open_tab(office, anna) as tab:
        await tab.frame()  # the snapshot

        await told(office, missed(1, STRANGER))

        assert (await tab.frame())["type"] == "missed_calls.changed"


@pytest.mark.parametrize("asked", [{"state": "gone"}, {"team": "x"}, {"limit": "0"}])
async def test_a_question_that_means_nothing_is_refused(
    office: Office, asked: dict[str, str]
) -> None:
    await office.hire("anna")
    async with office.browser("anna") as anna:
        status, problem = await anna.ask("GET", "/api/missed-calls", params=asked)

    assert (status, problem["field"]) == (422, next(iter(asked)))


async def test_hours_of_queue_team_and_office_are_set_and_told(office: Office) -> None:
    await office.hire("chief", role="admin")
    week = {"mon": [{"opens": "09:00", "closes": "18:00"}], "time_zone": "Asia/Omsk"}
    async with office.browser("chief") as chief:
        team = (await chief.get("/api/teams"))["items"][0]
        queue = {"pbx": "main", "name": "sales", "team_id": team["id"], "working_hours": week}
        status, made = await chief.ask("POST", "/api/queue-settings", queue)
        assert (status, made["team_id"]) == (201, team["id"])
        assert made["working_hours"]["mon"] == week["mon"]
        version = (await chief.get("/api/office"))["version"]
        for path, body in (
            (f"/api/teams/{team['id']}", {"working_hours": week}),
            ("/api/office", {"version": version, "working_hours": week}),
        ):
            status, changed = await chief.ask("PATCH", path, body)
            assert (status, changed["working_hours"]["time_zone"]) == (200, "Asia/Omsk")
        status, changed = await chief.ask(
            "PATCH", f"/api/teams/{team['id']}", {"working_hours": None}
        )
        assert (status, changed["working_hours"], changed["name"]) == (200, None, team["name"])

        backwards = {"mon": [{"opens": "18:00", "closes": "09:00"}]}
        status, problem = await chief.ask(
            "PATCH", f"/api/teams/{team['id']}", {"working_hours": backwards}
        )
        assert (status, problem["reason"]) == (422, "hours_overlap")
