"""T24: no regular expression of the house can be kept busy by a text made for it.

Nothing is timed: a pattern that goes back and forth over 50,000 letters runs into the time-out.
"""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

PACKAGES = ("config", "crm_core", "recordings", "telephony", "web")
LENGTH = 50_000
SEEDS = (
    "a",
    "1",
    " ",
    "+7",
    "9-",
    "a@",
    "a.",
    "(",
    "'",
    '"',
    "\\",
    "<",
    "%",
    "0:",
    "а",
    "_/",
    "a://",
)


def modules() -> Iterator[ModuleType]:
    for name in PACKAGES:
        package = importlib.import_module(name)
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{name}."):
            if not found.name.startswith("crm_core.migrations."):
                yield importlib.import_module(found.name)


def patterns() -> dict[str, tuple[re.Pattern[Any], list[str]]]:
    """Every pattern that a module of ours keeps, by its place, with the ways it is looked with."""
    kept = {}
    for module in modules():
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern):
                kept[f"{module.__name__}.{name}"] = (value, ways_of(module, name))
    return kept


def ways_of(module: ModuleType, name: str) -> list[str]:
    """`search` and the like may begin anywhere in a text, so a pattern used so must bear more."""
    used = re.findall(rf"\b{name}\.(\w+)", inspect.getsource(module))
    begins_anywhere = not used or {*used} - {"match", "fullmatch"}
    return ["fullmatch", "match", "search"] if begins_anywhere else ["fullmatch", "match"]


PATTERNS = patterns()


def attacks() -> Iterator[str]:
    for seed in SEEDS:
        text = seed * (LENGTH // len(seed))
        yield text
        yield text + "\x00!"
        yield f"{text[: LENGTH // 2]}\n{text[: LENGTH // 2]}\x01"


def test_there_are_patterns_to_look_at() -> None:
    assert len(PATTERNS) > 5


@pytest.mark.timeout(30)
@pytest.mark.parametrize("place", sorted(PATTERNS))
def test_a_long_text_is_read_in_one_go(place: str) -> None:
    pattern, ways = PATTERNS[place]
    for attack in attacks():
        subject = attack.encode() if isinstance(pattern.pattern, bytes) else attack
        for way in ways:
            getattr(pattern, way)(subject)
