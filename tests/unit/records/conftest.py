"""Fixtures of this room: an office that has nobody in it yet."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from crm_core.access.permissions import Rights
from crm_core.kernel.bus import EventBus
from crm_core.kernel.database import Database
from crm_core.kernel.events import RecordChanged
from tests.unit.records.office import Office


@pytest.fixture
async def office(database: Database, bus: EventBus) -> AsyncIterator[Office]:
    office = Office(database, bus, await Rights.load(database))
    bus.subscribe(RecordChanged, handler=office.hear)
    async with asyncio.TaskGroup() as workers:
        running = workers.create_task(bus.run())
        yield office
        running.cancel()
