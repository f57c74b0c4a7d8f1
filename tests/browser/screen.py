"""One person's browser: Debian's Chromium, logged in to a running Allo, watched for trouble."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Dialog, Locator, Page

from tests.allo_clients import Api
from tests.allo_process import AlloProcess, Person
from tests.patience import PATIENCE_SECONDS

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",  # Chromium refuses to run as root with it
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE_MS = PATIENCE_SECONDS * 1000

# Runs before every page's own code: what a page must never do is written down.
WATCH = """
window.__violations = [];
document.addEventListener("securitypolicyviolation",
  (e) => window.__violations.push(`${e.violatedDirective} ${e.blockedURI}`));
"""

# What a browser says of a server that was killed is no fault of the page; nor that it lets no ring
# sound before somebody has touched the page, which then says so itself.
NETWORK_NOISE = re.compile(
    r"ERR_CONNECTION|ERR_SOCKET|WebSocket connection to|Failed to fetch"
    r"|AudioContext was not allowed to start"
)


class Screen:
    """A page and what went wrong on it: errors, dialogs, broken rules of the content policy."""

    def __init__(self, page: Page, allo: AlloProcess, api: Api) -> None:
        self.page = page
        self.allo = allo
        self.api = api
        self.troubles: list[str] = []
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        page.on("dialog", self._on_dialog)

    # ---- places ---------------------------------------------------------------------------------

    @property
    def popup(self) -> Locator:
        """The corner in which cards appear."""
        return self.page.get_by_role("complementary", name="Входящие звонки")

    def card(self, call_id: str) -> Locator:
        """The card, or the line, of one call in the corner."""
        return self.popup.locator(f'[data-call-id="{call_id}"]')

    @property
    def cards(self) -> Locator:
        return self.popup.locator("[data-call-id]")

    @property
    def note(self) -> Locator:
        return self.page.get_by_role("textbox", name="Заметка о звонке")

    async def go(self, path: str) -> None:
        await self.page.goto(self.allo.url + path)
        await self.page.get_by_role("navigation", name="Разделы", exact=True).wait_for()

    async def press_physical(self, code: str, key: str, **modifiers: bool) -> bool:
        """A key by its place on the keyboard, with what the layout in use makes of it.

        Gives whether the page took it for itself.
        """
        event: dict[str, Any] = {"code": code, "key": key, "bubbles": True, "cancelable": True}
        taken = await self.page.evaluate(
            "(event) => !(document.activeElement ?? document.body)"
            ".dispatchEvent(new KeyboardEvent('keydown', event))",
            event | modifiers,
        )
        return bool(taken)

    async def violations(self) -> list[str]:
        """Everything that the content policy had to stop on this page."""
        return list(await self.page.evaluate("window.__violations"))

    # ---- watching -------------------------------------------------------------------------------

    def _on_console(self, message: ConsoleMessage) -> None:
        is_noise = NETWORK_NOISE.search(message.text)
        if message.type in ("error", "warning") and not is_noise:
            self.troubles.append(f"{message.type}: {message.text}")

    async def _on_dialog(self, dialog: Dialog) -> None:
        self.troubles.append(f"dialog: {dialog.message}")
        await dialog.dismiss()


@asynccontextmanager
async def window(browser: Browser, **options: Any) -> AsyncIterator[BrowserContext]:
    """A browser window of its own: cookies and storage of nobody else."""
    settings = {"locale": "ru-RU", "timezone_id": "Europe/Moscow"} | options
    context = await browser.new_context(viewport={"width": 1366, "height": 768}, **settings)
    context.set_default_timeout(PATIENCE_MS)
    await context.add_init_script(WATCH)
    try:
        yield context
    finally:
        await context.close()


@asynccontextmanager
async def screen_of(
    person: Person, browser: Browser, allo: AlloProcess, **options: Any
) -> AsyncIterator[Screen]:
    """This person's screen: logged in, on the start page."""
    async with Api(allo) as api, window(browser, **options) as context:
        await api.log_in(person)
        for pair in api.cookies.split("; "):
            name, _, value = pair.partition("=")
            await context.add_cookies([{"name": name, "value": value, "url": allo.url}])
        screen = Screen(await context.new_page(), allo, api)
        await screen.go("/")
        yield screen
