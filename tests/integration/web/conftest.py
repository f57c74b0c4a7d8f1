"""An open office for every test of the web layer."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from crm_core.kernel.bus import EventBus
from crm_core.kernel.database import Database
from tests.integration.web.office import Office, open_office
from tests.patience import wait_for_look_ups


@pytest.fixture
async def office(database: Database, bus: EventBus) -> AsyncIterator[Office]:
    """Both servers running, and the bus delivering."""
    async with open_office(database, bus) as office:
        delivering = asyncio.create_task(bus.run())
        yield office
        delivering.cancel()
        await asyncio.gather(delivering, return_exceptions=True)


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A card may wait for a look-up on a busy machine: these tests are about what it tells."""
    wait_for_look_ups(monkeypatch)
