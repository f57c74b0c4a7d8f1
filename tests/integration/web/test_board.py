"""The live board: its figures are those of the journal, within what each person may see."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from crm_core.access.tables import User
from crm_core.access.teams import add_team
from crm_core.kernel.clock import utc_now
from crm_core.kernel.events import (
    CallEnded,
    CallsReplaced,
    LinkChanged,
    QueueMemberFact,
    QueueMembersChanged,
)
from tests.integration.web.office import Browser, Json, Office
from tests.integration.web.push_tab import Tab, open_tab
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


class Watch:
    """The board as a tab holds it: the whole once, and what changes after."""

    def __init__(self, tab: Tab) -> None:
        self.tab = tab
        self.board: Json = {}
        self.told: list[str] = []

    async def begin(self) -> Json:
        await self.tab.say({"type": "watch", "topic": "board"})
        return await self.next()

    async def next(self) -> Json:
        """Read the next frame of the board, whichever it is, and give the board as it is then."""
        while True:
            frame = await self.tab.frame()
            self.told.append(frame["type"])
            if frame["type"] == "board.snapshot":
                self.board = dict(frame["board"])
                return self.board
            if frame["type"] == "board.changed":
                self.board = apply(self.board, frame)
                return self.board

    async def until(self, is_so: Callable[[Json], bool]) -> Json:
        while not is_so(await self.next()):
            pass
        return self.board


KEYS: dict[str, Callable[[Json], str]] = {
    "queues": lambda row: f"{row['pbx']}/{row['name']}",
    "agents": lambda row: f"{row['user_id']}/{row['extension']}",
    "calls": lambda row: str(row["id"]),
}


def apply(board: Json, frame: Json) -> Json:
    """What a screen makes of a change."""
    after = board | {"at": frame["at"]} | (frame["totals"] or {})
    for name in ("links", "gaps"):
        after[name] = board[name] if frame[name] is None else frame[name]
    for name, key_of in KEYS.items():
        rows = {key_of(row): row for row in board[name]}
        rows |= {key_of(row): row for row in frame[name]}
        after[name] = [row for key, row in rows.items() if key not in frame["gone"]]
    return after


async def test_who_watches_is_told_at_once_and_whenever_something_changes(floor: Office) -> None:
    async with floor.browser("sergey") as browser, open_tab(floor, browser) as tab:
        watch = Watch(tab)
        assert (await watch.begin())["calls"] == []

        call = a_call(1, number=NUMBERS[0], queue="sales")
        await floor.tell(call)
        told = await watch.until(lambda board: board["calls"] != [])
        assert [one["id"] for one in told["calls"]] == [str(call.call_id)]

        floor.bus.publish(CallEnded(at=utc_now(), call=end(call)))
        await watch.until(lambda board: board["calls"] == [])
        floor.bus.publish(CallsReplaced(at=utc_now(), pbx="main", calls=(call,)))
        await watch.until(lambda board: len(board["calls"]) == 1)


async def test_only_what_has_changed_is_told_and_it_adds_up_to_the_whole(floor: Office) -> None:
    async with floor.browser("sergey") as browser, open_tab(floor, browser) as tab:
        watch = Watch(tab)
        await watch.begin()
        play = BusyFloor(numbers=NUMBERS, queues=QUEUES, seed=11)
        for event in play.events(60):
            floor.bus.publish(event)
        await floor.bus.join()
        live = {str(call.call_id) for call in floor.board.floor.calls}
        await watch.until(lambda board: {one["id"] for one in board["calls"]} == live)
        shown = await board_of(browser)

    assert watch.told.count("board.snapshot") == 1
    for name, key_of in KEYS.items():
        rows = {key_of(row): row for row in watch.board[name]}
        assert rows == {key_of(row): row for row in shown[name]}


async def test_who_missed_something_or_asks_again_is_told_the_whole(floor: Office) -> None:
    async with floor.browser("sergey") as browser, open_tab(floor, browser) as tab:
        watch = Watch(tab)
        await watch.begin()
        await watch.begin()
        await tab.say({"type": "resync"})
        await tab.say({"type": "watch", "topic": "board"})
        await watch.next()

    boards = [told for told in watch.told if told.startswith("board.")]
    assert boards == ["board.snapshot"] * 3


async def test_a_change_goes_to_those_alone_who_may_see_it(floor: Office) -> None:
    """Marina manages Anna and Boris; Vera, of another team, gets a call."""
    async with (
        floor.browser("marina") as hers,
        floor.browser("sergey") as his,
        open_tab(floor, hers) as manager,
        open_tab(floor, his) as supervisor,
    ):
        own, whole = Watch(manager), Watch(supervisor)
        await own.begin()
        await whole.begin()
        call = answer(ring(a_call(1, number=NUMBERS[0], queue="support"), "103"), "103")
        await floor.tell(call)
        await whole.until(lambda board: board["calls"] != [])
        mine = answer(ring(a_call(2, number=NUMBERS[1], queue="sales"), "101"), "101")
        await floor.tell(mine)
        board = await own.until(lambda board: board["calls"] != [])

    assert [one["id"] for one in board["calls"]] == [str(mine.call_id)]
    assert {queue["name"] for queue in board["queues"]} == {"sales"}
    assert {agent["extension"] for agent in board["agents"]} == {"101", "102"}


async def test_a_role_that_changes_changes_the_board_at_the_next_news(floor: Office) -> None:
    async with floor.browser("sergey") as browser, open_tab(floor, browser) as tab:
        watch = Watch(tab)
        await watch.begin()
        async with floor.database.write() as unit:
            sergey = (await unit.session.exec(select(User).where(User.login == "sergey"))).one()
            sergey.role = "manager"
            unit.session.add(sergey)
        await floor.tell(a_call(1, number=NUMBERS[0], queue="sales"))
        board = await watch.next()

    assert board["scope"] == "team"
    assert {agent["extension"] for agent in board["agents"]} == {"103"}
    assert watch.told[-1] == "board.snapshot"


async def test_a_push_is_what_rest_would_show_to_that_person(floor: Office) -> None:
    async with floor.browser("marina") as browser, open_tab(floor, browser) as tab:
        await floor.tell(answer(ring(a_call(1, number=NUMBERS[0], queue=None), "103"), "103"))
        pushed = await Watch(tab).begin()
        shown = await board_of(browser)

    for name in ("scope", "queues", "calls", "answered", "missed", "day_from"):
        assert pushed[name] == shown[name]
    assert pushed["calls"] == []
