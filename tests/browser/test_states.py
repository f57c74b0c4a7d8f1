"""The state button: a break and back, writing up against the clock, a seat at a shared desk."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from playwright.async_api import Browser, Locator, expect

from tests.allo_clients import Api
from tests.allo_process import ANNA, OLGA, AlloProcess, Person
from tests.asterisk.desk import talk
from tests.asterisk.office import Office
from tests.browser.conftest import Screens
from tests.browser.screen import Screen, screen_of

pytestmark = [pytest.mark.asterisk, pytest.mark.browser]

ZOYA = Person("zoya", "Зоя Громова", role="admin")
KIRA = Person("kira", "Кира Ершова")
LEV = Person("lev", "Лев Зимин")
SALES = "74950000701"


@pytest.fixture
async def zoya(own_allo: AlloProcess) -> AsyncIterator[Api]:
    """The administrator: sales gives ten minutes to write up, and the phone 109 is shared."""
    for person in (ZOYA, KIRA, LEV):
        await asyncio.to_thread(own_allo.add, person)
    async with Api(own_allo) as zoya:
        await zoya.log_in(ZOYA)
        wanted = {"pbx": "main", "name": "sales", "wrap_up_seconds": 600}
        await zoya.post("/api/queue-settings", wanted)
        await zoya.post("/api/shared-desks", {"pbx": "main", "extension": "109"})
        yield zoya


def state(screen: Screen) -> Locator:
    return screen.page.get_by_role("button", name="Состояние линии")


async def test_a_break_is_one_click_away_and_the_supervisor_ends_it(
    own_screens: Screens, own_office: Office, zoya: Api
) -> None:
    await own_office.phone("101")
    anna, olga = await own_screens(ANNA, OLGA)
    await olga.go("/board")
    await expect(state(anna)).to_contain_text("Готов")

    await state(anna).click()
    await anna.page.get_by_role("menuitem", name="Обед").click()
    await expect(state(anna)).to_contain_text("Перерыв: Обед")
    row = olga.page.locator('[data-agent="101"]')
    await expect(row).to_contain_text("перерыв: Обед")

    await row.get_by_role("button", name="Готов или перерыв").click()
    await olga.page.get_by_role("menuitem", name="Готов").click()
    await expect(row).to_contain_text("готов")
    await expect(state(anna)).to_contain_text("Готов")
    assert (anna.troubles, olga.troubles) == ([], [])


async def test_writing_up_has_a_clock_that_gives_more_and_ends_at_a_word(
    own_screens: Screens, own_office: Office, zoya: Api
) -> None:
    phone = await own_office.phone("101")
    (anna,) = await own_screens(ANNA)
    await expect(state(anna)).to_contain_text("Готов")
    call = await own_office.trunk.call(SALES, caller="+79160050001")
    ring = await phone.ringing()
    await expect(anna.popup).to_contain_text("+7 916 005-00-01")
    await ring.answer()
    await expect(state(anna)).to_contain_text("На линии")
    await talk(call, ring, packets=call.rtp.packets_heard + 20)
    await expect(state(anna)).to_contain_text("Постобработка")
    await expect(state(anna)).to_contain_text("09:")
    await anna.page.get_by_role("button", name="Ещё 30 секунд").click()
    await expect(state(anna)).to_contain_text("10:")
    await anna.page.get_by_role("banner").get_by_role("button", name="Готов", exact=True).click()
    await expect(state(anna)).to_contain_text("Готов")
    assert anna.troubles == []


async def test_a_shared_desk_is_taken_by_whoever_sits_down(
    browser: Browser, own_allo: AlloProcess, own_office: Office, zoya: Api
) -> None:
    phone = await own_office.phone("109")
    async with AsyncExitStack() as stack:
        kira, lev = [
            await stack.enter_async_context(screen_of(person, browser, own_allo))
            for person in (KIRA, LEV)
        ]
        for screen in (kira, lev):
            await state(screen).click()
            await screen.page.get_by_role("menuitem", name="Сесть за телефон 109").click()
            await expect(screen.page.get_by_role("menuitem")).to_have_count(0)
            await expect(state(screen)).to_contain_text("Готов")
        notice = kira.page.get_by_role("button", name="За телефоном 109 теперь Лев Зимин")
        await notice.click()
        await expect(notice).to_be_hidden()

        await own_office.trunk.call("74950000109", caller="+79160050002")
        await phone.ringing()
        await expect(lev.popup).to_contain_text("+7 916 005-00-02")
        await expect(kira.popup).to_be_hidden()
        await phone.decline()
        await state(lev).click()
        await lev.page.get_by_role("menuitem", name="Встать из-за телефона 109").click()
        await state(lev).click()
        await expect(lev.page.get_by_role("menuitem", name="Сесть за телефон 109")).to_be_visible()
        assert (kira.troubles, lev.troubles) == ([], [])
