"""One person, several tabs and several browsers: one line, one ring, one note."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from playwright.async_api import Browser, expect

from tests.allo_clients import Api
from tests.allo_process import ANNA, AlloProcess
from tests.asterisk.desk import talk
from tests.asterisk.office import Office
from tests.asterisk.scenarios import phones_of
from tests.browser.screen import PATIENCE_MS, Screen, screen_of

pytestmark = [pytest.mark.asterisk, pytest.mark.browser]

# Notes what a page sounds and what it tells the system: neither can be seen from outside.
LISTEN = """
window.__tones = 0;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (at) {
  window.__tones += 1;
  return start.call(this, at);
};
window.__notices = [];
window.Notification = class {
  static permission = "granted";
  static requestPermission = async () => "granted";
  constructor(title, options) {
    this.words = [title, options.body].join(" ");
    window.__notices.push(this);
  }
  close() { window.__notices = window.__notices.filter((one) => one !== this); }
};
window.__isHidden = false;
Object.defineProperty(Document.prototype, "visibilityState", {
  get: () => (window.__isHidden ? "hidden" : "visible"),
});
"""


class Tabs:
    """Opens tabs of one browser, and browsers, for Anna."""

    def __init__(self, browser: Browser, allo: AlloProcess, stack: AsyncExitStack) -> None:
        self._browser, self._allo, self._stack = browser, allo, stack

    async def first(self) -> Screen:
        """The first tab of a browser of its own."""
        screen = await self._stack.enter_async_context(screen_of(ANNA, self._browser, self._allo))
        await screen.page.context.add_init_script(LISTEN)
        await screen.go("/")
        return screen

    async def another(self, beside: Screen) -> Screen:
        """One more tab of the same browser."""
        page = await beside.page.context.new_page()
        screen = Screen(page, self._allo, beside.api)
        await screen.go("/")
        return screen


@pytest.fixture
async def tabs(browser: Browser, allo: AlloProcess) -> AsyncIterator[Tabs]:
    async with AsyncExitStack() as stack:
        yield Tabs(browser, allo, stack)


async def hide(*screens: Screen) -> None:
    """Nobody looks at these any more."""
    for screen in screens:
        await screen.page.evaluate(
            "() => { window.__isHidden = true;"
            " document.dispatchEvent(new Event('visibilitychange')); }"
        )


async def tones(screen: Screen) -> int:
    return int(await screen.page.evaluate("window.__tones"))


async def notices(screen: Screen) -> list[str]:
    return list(await screen.page.evaluate("window.__notices.map((one) => one.words)"))


async def until(asked: Callable[[], Awaitable[bool]]) -> None:
    """Ask again and again: the page's policy lets nobody wait inside it."""
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while not await asked():  # noqa: ASYNC110 - nobody here could set an event
            await asyncio.sleep(0.05)


async def until_it_rings(screen: Screen) -> None:
    async def rings() -> bool:
        return await tones(screen) > 0

    await until(rings)


async def until_notices(screen: Screen, count: int) -> list[str]:
    async def are_there() -> bool:
        return len(await notices(screen)) == count

    await until(are_there)
    return await notices(screen)


async def test_one_tab_rings_and_when_it_is_closed_the_next_goes_on(
    tabs: Tabs, office: Office
) -> None:
    (phone,) = await phones_of(office, "101")
    leader = await tabs.first()
    other = await tabs.another(leader)
    await office.trunk.call("74950000101", caller="+79160170001")
    ring = await phone.ringing()
    await until_it_rings(leader)
    await expect(other.cards).to_have_count(1)
    assert await tones(other) == 0

    await leader.page.close()
    await until_it_rings(other)
    await ring.decline()
    await expect(other.popup).to_be_hidden()
    assert other.troubles == []


async def test_what_is_done_to_a_card_in_one_tab_or_browser_is_seen_in_all(
    tabs: Tabs, office: Office
) -> None:
    (phone,) = await phones_of(office, "101")
    here = await tabs.first()
    there = await tabs.another(here)
    at_home = await tabs.first()
    body = {
        "kind": "person",
        "name": "Вера Вкладкина",
        "phones": [{"number": "+79160170002", "label": "mobile"}],
    }
    await here.api.post("/api/clients", body)
    await office.trunk.call("74950000101", caller="+79160170002")
    ring = await phone.ringing()
    await here.popup.locator("[data-primary]").click()
    await here.page.wait_for_url("**/clients/*")
    await expect(there.popup).to_contain_text("Открыта в другой вкладке")

    await there.popup.get_by_role("button", name="Скрыть").click()
    for screen in (here, there, at_home):
        await expect(screen.popup).to_be_hidden()
    await ring.decline()
    assert [screen.troubles for screen in (here, there, at_home)] == [[], [], []]


async def test_a_note_begun_in_one_tab_and_ended_in_another_is_one_note(
    tabs: Tabs, office: Office
) -> None:
    (phone,) = await phones_of(office, "101")
    here = await tabs.first()
    call = await office.trunk.call("74950000101", caller="+79160170003")
    await expect(here.popup).to_be_visible()  # found in a talk, a new page stays where it is
    await (await phone.ringing()).answer()
    await call.up()
    await here.page.wait_for_url("**/calls/*")
    there = await tabs.another(here)
    await there.page.goto(here.page.url)

    await here.note.press_sequentially("Просит счёт")
    await expect(there.note).to_have_value("Просит счёт")
    await there.note.press("End")
    await there.note.press_sequentially(" и звонок во вторник")
    await expect(there.page.get_by_text("Сохранено")).to_be_visible()
    await expect(here.note).to_have_value("Просит счёт и звонок во вторник")
    await expect(here.page.get_by_text("Сохранено")).to_be_visible()
    await here.note.press("End")
    await here.note.press_sequentially(", до обеда")
    await here.page.close(run_before_unload=False)  # before the pause after which it is sent

    whole = "Просит счёт и звонок во вторник, до обеда"
    await expect(there.note).to_have_value(whole)
    await talk(call, call, packets=20)
    await noted(there.api, "+79160170003", whole)
    assert there.troubles == []


async def noted(api: Api, number: str, text: str) -> None:
    """Wait until the server has this very note."""

    async def is_there() -> bool:
        calls = await api.items("/api/calls", number=number)
        return [call["note"] for call in calls] == [text]

    await until(is_there)


async def test_a_result_chosen_in_one_tab_stands_in_the_other(tabs: Tabs, office: Office) -> None:
    (phone,) = await phones_of(office, "101")
    here = await tabs.first()
    call = await office.trunk.call("74950000101", caller="+79160170004")
    await expect(here.popup).to_be_visible()  # found in a talk, a new page stays where it is
    await (await phone.ringing()).answer()
    await call.up()
    await here.page.wait_for_url("**/calls/*")
    there = await tabs.another(here)
    await there.page.goto(here.page.url)
    await talk(call, call, packets=20)

    chips = here.page.get_by_role("group", name="Итог разговора").get_by_role("button")
    await chips.first.click()
    result = (await chips.first.inner_text()).split("\n")[0]
    same = there.page.get_by_role("group", name="Итог разговора").get_by_role("button", name=result)
    await expect(same).to_have_attribute("aria-pressed", "true")
    await here.page.get_by_role("button", name="Готово").click()
    await expect(there.page.get_by_role("button", name="Готово")).to_be_hidden()
    assert [here.troubles, there.troubles] == [[], []]


async def test_nobody_looks_so_the_system_tells_once_without_a_name(
    tabs: Tabs, office: Office, olga: Api
) -> None:
    (phone,) = await phones_of(office, "101")
    leader = await tabs.first()
    await leader.go("/profile")
    await leader.page.get_by_label("Сообщения системы").check()
    other = await tabs.another(leader)
    painted = (await olga.get("/api/board"))["pop"]["painted"]
    await hide(leader, other)
    await office.trunk.call("74950000101", caller="+79160170005", name="Секретная Клиентка")
    ring = await phone.ringing()
    (told,) = await until_notices(leader, 1)
    assert "Входящий звонок" in told
    assert "Секретная" not in told
    assert "017" not in told
    assert await notices(other) == []

    await ring.decline()
    await until_notices(leader, 0)
    board = await olga.get("/api/board")
    assert board["pop"]["painted"] == painted  # a card that nobody could see was not shown
