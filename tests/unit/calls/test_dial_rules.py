"""T2 and T3: what may be dialled by a click, and how often."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_core.calls.orders.dial_rules import (
    BadNumber,
    Dialled,
    Limits,
    NumberNotAllowed,
    SpendCapReached,
    TooManyCalls,
    Used,
    demand_allowed,
    demand_within,
    read_dialled,
)
from crm_core.kernel.errors import CrmError

ALPHABET = re.compile(r"\+?[0-9*#]{2,32}", re.ASCII)
DENIED = ("+881", "+882", "+7809", "+7803", "+979")

HOSTILE = st.one_of(
    st.text(),
    st.text(st.sampled_from("0123456789+*#&,/@${}|()\\ \t\r\n\x00\u2028٣３-.")),
    st.builds(lambda number, more: number + more, st.just("89161234567"), st.text(max_size=8)),
    st.from_regex(r"\+?[0-9 ()-]{1,40}", fullmatch=True),
)


def limits(role: str = "agent", **changes: object) -> Limits:
    usual: dict[str, object] = {
        "role": role,
        "allowed": ("+",),
        "denied": (),
        "calls_per_minute": 10,
        "abroad_calls_per_day": 20,
        "abroad_minutes_per_day": 60,
    }
    return Limits(**{**usual, **changes})  # type: ignore[arg-type]


OFFICE = limits("*", allowed=(), denied=DENIED)


@settings(max_examples=1_000)
@given(written=HOSTILE, is_national=st.booleans(), region=st.sampled_from(["RU", "DE", "US"]))
def test_nothing_but_a_number_ever_becomes_an_exten(
    written: str, is_national: bool, region: str
) -> None:
    try:
        dialled = read_dialled(written, region, is_national=is_national)
    except BadNumber:
        return
    assert ALPHABET.fullmatch(dialled.exten)
    assert ALPHABET.fullmatch(dialled.number)


@pytest.mark.parametrize(
    ("written", "number", "exten", "national"),
    [
        ("8 (916) 123-45-67", "+79161234567", "+79161234567", "89161234567"),
        ("+7 916 123-45-67", "+79161234567", "+79161234567", "89161234567"),
        ("+49 30 123456", "+4930123456", "+4930123456", "8104930123456"),
        ("104", "104", "104", "104"),
        ("*8", "*8", "*8", "*8"),
        ("112", "112", "112", "112"),
    ],
)
def test_a_number_is_dialled_as_the_pbx_wants_it(
    written: str, number: str, exten: str, national: str
) -> None:
    assert read_dialled(written, "RU").number == number
    assert read_dialled(written, "RU").exten == exten
    assert read_dialled(written, "RU", is_national=True).exten == national


@pytest.mark.parametrize(
    "written",
    [
        *("", "1", "ivan", "89161234567&104", "104@out", "${EPOCH}", "1,2", "1|2", "1;2", "100/1"),
        *("89161234567\r\nAction: x", "١٠١", "１０４", "9" * 33, "+", "97912345678901234567"),
    ],
)
def test_what_is_no_number_is_refused_by_name(written: str) -> None:
    with pytest.raises(BadNumber) as refused:
        read_dialled(written, "RU")
    assert (refused.value.code, refused.value.field) == ("bad_number", "number")


def may(number: str, own: Limits, office: Limits = OFFICE) -> bool:
    try:
        demand_allowed(read_dialled(number, "RU"), own, office)
    except NumberNotAllowed:
        return False
    return True


@pytest.mark.parametrize(
    ("number", "is_allowed"),
    [
        *[("104", True), ("89161234567", True), ("+49 30 123456", True), ("112", True)],
        *[("+881612345678", False), ("810881612345678", False), ("00881612345678", False)],
        *[("8 809 123 45 67", False), ("88031234567", False), ("*72104", False), ("#1", False)],
    ],
)
def test_paid_and_satellite_numbers_are_for_nobody(number: str, is_allowed: bool) -> None:
    assert may(number, limits()) is is_allowed


def test_an_administrators_longer_or_own_rule_decides() -> None:
    assert may("+881612345678", limits(allowed=("+", "+881")))
    assert not may("+881612345678", limits(allowed=("+", "+881"), denied=("+881",)))
    assert not may("+4930123456", limits(allowed=("+7",)))
    assert may("*8", limits(allowed=("+", "*8")))
    assert not may("104", limits(denied=("10",)))


def refusal(dialled: Dialled, used: Used) -> type[CrmError] | None:
    try:
        demand_within(dialled, limits(), used)
    except (TooManyCalls, SpendCapReached) as error:
        return type(error)
    return None


def test_calls_a_minute_and_minutes_abroad_have_an_end() -> None:
    home, abroad = read_dialled("89161234567", "RU"), read_dialled("+4930123456", "RU")

    assert refusal(home, Used(calls=9, abroad_calls=99, abroad_minutes=999)) is None
    assert refusal(home, Used(calls=10)) is TooManyCalls
    assert refusal(abroad, Used(abroad_calls=19, abroad_minutes=59.9)) is None
    assert refusal(abroad, Used(abroad_calls=20)) is SpendCapReached
    assert refusal(abroad, Used(abroad_minutes=60)) is SpendCapReached


def test_help_is_called_whatever_was_used_up() -> None:
    assert refusal(read_dialled("112", "RU"), Used(calls=1_000)) is None
