"""T24: a pattern that an administrator types can keep nobody waiting."""

import re

import pytest

from crm_core.calls.pbx.pattern_cost import LONGEST_NAME, check_pattern

USUAL = [
    r"\d{2,5}",
    r"1\d\d|20[1-9]",
    r"(?:1|2)\d{2}",
    r"[a-z]+-?\d*",
    r"(\d{3})(?:-mob|-web)?",
    r"agent_\d+",
    r".*",
    r"\d+",
]
WORST = [
    r"(a+)+",
    r"(a*)*b",
    r"(a|aa)+",
    r"(a|a)*",
    r"([a-z]+)*\d",
    r"\d*\d*\d*\d*\d*x",
    "a?" * 40 + "a" * 40,
    r"(?:\d+){2,40}",
    r"(.*?,){11}P",
    r"(a|aa){200}b",
    r"((a{0,9}){0,9}){0,9}b",
]


@pytest.mark.parametrize("pattern", USUAL)
def test_what_people_use_is_taken(pattern: str) -> None:
    assert check_pattern(pattern) == pattern


@pytest.mark.parametrize("pattern", WORST)
def test_what_goes_back_and_forth_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="too many ways"):
        check_pattern(pattern)


@pytest.mark.parametrize("pattern", [r"(a)\1", r"(?=a)a", r"(?<!x)a", r"(a)?(?(1)b|c)"])
def test_what_cannot_be_counted_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="references"):
        check_pattern(pattern)


@pytest.mark.parametrize("pattern", ["(", "[", "a{2,1}", "*", "a" * 201, "(?P<1>a)"])
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"not a regular expression|too long"):
        check_pattern(pattern)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("pattern", USUAL)
def test_the_longest_name_is_read_in_one_go(pattern: str) -> None:
    compiled = re.compile(pattern)
    for letter in ("1", "a", "-", "x"):
        assert compiled.fullmatch(letter * LONGEST_NAME + "!") is None or pattern == ".*"
