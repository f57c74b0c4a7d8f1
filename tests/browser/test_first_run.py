"""A fresh server in a real browser: from the printed address to a desk, and nothing left open."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.allo_process import AlloProcess
from tests.browser.screen import window
from tests.browser.test_accessible import LIGHT, faults_of

pytestmark = pytest.mark.browser

PASSWORD = "olga likes long passwords"


@pytest.fixture
def fresh_allo(tmp_path: Path) -> Iterator[AlloProcess]:
    """A server in whose database there is nobody."""
    allo = AlloProcess(tmp_path / "allo")
    allo.must_run("migrate")
    allo.start()
    yield allo
    allo.stop()


def printed_address(allo: AlloProcess) -> str:
    found = re.search(r"http\S+/setup#\S+", allo.log)
    assert found, allo.log
    return found[0]


async def say_who(page: Page, password: str) -> None:
    await page.get_by_label("Имя", exact=True).fill("Ольга Ильина")
    await page.get_by_label("Логин").fill("olga")
    await page.get_by_label("Пароль", exact=True).fill(password)
    await page.get_by_role("button", name="Дальше").click()


async def test_the_first_administrator_comes_in_and_sees_the_steps_through(
    fresh_allo: AlloProcess, browser: Browser
) -> None:
    async with window(browser, timezone_id="Asia/Omsk") as context:
        page = await context.new_page()
        await page.goto(printed_address(fresh_allo))
        await page.get_by_text("EN", exact=True).click()
        await expect(page.get_by_role("heading", name="First run")).to_be_visible()
        await page.get_by_text("RU", exact=True).click()

        await say_who(page, "12345678")
        await expect(page.get_by_label("Часовой пояс")).to_have_value("Asia/Omsk")
        await page.get_by_label("Телефоны без кода страны").select_option("KZ")
        await expect(page.get_by_label("Валюта")).to_have_value("KZT")
        await page.get_by_role("button", name="Создать и войти").click()
        await expect(page.get_by_role("alert")).to_contain_text("Не сохранено")
        await say_who(page, PASSWORD)
        await page.get_by_role("button", name="Создать и войти").click()

        await expect(page.get_by_role("heading", name="Первые шаги")).to_be_visible()
        assert "#" not in page.url
        await page.goto(f"{fresh_allo.url}/settings/office")
        await expect(page.get_by_label("Валюта")).to_have_value("KZT")
        await page.get_by_role("link", name="Первые шаги ещё не пройдены").click()
        while not await page.get_by_role("heading", name="Можно работать").is_visible():
            await page.get_by_role("button", name="Пропустить").click()
        await page.get_by_role("button", name="Закончить").click()
        await expect(page).to_have_url(f"{fresh_allo.url}/")
        await page.goto(f"{fresh_allo.url}/settings/office")
        await expect(page.get_by_label("Название офиса")).to_be_visible()
        await expect(page.get_by_text("Первые шаги ещё не пройдены")).to_have_count(0)


async def test_afterwards_the_address_leads_to_the_login(
    fresh_allo: AlloProcess, browser: Browser
) -> None:
    address = printed_address(fresh_allo)
    async with window(browser) as context:
        page = await context.new_page()
        await page.goto(address)
        await say_who(page, PASSWORD)
        await page.get_by_role("button", name="Создать и войти").click()
        await expect(page.get_by_role("heading", name="Первые шаги")).to_be_visible()
    async with window(browser) as context:
        page = await context.new_page()
        await page.goto(address)
        await expect(page.get_by_role("button", name="Войти")).to_be_visible()


async def test_the_first_run_passes_axe(fresh_allo: AlloProcess, browser: Browser) -> None:
    address = printed_address(fresh_allo)
    async with window(browser, **LIGHT) as context:
        page = await context.new_page()
        await page.goto(f"{fresh_allo.url}/setup#allo-wrong")
        await expect(page.get_by_text("Этот адрес неполный или старый")).to_be_visible()
        assert await faults_of(page) == []
        await page.goto("about:blank")
        await page.goto(address)
        await page.get_by_text("Сначала посмотреть на примере").click()
        assert await faults_of(page) == []
        await say_who(page, PASSWORD)
        assert await faults_of(page) == []
        await page.get_by_role("button", name="Создать и войти").click()
        await expect(page.get_by_role("heading", name="Первые шаги")).to_be_visible()
        for step in ("pbx", "people", "clients", "done"):
            await page.goto(f"{fresh_allo.url}/setup?step={step}")
            await expect(page.get_by_role("heading", name="Первые шаги")).to_be_visible()
            await page.wait_for_load_state("networkidle")
            assert await faults_of(page) == [], step
