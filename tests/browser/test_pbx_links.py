"""An administrator connects a PBX in a real browser, makes its people, and rings a phone."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from telephony.simulator.channels import Phone
from telephony.simulator.pbx import SimulatedPbx
from tests.allo_process import AlloProcess, Person
from tests.asterisk.fixtures import Prepared
from tests.browser.screen import Screen, screen_of
from tests.browser.test_accessible import LIGHT, faults_of, show

pytestmark = pytest.mark.browser

SECRET = "planted-word"
CHIEF = Person("chief", "Ирина Котова", role="admin", extension="190")
PHONES = (Phone("190", "Ирина Котова"), Phone("191", "Пётр Щёголев"), Phone("192", ""))


@pytest.fixture
async def pbx() -> AsyncIterator[SimulatedPbx]:
    pbx = SimulatedPbx(phones=PHONES, username="allo", secret=SECRET)
    async with pbx.serve():
        yield pbx


@pytest.fixture
def quiet_allo(tmp_path: Path, prepared: Prepared) -> Iterator[AlloProcess]:
    """A server without a PBX, and its administrator, who has a phone."""
    allo = prepared.install(tmp_path / "allo")
    allo.add(CHIEF)
    allo.start()
    yield allo
    allo.stop()


@pytest.fixture
async def chief(quiet_allo: AlloProcess, browser: Browser) -> AsyncIterator[Screen]:
    async with screen_of(CHIEF, browser, quiet_allo) as screen:
        yield screen
        assert screen.troubles == []
        assert await screen.violations() == []


async def connect(page: Page, pbx: SimulatedPbx, secret: str) -> None:
    """Fill the form of a new link and try it."""
    form = page.get_by_role("dialog")
    await form.get_by_label("Порт AMI").fill(str(pbx.port))
    await form.get_by_label("Секрет").fill(secret)
    await form.get_by_role("button", name="Проверить связь").click()


async def test_a_pbx_is_tried_connected_and_its_phone_shows_a_card(
    chief: Screen, pbx: SimulatedPbx
) -> None:
    page = chief.page
    await chief.go("/settings/pbx")
    await page.get_by_role("button", name="Подключить АТС").click()
    await connect(page, pbx, "wrong")
    await expect(page.get_by_text("Authentication failed")).to_be_visible()
    await connect(page, pbx, SECRET)
    await expect(page.get_by_text("Наших телефонов: 3")).to_be_visible()
    assert await faults_of(page) == []
    await page.get_by_role("button", name="Сохранить").click()
    await expect(page.get_by_role("row").get_by_text("на связи", exact=True)).to_be_visible()
    assert SECRET not in await page.content()

    await page.get_by_role("button", name="Телефоны: main").click()
    sheet = page.get_by_role("dialog")
    await sheet.get_by_role("button", name="Позвонить на 190").click()
    await expect(chief.cards.get_by_text("Allo")).to_be_visible()
    await expect(sheet.get_by_text("Карточка на экране через")).to_be_visible()

    await expect(sheet.get_by_label("Логин для 191")).to_have_value("schegolev")
    await sheet.get_by_role("button", name="Создать пользователей: 1").click()
    issued = sheet.get_by_role("region", name="Пароли на один раз")
    await expect(issued.get_by_role("cell", name="schegolev")).to_be_visible()
    await expect(sheet.get_by_text("уже есть")).to_have_count(2)


async def test_a_link_is_changed_and_left_without_a_restart(
    chief: Screen, pbx: SimulatedPbx
) -> None:
    page = chief.page
    body = {"name": "south", "port": pbx.port, "secret": SECRET}
    await chief.api.post("/api/pbx-links", body)
    await chief.go("/settings/pbx")
    row = page.get_by_role("row").filter(has_text="south")
    await expect(row.get_by_text("на связи", exact=True)).to_be_visible()

    await row.get_by_role("button", name="Изменить: south").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Адрес АТС").fill("localhost")
    await expect(form.get_by_text("введите секрет заново")).to_be_visible()
    await expect(form.get_by_role("button", name="Сохранить")).to_be_disabled()
    await form.get_by_label("Адрес АТС").fill("127.0.0.1")
    await form.get_by_label("Слушать эту АТС").uncheck()
    await form.get_by_role("button", name="Сохранить").click()
    await expect(row.get_by_text("выключена")).to_be_visible()

    await row.get_by_role("button", name="Отключить: south").click()
    await page.get_by_role("button", name="Отключить АТС").click()
    await expect(page.get_by_text("АТС ещё не подключена")).to_be_visible()
    await chief.go("/settings/audit")
    await expect(page.get_by_role("cell", name="отключена АТС")).to_be_visible()


async def test_a_number_is_explained(chief: Screen) -> None:
    page = chief.page
    await chief.go("/settings/pbx")
    await page.get_by_label("Номер", exact=True).fill("8 343 288-14-07")
    await page.get_by_role("button", name="Объяснить").click()
    await expect(page.get_by_text("+7 343 288-14-07")).to_be_visible()
    await expect(page.get_by_text("Свердловская обл.")).to_be_visible()


async def test_the_page_of_the_pbx_passes_axe(
    quiet_allo: AlloProcess, browser: Browser, pbx: SimulatedPbx
) -> None:
    async with screen_of(CHIEF, browser, quiet_allo, **LIGHT) as chief:
        await chief.api.post("/api/pbx-links", {"port": pbx.port, "secret": SECRET})
        await show(chief, "/settings/pbx")
        await expect(chief.page.get_by_text("на связи", exact=True)).to_be_visible()
        assert await faults_of(chief.page) == []
        await chief.page.get_by_role("button", name="Телефоны: main").click()
        await expect(chief.page.get_by_label("Логин для 192")).to_be_visible()
        assert await faults_of(chief.page) == []
