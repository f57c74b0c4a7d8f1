"""The login limit: guessing is useless, and the rightful user always comes in."""

from collections import Counter
from collections.abc import Callable
from random import Random

import pytest

from crm_core.access.login_limit import SLOTS, LoginLimit
from crm_core.kernel.errors import TooManyAttempts

AddressOf = Callable[[int], str]

HOUR = 3600.0
USERS = ["anna", "boris", "vera", "gleb", "dina"]


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limit(clock: Clock) -> LoginLimit:
    return LoginLimit(clock)


def guess(limit: LoginLimit, login: str, address: str, device: str | None = None) -> bool:
    """Whether this wrong password was looked at."""
    try:
        limit.begin(login, address=address, known_device=device)
    except TooManyAttempts as refusal:
        if not 1 <= refusal.retry_after_seconds <= 45:
            pytest.fail(f"told to wait {refusal.retry_after_seconds} seconds")
        return False
    return True


def one_address(_number: int) -> str:
    return "203.0.113.9"


def many_addresses(number: int) -> str:
    return f"203.0.{number % 250}.{number // 250 % 250}"


def one_subscriber_of_ipv6(number: int) -> str:
    return f"2001:db8::{number:x}"


@pytest.mark.parametrize("address_of", [one_address, many_addresses, one_subscriber_of_ipv6])
@pytest.mark.parametrize("lasting", [10.0, HOUR], ids=["at once", "over an hour"])
@pytest.mark.parametrize("seed", [1, 2])
def test_of_10_000_guesses_at_5_users_at_most_100_an_hour_are_looked_at_for_each(
    limit: LoginLimit, clock: Clock, address_of: AddressOf, lasting: float, seed: int
) -> None:
    random, looked_at = Random(seed), Counter[str]()
    for number in range(10_000):
        clock.now += lasting / 10_000
        login = random.choice(USERS)
        looked_at[login] += guess(limit, login, address_of(number))

    assert max(looked_at.values()) <= 100


@pytest.mark.parametrize("address_of", [one_address, many_addresses])
def test_a_browser_that_is_known_comes_in_during_an_attack(
    limit: LoginLimit, clock: Clock, address_of: AddressOf
) -> None:
    for number in range(10_000):
        clock.now += 0.01
        guess(limit, "anna", address_of(number))

    for _ in range(50):
        attempt = limit.begin("anna", address=one_address(0), known_device="anna's browser")
        limit.forgive(attempt)


def test_a_new_browser_elsewhere_comes_in_while_one_address_guesses(
    limit: LoginLimit, clock: Clock
) -> None:
    for number in range(10_000):
        clock.now += 0.36
        guess(limit, "anna", one_address(number))

    limit.begin("anna", address="198.51.100.7", known_device=None)


def test_a_new_browser_at_the_attackers_address_waits_no_longer_than_it_is_told(
    limit: LoginLimit, clock: Clock
) -> None:
    for number in range(10_000):
        guess(limit, "anna", one_address(number))
    with pytest.raises(TooManyAttempts) as refusal:
        limit.begin("anna", address=one_address(0), known_device=None)

    clock.now += refusal.value.retry_after_seconds

    limit.begin("anna", address=one_address(0), known_device=None)


def test_a_stolen_browser_may_not_guess_for_ever_either(limit: LoginLimit, clock: Clock) -> None:
    looked_at = 0
    for _ in range(10_000):
        clock.now += 0.36
        looked_at += guess(limit, "anna", one_address(0), device="anna's browser")

    assert looked_at <= 100


def test_one_address_cannot_try_one_password_on_every_account(limit: LoginLimit) -> None:
    looked_at = sum(guess(limit, f"user{number}", one_address(0)) for number in range(10_000))

    assert looked_at == 100


def test_a_right_password_costs_nothing(limit: LoginLimit) -> None:
    for _ in range(1000):
        limit.forgive(limit.begin("anna", address=one_address(0), known_device=None))


def test_a_right_password_gives_a_known_browser_all_its_tries_back(limit: LoginLimit) -> None:
    for _ in range(5):
        for _ in range(9):
            assert guess(limit, "anna", one_address(0), device="anna's browser")
        attempt = limit.begin("anna", address=one_address(0), known_device="anna's browser")
        limit.forgive(attempt)


def test_many_at_once_gain_nothing(limit: LoginLimit) -> None:
    under_way = 0
    for number in range(1000):
        under_way += guess(limit, "anna", many_addresses(number))

    assert under_way == 20


def test_invented_logins_take_a_bounded_memory(limit: LoginLimit) -> None:
    for number in range(30_000):
        guess(limit, f"user{number}", many_addresses(number))

    assert len(limit) <= 4 * SLOTS


@pytest.mark.parametrize("address", ["", "unix:", "fe80::1%eth0", "::ffff:203.0.113.9", "\ud800"])
def test_any_address_is_taken(limit: LoginLimit, address: str) -> None:
    assert guess(limit, "anna", address)
