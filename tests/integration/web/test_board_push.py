"""The live board pushed: the whole once, then what changes, to each what they may see."""

from collections.abc import Callable

from sqlmodel import select

from crm_core.access.tables import User
from crm_core.kernel.clock import utc_now
from crm_core.kernel.events import CallEnded, CallsReplaced
from tests.integration.web.office import Json, Office
from tests.integration.web.push_tab import Tab, open_tab
from tests.integration.web.random_calls import BusyFloor, a_call, answer, end, ring
from tests.integration.web.test_board import NUMBERS, QUEUES, board_of, floor

__all__ = ["floor"]


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
