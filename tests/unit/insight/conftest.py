"""Fixtures of this room: a floor of sales whose calls are written to the log."""

import pytest

from tests.unit.insight.log import Log
from tests.unit.sales.conftest import SalesFloor, floor

__all__ = ["floor"]


@pytest.fixture
async def log(floor: SalesFloor) -> Log:
    return Log(floor)
