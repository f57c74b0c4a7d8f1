"""How long a regular expression that somebody typed can keep the house busy.

A pattern is matched against every endpoint's name, in the loop in which phones ring. Python goes
back and forth over a text as often as there are ways to read it, so the ways are counted before:
an upper bound over names as long as Asterisk lets them be.
"""

import re
from typing import Any

LONGEST_NAME = 80
WAYS_LIMIT = 20_000
LONGEST_PATTERN = 200

_parser: Any = re._parser  # type: ignore[attr-defined]  # the only reader of Python's own grammar
_SINGLE = frozenset(("LITERAL", "NOT_LITERAL", "IN", "ANY", "AT", "CATEGORY", "RANGE"))
_REPEATS = frozenset(("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"))


class _Boundless(Exception):
    """Holds something whose ways nobody can count."""


def check_pattern(text: str) -> str:
    """The pattern itself, or a `ValueError` that says what is wrong with it."""
    if len(text) > LONGEST_PATTERN:
        raise ValueError("is too long")
    try:
        re.compile(text)
        ways = _ways(_parser.parse(text))
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"not a regular expression: {error}") from None
    except _Boundless:
        raise ValueError("may hold no references and no looking around") from None
    if ways > WAYS_LIMIT:
        raise ValueError("can be matched in too many ways: repeat nothing that repeats itself")
    return text


def _ways(parts: Any) -> int:
    product = 1
    for operation, argument in parts:
        product = min(product * _ways_of(str(operation), argument), WAYS_LIMIT + 1)
    return product


def _ways_of(operation: str, argument: Any) -> int:
    if operation in _SINGLE:
        return 1
    if operation == "BRANCH":
        return sum(_ways(branch) for branch in argument[1])
    if operation == "SUBPATTERN":
        return _ways(argument[3])
    if operation == "ATOMIC_GROUP":
        return _ways(argument)
    if operation in _REPEATS:
        least, most, parts = argument
        return _repeated(_ways(parts), int(least), int(most))
    raise _Boundless


def _repeated(ways: int, least: int, most: int) -> int:
    least, most = min(least, LONGEST_NAME), min(most, LONGEST_NAME)
    if ways == 1:
        return most - least + 1
    total = 0
    for times in range(least, most + 1):
        total += min(ways**times, WAYS_LIMIT + 1)
        if total > WAYS_LIMIT:
            break
    return total
