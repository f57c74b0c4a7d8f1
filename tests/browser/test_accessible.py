"""Every screen, light and dark, passes axe: WCAG 2.0 to 2.2, A and AA."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.allo_process import ANNA, AlloProcess
from tests.asterisk.office import Office
from tests.asterisk.scenarios import phones_of
from tests.browser.screen import Screen, screen_of, window

pytestmark = [pytest.mark.asterisk, pytest.mark.browser]

AXE = Path(__file__).parents[2] / "web/ui/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
LIGHT = {"color_scheme": "light", "reduced_motion": "reduce"}  # as the system asks for it
# So long as something fades, letters are pale: what counts is what stands.
HAS_TURNED = """theme => document.documentElement.dataset.mantineColorScheme === theme
    && document.getAnimations().every(one => one.playState !== "running")"""


async def faults_of(page: Page) -> list[str]:
    """What axe finds wrong, as one line each; in the dark, where only colours differ, of these."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    await page.wait_for_function(HAS_TURNED, arg="light")
    faults = await _ask_axe(page, {"runOnly": RULES})
    await page.emulate_media(color_scheme="dark")
    await page.wait_for_function(HAS_TURNED, arg="dark")
    faults += [f"dark: {fault}" for fault in await _ask_axe(page, {"runOnly": COLOURS})]
    await page.emulate_media(color_scheme="light")
    await page.wait_for_function(HAS_TURNED, arg="light")
    return faults


async def _ask_axe(page: Page, options: dict[str, Any]) -> list[str]:
    found = await page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


async def show(screen: Screen, path: str) -> None:
    await screen.go(path)
    await screen.page.wait_for_load_state("networkidle")


async def test_login(allo: AlloProcess, browser: Browser) -> None:
    async with window(browser, **LIGHT) as context:
        page = await context.new_page()
        await page.goto(allo.url)
        await page.get_by_role("button", name="Войти").wait_for()
        assert await faults_of(page) == []


async def test_every_screen(allo: AlloProcess, browser: Browser, office: Office) -> None:
    (phone,) = await phones_of(office, "101")
    async with screen_of(ANNA, browser, allo, **LIGHT) as anna:
        number = "+79160150001"
        client = await anna.api.post(
            "/api/clients",
            {"kind": "person", "name": "Мария Лебедева", "is_vip": True, "tags": ["опт"]}
            | {"phones": [{"number": number, "label": "mobile"}]},
        )
        for path in (
            "/",
            "/clients",
            f"/clients/{client['id']}",
            "/profile",
            "/board",
            "/missed-calls",
        ):
            await show(anna, path)
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
        await show(anna, f"/clients/{client['id']}")
        await expect(anna.note).to_be_visible()
        assert await faults_of(anna.page) == [], "client card during a talk"
        await call.hang_up()
        await expect(anna.page.get_by_text("Разговор окончен")).to_be_visible()
        assert await faults_of(anna.page) == [], "wrap-up"
    assert anna.troubles == []
