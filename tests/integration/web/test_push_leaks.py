"""T11: what a socket is told is what REST would show its user, and nothing of anybody else's."""

import asyncio
from typing import Any

import pytest

from crm_core.access.users import NewUser, Phone, add_user
from crm_core.kernel.call_facts import CallSnapshot, LegOutcome
from crm_core.kernel.database import Database
from tests.integration.web.office import PASSWORD, Browser, Office
from tests.integration.web.push_tab import Tab, open_tab
from tests.integration.web.random_calls import (
    BusyFloor,
    a_call,
    answer,
    end,
    ring,
    stop_ringing,
)
from tests.integration.web.test_enumeration import FORBIDDEN, with_a_foreign_client

QUEUES = {"sales": ["101"], "support": ["102"], "all": ["101", "102"]}
NUMBERS = [f"7916000{number:04}" for number in range(20)]

Json = dict[str, Any]


async def read_until_told_again(tab: Tab) -> list[Json]:
    """All frames up to the snapshot that answers a resync: so nothing is still on its way."""
    frames: list[Json] = []
    while not frames or frames[-1]["type"] != "snapshot":
        frames.append(await tab.frame())
    return frames


async def play(office: Office, floor: BusyFloor, count: int) -> None:
    for number, event in enumerate(floor.events(count)):
        office.bus.publish(event)
        if number % 20 == 0:
            await office.bus.join()
    await office.bus.join()


def calls_at(floor: BusyFloor, extension: str) -> set[str]:
    """The calls that rang or were taken at a phone."""

    def has_rung(call: CallSnapshot) -> bool:
        return any(leg.extension == extension for leg in call.legs)

    return {str(call.call_id) for call in floor.calls.values() if has_rung(call)}


async def compare_with_rest(browser: Browser, frames: list[Json]) -> None:
    """What was pushed is what REST lists for this user, and what REST tells of it is the same."""
    listed: dict[str, Json] = {}
    page: Json = {"next_cursor": None}
    while not listed or page["next_cursor"]:
        cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else {}
        page = await browser.get("/api/calls", limit="200", **cursor)
        listed |= {call["id"]: call for call in page["items"]}
    pushed = [frame for frame in frames if frame["type"].startswith("call.")]
    assert {frame["call_id"] for frame in pushed} == set(listed)
    for frame in pushed:
        told, rest = frame.get("call"), listed[frame["call_id"]]
        if told:
            assert all(told[name] == rest[name] for name in ("number", "queue", "client", "pbx"))
        if card := frame.get("card"):
            assert (card["number"], card["client"]) == (rest["number"], rest["client"])


async def client_status(browser: Browser, client_id: str) -> int:
    status, _ = await browser.ask("GET", f"/api/clients/{client_id}")
    return status


async def test_whose_phone_rings_may_read_the_client_then_and_later_if_they_spoke(
    office: Office,
) -> None:
    await office.hire("anna", extension="101")
    await office.hire("boris", extension="102")
    client_id = await with_a_foreign_client(office)
    call = ring(ring(a_call(1, number=FORBIDDEN, queue="all"), "101"), "102")
    async with office.browser("anna") as anna, office.browser("boris") as boris:
        before = [await client_status(browser, client_id) for browser in (anna, boris)]
        async with open_tab(office, anna) as tab:
            await tab.frame()
            await office.tell(call, extension="101")
            card = (await tab.frame())["card"]
        ringing = [await client_status(browser, client_id) for browser in (anna, boris)]
        taken = stop_ringing(answer(call, "102"), "101", LegOutcome.ANSWERED_ELSEWHERE)
        await office.tell(taken)
        await office.write(end(taken))
        await office.tell(end(taken))
        after = [await client_status(browser, client_id) for browser in (anna, boris)]

    assert card["client"]["id"] == client_id
    assert (before, ringing, after) == ([404, 404], [200, 200], [404, 200])


@pytest.mark.parametrize(
    ("count", "seed"), [(500, 1), (500, 2), pytest.param(10_000, 3, marks=pytest.mark.torture)]
)
async def test_two_agents_of_two_queues_are_told_of_their_own_calls_alone(
    office: Office, count: int, seed: int
) -> None:
    await office.hire("anna", extension="101")
    await office.hire("boris", extension="102")
    floor = BusyFloor(queues=QUEUES, numbers=NUMBERS, seed=seed)
    async with (
        office.browser("anna") as anna,
        office.browser("boris") as boris,
        open_tab(office, anna) as hers,
        open_tab(office, boris) as his,
    ):
        for tab in (hers, his):
            await tab.frame()
        reading = [asyncio.create_task(read_until_told_again(tab)) for tab in (hers, his)]
        await play(office, floor, count)
        for tab in (hers, his):
            await tab.say({"type": "resync"})
        told = await asyncio.gather(*reading)
        await office.write(*floor.calls.values())
        for browser, frames in zip((anna, boris), told, strict=True):
            await compare_with_rest(browser, frames)

    for extension, frames in zip(("101", "102"), told, strict=True):
        about = {frame["call_id"] for frame in frames if frame["type"].startswith("call.")}
        rung = [frame for frame in frames if frame["type"] == "call.ringing"]
        assert about == calls_at(floor, extension)
        assert {frame["extension"] for frame in rung} == {extension}
        assert frames[-1]["calls"] == []  # every call has ended


async def test_a_phone_that_rings_while_its_new_user_logs_in_shows_the_card(
    office: Office, database_url: str
) -> None:
    await office.tell(ring(a_call(1, number=FORBIDDEN, queue=None), "101"), extension="101")
    other_process = Database.connect(database_url)
    async with other_process.write() as unit:
        hashed = await office.passwords.hash(PASSWORD)
        phones = [Phone(pbx="main", extension="101")]
        new = NewUser(login="anna", name="A", role="agent", password_hash=hashed, phones=phones)
        await add_user(unit, new)
    await other_process.close()
    async with office.browser("anna") as anna, open_tab(office, anna) as tab:
        snapshot = await tab.frame()

    assert [call["extension"] for call in snapshot["calls"]] == ["101"]
