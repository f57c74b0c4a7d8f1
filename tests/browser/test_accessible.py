"""Every screen, light and dark, passes axe: WCAG 2.0 to 2.2, A and AA."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.allo_process import ANNA, AlloProcess
from tests.asterisk.office import Office
from tests.asterisk.scenarios import phones_of
from tests.browser.screen import Screen, screen_of, window
from tests.engines import SERVED_BY_SQLITE

pytestmark = [pytest.mark.asterisk, pytest.mark.browser, SERVED_BY_SQLITE]

AXE = Path(__file__).parents[2] / "web/ui/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
THEMES = ["light", "dark"]


async def faults_of(page: Any) -> list[str]:
    """What axe finds wrong, as one line each."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("(tags) => axe.run(document, {runOnly: tags})", RULES)
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


async def show(screen: Screen, path: str, theme: str) -> None:
    await screen.go(path)
    await screen.page.wait_for_load_state("networkidle")
    shown = await screen.page.evaluate("document.documentElement.dataset.mantineColorScheme")
    assert shown == theme


@pytest.mark.parametrize("theme", THEMES)
async def test_login(allo: AlloProcess, browser: Browser, theme: str) -> None:
    async with window(browser, color_scheme=theme) as context:
        page = await context.new_page()
        await page.goto(allo.url)
        await page.get_by_role("button", name="Войти").wait_for()
        assert await faults_of(page) == []


@pytest.mark.parametrize("theme", THEMES)
async def test_every_screen(
    allo: AlloProcess, browser: Browser, office: Office, theme: str
) -> None:
    (phone,) = await phones_of(office, "101")
    # A card that is still fading in has pale letters: what counts is the card that stands.
    look = {"color_scheme": theme, "reduced_motion": "reduce"}
    async with screen_of(ANNA, browser, allo, **look) as anna:
        await anna.api.patch("/api/users/me", {"theme": theme})
        number = {"light": "+79160150001", "dark": "+79160150002"}[theme]
        client = await anna.api.post(
            "/api/clients",
            {"kind": "person", "name": "Мария Лебедева", "is_vip": True, "tags": ["опт"]}
            | {"phones": [{"number": number, "label": "mobile"}]},
        )
        for path in ("/", "/clients", f"/clients/{client['id']}", "/profile", "/board"):
            await show(anna, path, theme)
            assert await faults_of(anna.page) == [], path

        await office.trunk.call("74950000101", caller=number)
        ring = await phone.ringing()
        unknown = await office.trunk.call("74950000101", caller="+79160150003")
        await phone.ringing()
        await expect(anna.cards).to_have_count(2)
        assert await faults_of(anna.page) == [], "popup of a client"
        await ring.decline()
        await expect(anna.popup.get_by_role("textbox", name="Имя")).to_be_visible()
        assert await faults_of(anna.page) == [], "popup of an unknown caller"
        await unknown.cancel()

        call = await office.trunk.call("74950000101", caller=number)
        await (await phone.ringing()).answer()
        await call.up()
        await show(anna, f"/clients/{client['id']}", theme)
        await expect(anna.note).to_be_visible()
        assert await faults_of(anna.page) == [], "client card during a talk"
        await call.hang_up()
        await expect(anna.page.get_by_text("Разговор окончен")).to_be_visible()
        assert await faults_of(anna.page) == [], "wrap-up"
    assert anna.troubles == []
