"""The first days of agent, manager and supervisor, in real browsers beside real phones."""

from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.allo_clients import Api
from tests.allo_process import ANNA, OLGA, AlloProcess
from tests.asterisk.desk import talk
from tests.asterisk.office import Office
from tests.asterisk.scenarios import phones_of
from tests.browser.conftest import Screens
from tests.browser.screen import Screen, screen_of
from tests.browser.test_accessible import LIGHT, faults_of, show

pytestmark = [pytest.mark.asterisk, pytest.mark.browser]

Json = dict[str, Any]


async def add_client(api: Api, name: str, number: str) -> Json:
    body = {"kind": "person", "name": name, "phones": [{"number": number, "label": "mobile"}]}
    client: Json = await api.post("/api/clients", body)
    return client


async def test_the_agent_makes_a_deal_and_a_task_from_the_card_of_who_calls(
    screens: Screens, office: Office
) -> None:
    (phone,) = await phones_of(office, "101")
    (anna,) = await screens(ANNA)
    client = await add_client(anna.api, "Дмитрий Орлов", "+79160200001")
    call = await office.trunk.call("74950000101", caller="+79160200001")
    ring = await phone.ringing()
    await ring.answer()
    await anna.go(f"/clients/{client['id']}")

    page = anna.page
    await page.get_by_role("button", name="завтра в 10:00").dblclick()
    await expect(
        page.get_by_role("group", name="Перезвонить").get_by_role("status")
    ).to_be_visible()
    await page.get_by_role("button", name="Новая сделка").click()
    dialog = page.get_by_role("dialog", name="Новая сделка")
    await dialog.get_by_role("textbox", name="Название сделки").fill("Монтаж шоурума")
    await dialog.get_by_role("textbox", name="Сумма, ₽").fill("1 200 000")
    await page.keyboard.press("Enter")
    deals = page.get_by_role("region", name="Сделки")
    await expect(deals).to_contain_text("Монтаж шоурума")
    await page.get_by_role("button", name="Новая задача").click()
    await page.get_by_role("textbox", name="Новая задача").fill("отправить КП завтра в 12")
    await page.keyboard.press("Enter")
    tasks = page.get_by_role("region", name="Задачи")
    await expect(tasks.get_by_role("textbox")).to_be_hidden()  # its preview says the same
    await expect(tasks).to_contain_text("отправить КП")
    await talk(call, ring)

    made = await anna.api.items("/api/tasks", client=client["id"])
    assert sorted(task["title"] for task in made) == ["Перезвонить", "отправить КП"]
    (deal,) = await anna.api.items("/api/deals", client=client["id"])
    assert deal["amount_minor"] == 120_000_000
    again = await office.trunk.call("74950000101", caller="+79160200001")
    await phone.ringing()
    await expect(anna.popup).to_contain_text("Монтаж шоурума")
    await expect(anna.popup).to_contain_text("Задача")
    await again.cancel()
    assert anna.troubles == []


def column(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


async def test_a_deal_is_moved_by_hand_by_keys_and_lost_with_a_reason(screens: Screens) -> None:
    (anna,) = await screens(ANNA)
    deal = await anna.api.post("/api/deals", {"title": "Стойки оператора"})
    await anna.go("/deals")
    page, card = anna.page, f'[data-deal="{deal["id"]}"]'
    await expect(column(page, "Звонок").locator(card)).to_be_visible()

    await page.drag_and_drop(card, "[data-stage] >> nth=1")
    await expect(column(page, "Встреча").locator(card)).to_be_visible()
    await page.locator(f"{card} [data-deal-link]").focus()
    await anna.press_physical("ArrowRight", "ArrowRight", shiftKey=True)
    await expect(column(page, "Предложение").locator(card)).to_be_visible()
    await page.locator(card).get_by_role("button", name="Переместить").click()
    await page.get_by_role("menuitem", name="Проиграна").click()
    await page.get_by_role("textbox", name="Причина").fill("Выбрали других")
    await page.keyboard.press("Enter")
    await expect(column(page, "Проиграна").locator(card)).to_contain_text("Выбрали других")

    await page.reload()
    await expect(column(page, "Проиграна").locator(card)).to_be_visible()
    told = await anna.api.get(f"/api/deals/{deal['id']}")
    assert (told["status"], told["lost_reason"]) == ("lost", "Выбрали других")
    assert anna.troubles == []


async def test_the_supervisor_hears_a_call_in_the_journal(
    screens: Screens, office: Office, olga: Api
) -> None:
    caller = "+79160200003"
    await add_client(olga, "Светлана Громова", caller)
    (phone,) = await phones_of(office, "101")
    call = await office.trunk.call("74950002101", caller=caller)
    ring = await phone.ringing()
    await ring.answer()
    await talk(call, ring, packets=200)
    (screen,) = await screens(OLGA)
    await screen.go(f"/journal?number={caller.replace('+', '%2B')}")

    page = screen.page
    play = page.get_by_role("button", name="Слушать запись")
    await expect(play).to_be_visible()
    await play.click()
    await expect(page.get_by_role("button", name="Пауза")).to_be_visible()
    await expect(page.locator("[data-played]").first).to_be_visible()
    await page.get_by_role("button", name="Скорость 1, следующая 1.25").click()
    await page.reload()
    await expect(page.get_by_role("button", name="Скорость 1.25")).to_be_visible()
    assert screen.troubles == []


async def test_the_board_shows_who_waits_and_who_talks_and_opens_the_calls(
    screens: Screens, office: Office
) -> None:
    phones = await phones_of(office, "101", "102", "103")
    (screen,) = await screens(OLGA)
    await screen.go("/board")
    page = screen.page
    queue = page.get_by_role("region", name="Очереди").get_by_role("row", name="sales")
    agent = page.locator('[data-agent="101"]')

    call = await office.trunk.call("74950000701", caller="+79160200004")
    rings = [await phone.ringing() for phone in phones]
    await expect(queue.get_by_role("link").first).to_have_text("1")
    await expect(agent).to_contain_text("звонит")
    await rings[0].answer()
    await expect(agent).to_contain_text("в разговоре")
    await expect(queue.get_by_role("link").first).to_have_text("0")
    before = int(await queue.get_by_role("link").nth(1).inner_text())
    await talk(call, rings[0])
    answered = queue.get_by_role("link").nth(1)
    await expect(answered).to_have_text(str(before + 1))

    await answered.click()
    await expect(page.get_by_role("heading", name="Журнал звонков")).to_be_visible()
    await expect(page.locator("tr[data-call]")).to_have_count(before + 1)
    assert screen.troubles == []


async def test_the_screens_of_these_days_pass_axe(allo: AlloProcess, browser: Browser) -> None:
    async with screen_of(OLGA, browser, allo, **LIGHT) as olga:
        client = await add_client(olga.api, "Мария Лебедева", "+79160200005")
        deal = await olga.api.post("/api/deals", {"title": "Стойки", "client_id": client["id"]})
        due = {"title": "Отправить КП", "due_at": "2026-03-02T09:00:00Z"}
        await olga.api.post("/api/tasks", due | {"deal_id": deal["id"]})
        await look_at(
            olga,
            *("/deals", "/deals?view=list", f"/deals/{deal['id']}", "/tasks", "/journal", "/board"),
            *("/settings", f"/clients/{client['id']}"),
        )
    assert olga.troubles == []


async def look_at(screen: Screen, *paths: str) -> None:
    for path in paths:
        await show(screen, path)
        assert await faults_of(screen.page) == [], path
