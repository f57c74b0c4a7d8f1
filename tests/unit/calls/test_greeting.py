"""What an agent says first."""

from datetime import UTC, datetime

import pytest

from crm_core.calls.greeting import Addressee, day_start, greet

ANNA = Addressee(name="Петрова Анна Сергеевна", greeting_name="Анна Сергеевна", is_company=False)


def at(hour: int) -> datetime:
    """That hour in Moscow."""
    return datetime(2026, 3, 2, hour, tzinfo=UTC).replace(hour=(hour - 3) % 24)


@pytest.mark.parametrize(
    ("hour", "words"),
    [
        (0, "Доброй ночи"),
        (4, "Доброй ночи"),
        (5, "Доброе утро"),
        (11, "Доброе утро"),
        (12, "Добрый день"),
        (17, "Добрый день"),
        (18, "Добрый вечер"),
        (23, "Добрый вечер"),
    ],
)
def test_the_greeting_follows_the_agents_clock(hour: int, words: str) -> None:
    said = greet(ANNA, at(hour), language="ru", time_zone="Europe/Moscow")
    assert said == f"{words}, Анна Сергеевна!"


def test_agents_in_different_zones_greet_differently() -> None:
    now = at(11)
    assert greet(None, now, language="ru", time_zone="Europe/Moscow") == "Доброе утро!"
    assert greet(None, now, language="ru", time_zone="Asia/Yekaterinburg") == "Добрый день!"


def test_the_greeting_speaks_the_agents_language() -> None:
    said = greet(ANNA, at(12), language="en", time_zone="Europe/Moscow")
    assert said == "Good afternoon, Анна Сергеевна!"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Анна", "Анна"),
        ("Анна Петрова", "Анна"),
        ("Петрова Анна", "Анна"),
        ("Петрова Анна Сергеевна", "Анна Сергеевна"),
        ("Анна Сергеевна Петрова", "Анна Сергеевна"),
        ("Константин Никитин", "Константин"),
        ("John Smith", "John"),
        ("Ли", "Ли"),
        ("Мария де ла Крус", "Мария"),
    ],
)
def test_without_a_greeting_name_the_first_name_is_said(name: str, said: str) -> None:
    person = Addressee(name=name, greeting_name=None, is_company=False)
    assert (
        greet(person, at(12), language="ru", time_zone="Europe/Moscow") == f"Добрый день, {said}!"
    )


def test_a_company_is_greeted_without_its_name() -> None:
    company = Addressee(name="ООО «Ромашка»", greeting_name=None, is_company=True)
    assert greet(company, at(12), language="ru", time_zone="Europe/Moscow") == "Добрый день!"


def test_an_unknown_time_zone_is_no_reason_not_to_greet() -> None:
    assert greet(None, at(15), language="ru", time_zone="Mars/Olympus") == "Добрый день!"
    assert greet(None, at(15), language="ru", time_zone="../../etc/passwd") == "Добрый день!"


def test_a_day_begins_at_the_agents_midnight() -> None:
    now = datetime(2026, 3, 2, 21, 30, tzinfo=UTC)  # half past midnight on the third in Moscow
    assert day_start(now, "Europe/Moscow") == datetime(2026, 3, 2, 21, 0, tzinfo=UTC)
    assert day_start(now, "Europe/London") == datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
