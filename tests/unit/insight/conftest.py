"""Fixtures of this room: a floor of sales whose calls are written to the log."""

from tests.unit.sales.conftest import floor

__all__ = ["floor"]
