"""Marks for tests that must hold on both database engines."""

import pytest

ENGINES = ("sqlite", "postgresql")
BOTH_ENGINES = pytest.mark.parametrize("engine_name", ENGINES)
ON_SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"])
ON_POSTGRESQL = pytest.mark.parametrize("engine_name", ["postgresql"])
