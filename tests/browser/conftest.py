"""Fixtures of the browser; the PBX and the server are those of the other real tests."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from playwright.async_api import Browser, async_playwright, expect

from tests.allo_process import AlloProcess, Person
from tests.asterisk.fixtures import (
    allo,
    installation,
    office,
    olga,
    own_allo,
    own_office,
    own_pbx,
    pbx,
    prepare_once,
    prepared,
)
from tests.asterisk.measured import measured, pytest_terminal_summary
from tests.browser.screen import CHROMIUM, FLAGS, PATIENCE_MS, Screen, screen_of

__all__ = [
    "allo",
    "installation",
    "measured",
    "office",
    "olga",
    "own_allo",
    "own_office",
    "own_pbx",
    "pbx",
    "prepare_once",
    "prepared",
    "pytest_terminal_summary",
]

expect.set_options(timeout=PATIENCE_MS)

Screens = Callable[..., Awaitable[list[Screen]]]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    if not CHROMIUM.exists() and os.environ.get("CI") != "true":
        pytest.skip("no browser here: Debian's package chromium is not installed")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


def seats(browser: Browser, allo: AlloProcess, stack: AsyncExitStack) -> Screens:
    async def open_screens(*people: Person) -> list[Screen]:
        return [await stack.enter_async_context(screen_of(p, browser, allo)) for p in people]

    return open_screens


@pytest.fixture
async def screens(browser: Browser, allo: AlloProcess) -> AsyncIterator[Screens]:
    """Opens a screen for each person, at the server that all share."""
    async with AsyncExitStack() as stack:
        yield seats(browser, allo, stack)


@pytest.fixture
async def own_screens(browser: Browser, own_allo: AlloProcess) -> AsyncIterator[Screens]:
    """Opens a screen for each person, at this test's own server."""
    async with AsyncExitStack() as stack:
        yield seats(browser, own_allo, stack)
