"""The floor on which calls ring in these tests."""

import pytest

from crm_core.kernel.database import Database
from tests.unit.calls.floor import Floor


@pytest.fixture
def floor(database: Database) -> Floor:
    return Floor(database)
