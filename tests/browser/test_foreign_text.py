"""What strangers and colleagues wrote is text on every screen, whatever it looks like."""

import asyncio

import pytest
from playwright.async_api import expect

from tests.allo_clients import Json
from tests.allo_process import ANNA
from tests.asterisk.office import Office
from tests.asterisk.scenarios import phones_of
from tests.browser.conftest import Screens
from tests.browser.payloads import payloads
from tests.browser.screen import Screen
from tests.patience import PATIENCE_SECONDS

pytestmark = [pytest.mark.asterisk, pytest.mark.browser]

NAME_LIMIT = 60


async def assert_unharmed(screen: Screen) -> None:
    """Nothing ran, nothing was added to the page, and nothing had to be stopped."""
    assert await screen.page.evaluate("window.__pwned") is None
    assert await screen.violations() == []
    foreign = "script:not([src^='/']), base, iframe, object, embed, [onerror], [onload], [onfocus]"
    assert await screen.page.locator(foreign).count() == 0
    assert screen.troubles == []


async def call_from(number: str, screen: Screen) -> Json:
    """What the log has of this caller; the row follows the card within moments."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            for call in await screen.api.items("/api/calls", number=number):
                return call
            await asyncio.sleep(0.02)


async def ring_as(name: str, number: str, screen: Screen, office: Office) -> None:
    """This caller rings; what the server made of the name stands in the card as text."""
    await office.trunk.call("74950000101", caller=number, name=name)
    await expect(screen.cards).to_have_count(1)
    told = await call_from(number, screen)
    assert told["caller_name"]
    await expect(screen.popup).to_contain_text(" ".join(told["caller_name"].split()))
    await assert_unharmed(screen)
    await office.phones[0].decline()
    await expect(screen.popup).to_be_hidden()


async def callers_names_are_text(count: int, screens: Screens, office: Office) -> None:
    await phones_of(office, "101")
    (anna,) = await screens(ANNA)
    for i, name in enumerate(payloads(count)):
        await ring_as(name, f"+79160141{i:03}", anna, office)
    for path in ("/", "/clients"):
        await anna.go(path)
        await assert_unharmed(anna)


async def test_a_callers_name_is_text(screens: Screens, office: Office) -> None:
    await callers_names_are_text(40, screens, office)


@pytest.mark.torture
@pytest.mark.timeout(1200)
async def test_five_hundred_callers_names_are_text(screens: Screens, office: Office) -> None:
    await callers_names_are_text(500, screens, office)


async def test_names_notes_and_companies_are_text_on_every_screen(
    screens: Screens, office: Office
) -> None:
    (phone,) = await phones_of(office, "101")
    (anna,) = await screens(ANNA)
    evil = payloads(42)
    clients = [
        await anna.api.post(
            "/api/clients",
            {"kind": "person", "name": f"{text[:NAME_LIMIT]} {i}", "company_name": text}
            | {"city": text, "comment": text, "tags": [text[:30]], "greeting_name": text}
            | {"phones": [{"number": f"+79160142{i:03}", "label": "other"}]},
        )
        for i, text in enumerate(evil[:12])
    ]
    for text in evil:
        await anna.api.post("/api/notes", {"on": clients[0]["id"], "text": text})

    call = await office.trunk.call("74950000101", caller="+79160142000", name=evil[3])
    ring = await phone.ringing()
    await expect(anna.popup).to_contain_text(evil[0])
    await anna.go(f"/clients/{clients[0]['id']}")
    await expect(anna.page.get_by_role("main")).to_contain_text(evil[-1])
    await assert_unharmed(anna)
    await ring.answer()
    await call.up()
    await call.hang_up()
    await anna.go("/clients?q=script")
    await assert_unharmed(anna)
    await anna.go("/")
    await assert_unharmed(anna)
