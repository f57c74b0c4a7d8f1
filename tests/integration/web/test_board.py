"""The live board: its figures are those of the journal, within what each person may see."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from crm_core.access.tables import User
from crm_core.access.teams import add_team
from crm_core.calls.queue_settings import QueueDraft, add_queue
from crm_core.kernel.clock import utc_now
from crm_core.kernel.events import (
    CallEnded,
    LinkChanged,
    QueueMemberFact,
    QueueMembersChanged,
)
from tests.integration.web.office import Browser, Json, Office
from tests.integration.web.push_tab import open_tab
from tests.integration.web.random_calls import BusyFloor, a_call, answer, end, ring

NUMBERS = [f"7916000{number:04}" for number in range(20)]
QUEUES = {"sales": ["101", "102"], "support": ["103"]}


@pytest.fixture
async def floor(office: Office) -> Office:
    """Anna and Boris sell, Vera of another team supports; Marina manages, Sergey supervises."""
    async with office.database.write() as unit:
        other = await add_team(unit, "Сервис")
    await office.hire("anna", extension="101")
    await office.hire("boris", extension="102")
    await office.hire("vera", extension="103", team_id=other.id)
    await office.hire("marina", role="manager")
    await office.hire("sergey", role="supervisor", team_id=other.id)
    members = tuple(
        QueueMemberFact(queue=queue, extension=extension, name=None)
        for queue, extensions in QUEUES.items()
        for extension in extensions
    )
    office.bus.publish(LinkChanged(at=utc_now(), pbx="main", is_up=True))
    office.bus.publish(QueueMembersChanged(at=utc_now(), pbx="main", members=members))
    await office.bus.join()
    return office


async def board_of(browser: Browser) -> Json:
    return await browser.get("/api/board")


def state_of(board: Json, extension: str) -> str:
    states = {agent["extension"]: agent["state"] for agent in board["agents"]}
    return str(states[extension])


async def count(browser: Browser, **asked: str) -> int:
    found: list[Any] = []
    page: Json = {"next_cursor": None}
    while not found or page["next_cursor"]:
        more = {"cursor": page["next_cursor"]} if page["next_cursor"] else {}
        page = await browser.get("/api/calls", limit="200", **asked, **more)
        found += page["items"]
        if not page["items"]:
            break
    return len(found)


async def test_who_waits_who_talks_and_who_is_paused(floor: Office) -> None:
    now = utc_now()
    waiting = replace(a_call(1, number=NUMBERS[0], queue="sales", at=now), started_at=now)
    ringing = ring(a_call(2, number=NUMBERS[1], queue="sales", at=now), "102", now)
    talking = answer(ring(a_call(3, number=NUMBERS[2], queue=None, at=now), "101", now), "101")
    await floor.tell(waiting)
    await floor.tell(ringing)
    await floor.tell(talking)
    async with floor.browser("sergey") as browser:
        board = await board_of(browser)

    queues = {queue["name"]: queue for queue in board["queues"]}
    assert (queues["sales"]["waiting"], queues["support"]["waiting"]) == (2, 0)
    assert queues["sales"]["longest_since"] is not None
    assert (state_of(board, "101"), state_of(board, "102")) == ("on_call", "ringing")
    assert state_of(board, "103") == "ready"
    assert {call["id"] for call in board["calls"]} == {
        str(call.call_id) for call in (waiting, ringing, talking)
    }


async def test_pauses_and_lost_links_are_states(floor: Office) -> None:
    paused = QueueMemberFact(
        queue="sales", extension="101", name=None, is_paused=True, pause_reason="обед"
    )
    gone = QueueMemberFact(queue="sales", extension="102", name=None, is_reachable=False)
    floor.bus.publish(QueueMembersChanged(at=utc_now(), pbx="main", members=(paused, gone)))
    await floor.bus.join()
    async with floor.browser("sergey") as browser:
        board = await board_of(browser)
        assert (state_of(board, "101"), state_of(board, "102")) == ("paused", "offline")
        assert board["agents"][0]["pause_reason"] == "обед"
        assert board["queues"][0]["members_paused"] == 1

        floor.bus.publish(LinkChanged(at=utc_now(), pbx="main", is_up=False, reason="silent"))
        await floor.bus.join()
        lost = await board_of(browser)

    assert {agent["state"] for agent in lost["agents"]} == {"lost"}
    assert [link["is_up"] for link in lost["links"]] == [False]


@pytest.mark.parametrize("login", ["sergey", "marina", "anna"])
async def test_every_figure_of_today_opens_as_many_calls(floor: Office, login: str) -> None:
    """Over a busy day of random calls, each number is what the journal lists for its link."""
    play = BusyFloor(numbers=NUMBERS, queues=QUEUES, seed=7)
    list(play.events(400))
    shift = utc_now() - max(call.started_at for call in play.calls.values())
    calls = [end(replace(call, started_at=call.started_at + shift)) for call in play.calls.values()]
    await floor.write(*calls)
    async with floor.browser(login) as browser:
        board = await board_of(browser)
        since = {"from": board["day_from"], "status": "ended"}
        of_queues = {
            (queue["name"], word): await count(browser, queue=queue["name"], result=word, **since)
            for queue in board["queues"]
            for word in ("answered", "abandoned")
        }
        answered = await count(browser, direction="inbound", result="answered", **since)
        missed = "abandoned,no_answer,busy,declined,failed"
        not_answered = await count(browser, direction="inbound", result=missed, **since)

    assert of_queues == {
        (queue["name"], word): queue[word]
        for queue in board["queues"]
        for word in ("answered", "abandoned")
    }
    assert (board["answered"], board["missed"]) == (answered, not_answered)
    assert login == "anna" or answered > 0


async def describe(floor: Office, **more: Any) -> None:
    """Say of the queue sales what holds there."""
    usual: Json = {"is_disposition_required": False, "wrap_up_seconds": None, "dispositions": ()}
    draft = QueueDraft(**{**usual, "pbx": "main", "name": "sales", "title": "", **more})
    async with floor.database.write() as unit:
        by = (await unit.session.exec(select(User).where(User.login == "sergey"))).one().id
        await add_queue(unit, draft, by=by)
    await floor.directory.reload(floor.database)


async def test_a_level_of_service_is_who_was_answered_in_the_queue_s_time_and_opens_them(
    floor: Office,
) -> None:
    """Callers of sales are answered after 5, 12 and 25 seconds; a fourth gives up."""
    now = utc_now()
    answered_after = {1: 5, 2: 12, 3: 25}
    for place, seconds in answered_after.items():
        call = ring(a_call(place, number=NUMBERS[place], queue="sales", at=now), "101", now)
        taken = answer(call, "101", now + timedelta(seconds=seconds))
        (visit,) = end(taken, now + timedelta(seconds=seconds)).queues
        await floor.write(replace(end(taken, now + timedelta(seconds=90)), queues=(visit,)))
    await floor.write(end(a_call(4, number=NUMBERS[4], queue="sales", at=now), now))

    async def level(browser: Browser) -> tuple[int, int, int]:
        board = await board_of(browser)
        (told,) = (queue["service"] for queue in board["queues"] if queue["name"] == "sales")
        since = {"from": board["day_from"], "status": "ended", "queue": "sales"}
        assert told["within"] == await count(browser, answered_within=str(told["seconds"]), **since)
        assert told["offered"] == await count(browser, **since)
        return told["seconds"], told["within"], told["offered"]

    async with floor.browser("sergey") as browser:
        of_the_office = await level(browser)
        await describe(floor, service_level_seconds=10)
        of_its_own = await level(browser)

    assert (of_the_office, of_its_own) == ((20, 2, 4), (10, 1, 4))


async def test_who_spoke_with_a_queue_s_caller_writes_it_up_until_they_say_it_is_done(
    floor: Office,
) -> None:
    await describe(floor, wrap_up_seconds=600)
    now = utc_now()
    call = ring(ring(a_call(1, number=NUMBERS[0], queue="sales", at=now), "101", now), "102", now)
    talk = answer(call, "101", now)
    await floor.tell(talk)
    floor.bus.publish(CallEnded(at=now, call=end(talk, now)))
    await floor.bus.join()
    async with floor.browser("sergey") as his, floor.browser("anna") as hers:
        board = await board_of(his)
        assert (state_of(board, "101"), state_of(board, "102")) == ("wrap_up", "ready")
        async with open_tab(floor, hers) as tab:
            await tab.frame()
            await tab.say({"type": "wrapped_up", "call_id": str(talk.call_id)})
            await tab.say({"type": "resync"})
            await tab.frame()
        assert state_of(await board_of(his), "101") == "ready"


async def test_a_wrap_up_ends_by_itself_when_its_time_is_over(floor: Office) -> None:
    await describe(floor, wrap_up_seconds=60)
    long_ago = utc_now() - timedelta(seconds=61)
    talk = answer(ring(a_call(1, number=NUMBERS[0], queue="sales"), "101"), "101")
    await floor.tell(talk)
    floor.bus.publish(CallEnded(at=long_ago, call=end(talk, long_ago)))
    await floor.bus.join()
    async with floor.browser("sergey") as browser:
        assert state_of(await board_of(browser), "101") == "ready"


@pytest.mark.parametrize(
    ("login", "cards", "unseen"), [("sergey", 3, 2), ("marina", 2, 1), ("anna", 1, 0)]
)
async def test_cards_of_one_s_own_people_alone_are_counted_and_open_their_calls(
    floor: Office, login: str, cards: int, unseen: int
) -> None:
    """A queue rings Anna, Boris and Vera of the other team; Anna alone looks at her screen."""
    async with floor.database.read() as session:
        anna = (await session.exec(select(User).where(User.login == "anna"))).one().id
    now = utc_now()
    one, other = (a_call(place, number=NUMBERS[place], queue="sales", at=now) for place in (1, 2))
    for extension in ("101", "102"):
        one = ring(one, extension, now)
        await floor.tell(one, extension=extension)
    other = ring(other, "103", now)
    await floor.tell(other, extension="103")
    floor.screen_pop.painted(anna, one.call_id, now + timedelta(milliseconds=250))
    await floor.screen_pop.flush_proof()
    await floor.write(end(answer(one, "101", now), now), end(answer(other, "103", now), now))

    async with floor.browser(login) as browser:
        board = await board_of(browser)
        since = {"from": board["day_from"], "status": "ended"}
        seen = await count(browser, card="painted", **since)
        not_seen = await count(browser, card="unpainted", **since)
        slow = await count(browser, card="painted", card_slower_ms="200", **since)
        slower = await count(browser, card="painted", card_slower_ms="900", **since)

    pop = board["pop"]
    assert (pop["sent"], pop["painted"], pop["calls_unpainted"]) == (cards, 1, unseen)
    assert (pop["p50_ms"], pop["p95_ms"]) == (250.0, 250.0)
    assert (seen, not_seen, slow, slower) == (1, unseen, 1, 0)


async def test_each_role_sees_its_own_people_and_their_calls_alone(floor: Office) -> None:
    talks = {
        extension: answer(ring(a_call(place, number=number, queue=None), extension), extension)
        for place, (extension, number) in enumerate(
            zip(("101", "102", "103"), NUMBERS, strict=False)
        )
    }
    for talk in talks.values():
        await floor.tell(talk)
    seen = {}
    for login in ("anna", "marina", "sergey"):
        async with floor.browser(login) as browser:
            board = await board_of(browser)
            seen[login] = (
                {agent["extension"] for agent in board["agents"]},
                {call["id"] for call in board["calls"]},
                {queue["name"] for queue in board["queues"]},
            )
    ids = {extension: str(talk.call_id) for extension, talk in talks.items()}

    assert seen["anna"] == ({"101"}, {ids["101"]}, {"sales"})
    assert seen["marina"] == ({"101", "102"}, {ids["101"], ids["102"]}, {"sales"})
    assert seen["sergey"] == ({"101", "102", "103"}, set(ids.values()), {"sales", "support"})
