"""Every card is counted: pushed, painted, withdrawn, or gone before anyone saw it."""

from datetime import datetime, timedelta
from uuid import uuid4

from crm_core.calls.pop_figures import FOLLOWED, LATE, PopFigures
from crm_core.kernel.figures import Spread
from tests.unit.calls.floor import NOON

ANNA, BORIS = uuid4(), uuid4()


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def counted(figures: PopFigures, at: datetime) -> dict[str, int]:
    told = {figure.name.removeprefix("allo_cards_"): figure.value for figure in figures.told(at)}
    return {name: value for name, value in told.items() if isinstance(value, int)}


def test_a_card_painted_in_time_falls_into_its_bucket_and_once_only() -> None:
    figures, call = PopFigures(), uuid4()
    figures.on_sent(call, ANNA, NOON)
    figures.on_painted(call, ANNA, after(0.22))
    figures.on_painted(call, ANNA, after(9))  # another tab of hers
    figures.on_withdrawn(call, ANNA, after(10))

    assert counted(figures, after(60)) == {
        "pushed": 1,
        "painted": 1,
        "withdrawn": 1,
        "never_painted": 0,
    }
    took = dict(zip(figures.took.limits, figures.took.counts, strict=True))
    assert (took[0.2], took[0.3], took[10.0], figures.took.total) == (0, 1, 1, 1)


def test_a_card_that_went_unseen_counts_as_such_once_no_word_can_be_on_its_way() -> None:
    figures, call = PopFigures(), uuid4()
    for user in (ANNA, BORIS):
        figures.on_sent(call, user, NOON)
        figures.on_withdrawn(call, user, after(20))
    figures.on_painted(call, ANNA, after(20.1))  # it was on the glass as the caller gave up

    assert counted(figures, after(21))["never_painted"] == 0
    assert counted(figures, after(20) + LATE + timedelta(seconds=1)) == {
        "pushed": 2,
        "painted": 1,
        "withdrawn": 2,
        "never_painted": 1,
    }


def test_a_word_about_a_card_that_nobody_sent_counts_nothing() -> None:
    figures = PopFigures()
    figures.on_painted(uuid4(), ANNA, NOON)
    figures.on_gone(uuid4(), ANNA, NOON)

    assert set(counted(figures, after(60)).values()) == {0}


def test_a_flood_of_cards_that_nobody_sees_takes_no_more_room_than_is_followed() -> None:
    figures = PopFigures()
    for _ in range(FOLLOWED + 10):
        figures.on_sent(uuid4(), ANNA, NOON)

    assert counted(figures, NOON)["never_painted"] == 10


def test_a_clock_that_stands_before_the_ring_took_no_time() -> None:
    spread = Spread((1.0,))
    spread.add(-3)

    assert (spread.counts, spread.seconds) == ([1], 0.0)
