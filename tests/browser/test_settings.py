"""An administrator's morning in a real browser: a new colleague, a forgotten password, a file."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.allo_process import ANNA, AlloProcess, Person
from tests.asterisk.fixtures import Prepared
from tests.browser.screen import Screen, screen_of, window
from tests.browser.test_accessible import LIGHT, faults_of, show

pytestmark = pytest.mark.browser

CHIEF = Person("chief", "Ирина Котова", role="admin")
SECTIONS = (
    *("users", "teams", "office", "pbx", "queues", "results", "pipelines"),
    *("ignored", "import", "audit"),
)


@pytest.fixture
def quiet_allo(tmp_path: Path, prepared: Prepared) -> Iterator[AlloProcess]:
    """A server without a PBX, and its administrator."""
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


async def log_in(page: Page, url: str, login: str, password: str) -> None:
    await page.goto(url)
    await page.get_by_label("Логин").fill(login)
    await page.get_by_label("Пароль", exact=True).fill(password)
    await page.get_by_role("button", name="Войти").click()


async def choose_own_password(browser: Browser, url: str, login: str, issued: str) -> None:
    """Come in with a password that was issued, and be let no further before it is one's own."""
    async with window(browser) as context:
        page = await context.new_page()
        await log_in(page, url, login, issued)
        await expect(page.get_by_role("heading", name="Свой пароль")).to_be_visible()
        assert await faults_of(page) == []
        await page.get_by_label("Выданный пароль").fill(issued)
        await page.get_by_label("Новый пароль").fill("a word of my own")
        await page.get_by_role("button", name="Сохранить и войти").click()
        await expect(page.get_by_role("navigation", name="Разделы")).to_be_visible()


async def test_a_colleague_comes_and_later_forgets_the_password(
    chief: Screen, browser: Browser
) -> None:
    page = chief.page
    await chief.go("/settings/users")
    await page.get_by_role("button", name="Новый пользователь").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Логин").fill("nina")
    await form.get_by_label("Имя", exact=True).fill("Нина Климова")
    await form.get_by_label("Внутренний номер").fill("150")
    await form.get_by_role("button", name="Создать").click()
    issued = await form.get_by_label("Пароль на один раз").inner_text()
    await form.get_by_role("button", name="Готово").click()
    await choose_own_password(browser, chief.allo.url, "nina", issued)

    await page.get_by_label("Искать пользователей").fill("150")
    await page.get_by_role("button", name="Изменить: Нина Климова").click()
    await page.get_by_role("button", name="Сбросить пароль").click()
    again = await page.get_by_label("Пароль на один раз").inner_text()
    assert again != issued
    await page.get_by_role("button", name="Готово").click()
    await choose_own_password(browser, chief.allo.url, "nina", again)

    await chief.go("/settings/audit")
    for deed in ("новый пользователь", "сброшен пароль"):
        await expect(page.get_by_role("cell", name=deed).first).to_be_visible()
    assert again not in await page.content()


async def test_an_extension_where_somebody_sits_is_refused_by_name(chief: Screen) -> None:
    page = chief.page
    await chief.go("/settings/users")
    await page.get_by_role("button", name="Изменить: Борис Громов").click()
    await page.get_by_role("dialog").get_by_label("Внутренний номер").fill(ANNA.extension or "")
    await page.get_by_role("button", name="Сохранить").click()
    refusal = page.get_by_role("dialog").get_by_role("alert")
    await expect(refusal).to_contain_text(ANNA.name)
    chief.troubles.clear()  # the browser's own word for the refusal


async def test_a_file_of_clients_is_looked_at_and_brought_in(chief: Screen, tmp_path: Path) -> None:
    page = chief.page
    sheet = tmp_path / "база.csv"
    text = "Кто;Телефон\nПётр Седов;8 916 777-00-01\nБез номера;нет\n"
    sheet.write_text(text, encoding="cp1251")
    await chief.go("/settings/import")
    await page.get_by_label("Файл с клиентами").set_input_files(sheet)
    panel = page.get_by_role("region", name="Что получится")
    await expect(panel.get_by_role("button", name="Начать импорт")).to_be_disabled()
    await panel.get_by_label("Столбец «Кто»").select_option("name")
    await expect(panel.get_by_text("Строка 3")).to_be_visible()
    assert await faults_of(page) == []
    await panel.get_by_role("button", name="Начать импорт").click()
    await expect(page.get_by_role("cell", name="закончен")).to_be_visible()
    await expect(page.get_by_role("link", name="Скачать строки с ошибками")).to_be_visible()

    await chief.go("/clients?q=Седов")
    await expect(page.get_by_text("Пётр Седов")).to_be_visible()
    await chief.go("/settings/audit")
    await expect(page.get_by_role("cell", name="закончен импорт")).to_be_visible()


async def test_every_section_passes_axe(quiet_allo: AlloProcess, browser: Browser) -> None:
    async with screen_of(CHIEF, browser, quiet_allo, **LIGHT) as chief:
        await chief.api.post("/api/ignored-numbers", {"number": "84950000799"})
        queue = {"pbx": "main", "name": "sales", "title": "Продажи"}
        await chief.api.post("/api/queue-settings", queue)
        for section in SECTIONS:
            await show(chief, f"/settings/{section}")
            assert await faults_of(chief.page) == [], section
        await show(chief, "/settings/users")
        await chief.page.get_by_role("button", name="Изменить: Борис Громов").click()
        await expect(chief.page.get_by_role("dialog")).to_be_visible()
        assert await faults_of(chief.page) == [], "editor"
    assert chief.troubles == []


async def test_a_stage_under_open_deals_goes_only_where_they_are_told_to(chief: Screen) -> None:
    page = chief.page
    for title in ("Стойки", "Монтаж"):
        await chief.api.post("/api/deals", {"title": title})
    await chief.go("/settings/pipelines")
    await page.get_by_role("button", name=re.compile("^Изменить: ")).click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Этап 1", exact=True).press("Alt+ArrowDown")
    await expect(form.get_by_label("Этап 2", exact=True)).to_have_value("Звонок")
    await form.get_by_role("button", name="Убрать этап: Звонок").click()
    await expect(form.get_by_text("перейдут 2 открытые сделки")).to_be_visible()
    await expect(form.get_by_role("button", name="Сохранить")).to_be_disabled()
    assert await faults_of(page) == []
    await form.get_by_label("Этап «Звонок» уйдёт").select_option("Предложение")
    await form.get_by_role("button", name="Сохранить").click()
    await expect(form).to_have_count(0)

    deals = await chief.api.items("/api/deals")
    assert {deal["stage"]["name"] for deal in deals} == {"Предложение"}
    await page.get_by_role("button", name=re.compile("^Убрать: ")).click()
    await expect(page.get_by_text("в этой воронке 2 открытые сделки")).to_be_visible()
    chief.troubles.clear()  # the browser's own word for the refusal
