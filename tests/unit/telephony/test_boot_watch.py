"""Is it still the PBX that we knew?"""

from datetime import UTC, datetime, timedelta

import pytest

from telephony.boot_watch import BootWatch

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def booted(uptime: object) -> dict[str, str]:
    return {"Event": "FullyBooted", "Uptime": str(uptime)}


def test_a_pbx_that_lets_us_in_again_is_the_same() -> None:
    watch = BootWatch(None, None)
    first = watch.saw_booted(booted(3_600), NINE)
    watch.heard(NINE + timedelta(minutes=1))
    assert watch.saw_booted(booted(3_661), NINE + timedelta(seconds=61.4)) == first


def test_a_pbx_younger_than_our_last_word_of_it_is_another() -> None:
    watch = BootWatch(None, None)
    first = watch.saw_booted(booted(3_600), NINE)
    watch.heard(NINE + timedelta(minutes=1))
    assert watch.saw_booted(booted(2), NINE + timedelta(seconds=66)) != first


def test_a_boot_is_known_again_after_a_restart_of_ours() -> None:
    first = BootWatch(None, None).saw_booted(booted(60), NINE)
    again = BootWatch(first, NINE + timedelta(hours=1))
    assert again.saw_booted(booted(7_260), NINE + timedelta(hours=2)) == first
    other = BootWatch(first, NINE + timedelta(hours=1))
    assert other.saw_booted(booted(1_800), NINE + timedelta(hours=2)) != first


@pytest.mark.parametrize("delay", [0.0, 0.9, 1.9])
def test_a_second_more_or_less_makes_no_new_boot(delay: float) -> None:
    watch = BootWatch(None, None)
    first = watch.saw_booted(booted(10), NINE)
    watch.heard(NINE)
    assert watch.saw_booted(booted(10), NINE + timedelta(seconds=delay)) == first


@pytest.mark.parametrize("uptime", ["", "soon", "9" * 30])
def test_a_pbx_that_does_not_tell_its_age_is_not_guessed_at(uptime: str) -> None:
    assert BootWatch(None, None).saw_booted(booted(uptime), NINE) is None
    assert BootWatch("2026-03-01T00:00:00+00:00", NINE).saw_booted({}, NINE) is not None
