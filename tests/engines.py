"""Which database engines a test runs on: each, unless it is about one of them."""

import os

import pytest

ENGINES = ("sqlite", "postgresql")
ON_SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"])
ON_POSTGRESQL = pytest.mark.parametrize("engine_name", ["postgresql"])
# What servers stand on, for a test of screens alone: how they look no database can change.
SERVED_BY_SQLITE = pytest.mark.parametrize("served_by", ["sqlite"], scope="session")


def chosen_engines() -> list[str]:
    """All of them, or the one that ALLO_TEST_ENGINE names."""
    chosen = os.environ.get("ALLO_TEST_ENGINE")
    if chosen is not None and chosen not in ENGINES:
        raise pytest.UsageError(f"ALLO_TEST_ENGINE is {chosen}: name one of {', '.join(ENGINES)}")
    return [chosen] if chosen else list(ENGINES)


def is_named(choice: str, node: pytest.Item | pytest.Collector) -> bool:
    """Whether the test or its module has made this choice by itself."""
    return any(choice in mark.args[0] for mark in node.iter_markers("parametrize"))
