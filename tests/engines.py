"""Which database engines a test runs on: each, unless it is about one of them."""

import os

import pytest

ENGINES = ("sqlite", "postgresql")
ON_SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"])
ON_POSTGRESQL = pytest.mark.parametrize("engine_name", ["postgresql"])


def chosen_engines() -> list[str]:
    """All of them, or the one that ALLO_TEST_ENGINE names."""
    chosen = os.environ.get("ALLO_TEST_ENGINE")
    if chosen is not None and chosen not in ENGINES:
        raise pytest.UsageError(f"ALLO_TEST_ENGINE is {chosen}: name one of {', '.join(ENGINES)}")
    return [chosen] if chosen else list(ENGINES)


def is_named(choice: str, node: pytest.Item | pytest.Collector) -> bool:
    """Whether the test or its module has made this choice by itself."""
    return any(choice in mark.args[0] for mark in node.iter_markers("parametrize"))


# Played calls and watched screens stand on the first engine; those about what is kept, on each.
SERVED_BY_EACH = pytest.mark.parametrize("served_by", chosen_engines(), scope="session")
