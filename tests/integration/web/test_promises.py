"""Promises over HTTP: one request in the talk, and the next card says what became of it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import col, update

from crm_core.access.tables import Team
from crm_core.calls.promises.tables import Promise
from crm_core.insight import rules
from crm_core.kernel.clock import utc_now
from crm_core.sales.tables import Task
from tests.integration.web.office import Office
from tests.integration.web.push_tab import open_tab
from tests.integration.web.random_calls import a_call, answer, end, ring
from tests.outbox import read_to_the_end

CLIENT = "89161234567"


def soon() -> str:
    return (utc_now() + timedelta(hours=1)).isoformat()


async def caught_up(office: Office) -> None:
    await read_to_the_end(office.database, rules.READER, rules.on_outbox_entry)


async def test_a_promise_is_made_in_a_talk_that_has_no_row_yet_and_kept_by_the_next(
    office: Office,
) -> None:
    await office.hire("anna", extension="101")
    now = utc_now()
    talk = answer(ring(a_call(1, number=CLIENT, queue=None, at=now), "101"), "101", now)
    async with office.browser("anna") as anna:
        await office.tell(talk, extension="101")
        path = f"/api/calls/{talk.call_id}/promises"
        assert (await anna.get(path))["items"] == []

        body = {"text": "Прислать счёт", "due_at": soon()}
        status, made = await anna.ask("POST", path, body)
        again, same = await anna.ask("POST", path, body)

        assert (status, again, made["id"]) == (201, 201, same["id"])
        assert (made["state"], made["text"], made["made_by"]["name"]) == (
            "open",
            "Прислать счёт",
            "Anna",
        )
        assert [one["id"] for one in (await anna.get(path))["items"]] == [made["id"]]
        assert [one["id"] for one in (await anna.get("/api/promises"))["items"]] == [made["id"]]

        later = utc_now() + timedelta(seconds=5)
        next_talk = answer(
            ring(a_call(2, number=CLIENT, queue=None, at=later), "101"), "101", later
        )
        await office.write(replace(talk, **_ended(talk)), replace(next_talk, **_ended(next_talk)))
        await caught_up(office)

        (kept,) = (await anna.get("/api/promises", state="kept"))["items"]
        assert (kept["id"], kept["settled_by"]) == (made["id"], "call")
        assert kept["settled_by_call_id"] == str(next_talk.call_id)
        task = await anna.get(f"/api/tasks/{made['task_id']}")
        assert (task["kind"], task["outcome"]) == ("promise", "done")


def _ended(call: Any) -> dict[str, Any]:
    over = end(call, call.started_at + timedelta(seconds=60))
    return {name: getattr(over, name) for name in ("status", "result", "ended_at", "legs")}


async def test_the_next_card_says_what_was_promised_and_not_done(office: Office) -> None:
    await office.hire("anna", extension="101")
    async with office.browser("anna") as anna:
        await anna.ask("POST", "/api/clients", {"name": "Мария", "phones": [{"number": CLIENT}]})
        now = utc_now() - timedelta(hours=2)
        talk = end(answer(ring(a_call(1, number=CLIENT, queue=None, at=now), "101"), "101"), now)
        await office.write(talk)
        body = {"text": "Прислать счёт", "due_at": soon()}
        await anna.ask("POST", f"/api/calls/{talk.call_id}/promises", body)
        late = utc_now() - timedelta(minutes=5)
        async with office.database.write() as unit:
            await unit.session.exec(update(Promise).values(due_at=late))
            await unit.session.exec(update(Task).values(due_at=late))

        (broken,) = (await anna.get("/api/promises", state="broken"))["items"]
        assert broken["state"] == "broken"
        async with open_tab(office, anna) as tab:
            await tab.frame()  # the snapshot
            rings = ring(a_call(2, number=CLIENT, queue=None, at=utc_now()), "101")
            await office.tell(rings, extension="101")
            facts = (await tab.frame())["card"]["facts"]

    assert (facts[0]["kind"], facts[0]["task_kind"], facts[0]["title"]) == (
        "pending_task",
        "promise",
        "Прислать счёт",
    )


async def test_a_promise_for_the_past_or_without_a_zone_is_refused(office: Office) -> None:
    await office.hire("anna", extension="101")
    talk = end(answer(ring(a_call(1, number=CLIENT, queue=None), "101"), "101"))
    await office.write(talk)
    async with office.browser("anna") as anna:
        path = f"/api/calls/{talk.call_id}/promises"
        for due_at in ("2026-03-02T09:00:00Z", "2126-03-02T09:00:00"):
            status, problem = await anna.ask("POST", path, {"due_at": due_at})
            assert (status, problem["field"]) == (422, "due_at")


async def test_how_a_team_stands_by_its_word_is_counted_and_every_count_opens(
    office: Office,
) -> None:
    north = Team(id=uuid4(), name="Север")
    async with office.database.write() as unit:
        unit.session.add(north)
    await office.hire("anna", extension="101")
    await office.hire("nina", extension="104", team_id=north.id)
    await office.hire("olga", role="supervisor")
    talks = {
        login: end(answer(ring(a_call(n, number=CLIENT, queue=None), extension), extension))
        for n, (login, extension) in enumerate([("anna", "101"), ("nina", "104")])
    }
    await office.write(*talks.values())
    states = {"anna": ("kept", "kept", "kept_late", "open", "open"), "nina": ("withdrawn",)}
    now = utc_now()
    for login, wanted in states.items():
        path = f"/api/calls/{talks[login].call_id}/promises"
        async with office.browser(login) as agent:
            for place, state in enumerate(wanted):
                body = {"text": f"{place}", "due_at": soon()}
                made = (await agent.ask("POST", path, body))[1]
                is_broken = place == len(wanted) - 1 and state == "open"
                due_at = now + timedelta(minutes=-5 if is_broken else 5)
                async with office.database.write() as unit:
                    its = update(Promise).where(col(Promise.id) == UUID(made["id"]))
                    await unit.session.exec(its.values(state=state, due_at=due_at))

    async with office.browser("olga") as olga, office.browser("nina") as nina:
        teams = (await olga.get("/api/promises/summary"))["items"]
        own = (await nina.get("/api/promises/summary"))["items"]
        past = {"to": now.isoformat()}
        (due,) = (await olga.get("/api/promises/summary", **past))["items"]
        for team in teams:
            for state in ("kept", "kept_late", "broken", "open", "withdrawn"):
                shown = await olga.get("/api/promises", state=state, team=team["team"]["id"])
                assert len(shown["items"]) == team[state]

    (theirs, ours) = sorted(teams, key=lambda one: one["made"])
    counted = {key: value for key, value in ours.items() if key != "team"}
    assert counted == {
        "made": 5,
        "kept": 2,
        "kept_late": 1,
        "broken": 1,
        "open": 1,
        "withdrawn": 0,
        "kept_share": 0.5,
    }
    assert (theirs["team"]["name"], theirs["made"], theirs["kept_share"]) == ("Север", 1, None)
    assert own == [theirs]
    assert (due["made"], due["broken"]) == (1, 1)
