"""The clock that stamps what arrives."""

from datetime import UTC, datetime, timedelta

from telephony.arrival_clock import PATIENCE_SECONDS, ArrivalClock

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Hands:
    """Both clocks of a machine; an administrator may turn the one on the wall."""

    def __init__(self) -> None:
        self.wall = NINE
        self.ticks = 5_000.0

    def pass_by(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.ticks += seconds

    def clock(self) -> ArrivalClock:
        return ArrivalClock(lambda: self.wall, lambda: self.ticks)


def test_it_shows_peoples_time() -> None:
    hands = Hands()
    clock = hands.clock()
    hands.pass_by(90)
    assert clock.now() == NINE + timedelta(seconds=90)


def test_a_clock_set_back_during_a_call_does_not_shorten_it() -> None:
    hands = Hands()
    clock = hands.clock()
    began = clock.now()
    hands.pass_by(30)
    hands.wall -= timedelta(hours=1)
    clock.adjust(is_idle=False)
    hands.pass_by(30)

    assert clock.now() - began == timedelta(minutes=1)


def test_between_calls_the_new_time_counts() -> None:
    hands = Hands()
    clock = hands.clock()
    hands.wall -= timedelta(hours=1)
    clock.adjust(is_idle=True)
    assert clock.now() == NINE - timedelta(hours=1)


def test_small_corrections_are_followed_at_once() -> None:
    hands = Hands()
    clock = hands.clock()
    hands.pass_by(10)
    hands.wall += timedelta(milliseconds=200)
    clock.adjust(is_idle=False)
    assert clock.now() == NINE + timedelta(seconds=10.2)


def test_a_floor_that_is_never_idle_gets_the_new_time_after_a_while() -> None:
    hands = Hands()
    clock = hands.clock()
    hands.wall += timedelta(hours=1)
    clock.adjust(is_idle=False)
    hands.pass_by(PATIENCE_SECONDS + 1)
    clock.adjust(is_idle=False)
    assert clock.now() == hands.wall
