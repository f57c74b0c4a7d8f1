"""The floor on which calls ring in these tests, and the desk where they are read and noted."""

import pytest

from crm_core.access.permissions import Rights
from crm_core.calls.call_log import CallWriter
from crm_core.kernel.database import Database
from tests.patience import wait_for_look_ups
from tests.unit.calls.desk import Desk
from tests.unit.calls.floor import Floor


@pytest.fixture
def floor(database: Database) -> Floor:
    return Floor(database)


@pytest.fixture
async def desk(floor: Floor) -> Desk:
    return Desk(floor, await Rights.load(floor.database))


@pytest.fixture
def writer(floor: Floor) -> CallWriter:
    return CallWriter(floor.database, floor.directory, {"main": "RU"})


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here a look-up may take its time; `test_late_cards` tells of slow ones."""
    wait_for_look_ups(monkeypatch)
