"""The call log of the measured office: a tenth of what comes in is missed, few of it for ever."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from tests.bench.rows import (
    FIRST_EXTENSION,
    NORTH,
    RECORD,
    Filled,
    Place,
    Row,
    Size,
    all_rows,
    key_of,
    number_of,
)

QUEUES = ("sales", "support", "service", *(f"queue{number:02}" for number in range(4, 31)))
DISPOSITIONS = ("offer", "meeting", "callback", "refused", "consulted", "wrong_number")
CALLS_A_DAY = 4_000
LONG_HISTORY = 2_000  # calls of the first client
CALLS_A_CALLER = 10
TEAMS = 10  # each tenth agent is in the north


# What the call writer notes with each talk, for all calls at once.
RETURNS = """
    UPDATE call SET returned_at = (
        SELECT min(later.started_at) FROM call AS later
        WHERE later.number = call.number AND later.started_at > call.started_at
            AND later.result = 'answered'
    )
    WHERE direction = 'inbound' AND result <> 'answered'
"""


class Dice:
    """Numbers without order, the same each time."""

    def __init__(self, number: int) -> None:
        self._left = (number + 1) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF
        self._left ^= self._left >> 29

    def below(self, most: int) -> int:
        self._left = self._left * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
        self._left ^= self._left >> 31
        return (self._left >> 11) % most


class OneCall(NamedTuple):
    """What one call was."""

    number: int
    at: datetime
    client: int | None  # None: nobody we know
    caller: str
    agent: int
    is_ours: bool
    result: str
    queue: str | None
    talked: float
    disposition: str | None

    @property
    def is_answered(self) -> bool:
        return self.result == "answered"

    @property
    def seat(self) -> tuple[str, UUID]:
        return str(FIRST_EXTENSION + self.agent), key_of("agent", self.agent)


def everything(size: Size, place: Place, tokens: Sequence[str]) -> Iterator[Filled]:
    """Every table, in an order in which nobody refers to what is not there yet."""
    now = datetime.now(UTC)
    yield from all_rows(size, place, tokens, now)
    yield from _calls(size, place.team, now, len(tokens) - 1)


def _one_call(n: int, size: Size, now: datetime, agents: int) -> OneCall:
    dice = Dice(n)
    caller = dice.below(max(1, size.calls // CALLS_A_CALLER))
    is_long = n % max(1, size.calls // LONG_HISTORY) == 0 and size.calls > LONG_HISTORY
    client = 0 if is_long else caller % size.clients
    is_ours, fate = dice.below(5) == 0, dice.below(100)
    result = "abandoned" if fate < 6 else "no_answer" if fate < 10 else "answered"
    if is_ours and fate < 10:
        result = "no_answer"
    queue = QUEUES[min(dice.below(33), dice.below(33)) % len(QUEUES)]  # the first have the most
    is_known = is_long or dice.below(5) > 0
    said = dice.below(10)
    return OneCall(
        number=n,
        at=now - timedelta(seconds=n * 86_400 / CALLS_A_DAY),
        client=client if is_known else None,
        caller=number_of(client),
        agent=dice.below(agents),
        is_ours=is_ours,
        result=result,
        queue=None if is_ours else queue,
        talked=float(dice.below(dice.below(900) + 1)) if result == "answered" else 0.0,
        disposition=DISPOSITIONS[said] if said < len(DISPOSITIONS) and fate >= 10 else None,
    )


def _calls(size: Size, team: UUID, now: datetime, agents: int) -> Iterator[Filled]:
    every = [_one_call(n, size, now, agents) for n in range(size.calls)]

    def team_of(agent: int) -> UUID:
        return NORTH if agent % TEAMS == TEAMS - 1 else team

    yield (
        "record",
        RECORD,
        (
            (
                *(key_of("call", it.number), "call", it.caller, key_of("agent", it.agent)),
                *(team_of(it.agent), 1, it.at, it.at),
            )
            for it in every
        ),
    )
    yield "call", CALL, (_call(it) for it in every)
    columns = "id call_id key position extension user_id rang_at outcome talk_seconds"
    yield "call_leg", tuple(columns.split()), (_leg(it) for it in every)
    visits = (_visit(it) for it in every if it.queue)
    columns = "id call_id position name entered_at left_at outcome"
    yield "call_queue_visit", tuple(columns.split()), visits
    of_persons = ((key_of("call", it.number), it.seat[1], it.at) for it in every)
    yield "call_of_person", ("call_id", "user_id", "started_at"), of_persons
    of_queues = ((key_of("call", it.number), it.queue, it.at) for it in every if it.queue)
    yield "call_of_queue", ("call_id", "name", "started_at"), of_queues
    cards = (_card(it) for it in every if not it.is_ours)
    columns = "id call_id user_id extension rang_at sent_at painted_at"
    yield "shown_card", tuple(columns.split()), cards
    columns = "id record_id source_id kind at actor_id summary"
    yield (
        "activity",
        tuple(columns.split()),
        (_activity(it) for it in every if it.client is not None),
    )


def _leg(it: OneCall) -> Row:
    seat, user = it.seat
    outcome = "answered" if it.is_answered else "cancelled"
    parts = (key_of("leg", it.number), key_of("call", it.number), "1", 0, seat, user)
    return *parts, it.at, outcome, it.talked


def _visit(it: OneCall) -> Row:
    outcome = "answered" if it.is_answered else "abandoned"
    left_at = it.at + timedelta(seconds=5 + it.number % 40)
    parts = (key_of("visit", it.number), key_of("call", it.number), 0, it.queue)
    return *parts, it.at, left_at, outcome


def _card(it: OneCall) -> Row:
    """One of twenty was never seen by anybody."""
    seat, user = it.seat
    painted_at = None if it.number % 20 == 0 else it.at + timedelta(milliseconds=80)
    return (
        *(key_of("card", it.number), key_of("call", it.number), user, seat),
        *(it.at, it.at + timedelta(milliseconds=20), painted_at),
    )


def _activity(it: OneCall) -> Row:
    places = (key_of("client", it.client or 0), key_of("call", it.number))
    return key_of("activity", it.number), *places, "call", it.at, None, {}


CALL = (
    *("id", "pbx", "linkedid", "direction", "status", "result", "number", "raw_number"),
    *("is_withheld", "did", "queue", "started_at", "answered_at", "ended_at", "wait_seconds"),
    *("talk_seconds", "hold_seconds", "handled_by", "handled_by_user_id", "placed_by"),
    *("placed_by_user_id", "transfers", "is_recovered", "is_stub", "client_id"),
    *("is_client_chosen", "disposition", "note", "note_version"),
)


def _call(it: OneCall) -> Row:
    nobody = (None, None)
    client = None if it.client is None else key_of("client", it.client)
    return (
        *(key_of("call", it.number), "bench", f"17.{it.number}"),
        *("outbound" if it.is_ours else "inbound", "ended", it.result, it.caller, it.caller),
        *(False, None if it.is_ours else f"7495000070{it.number % 10}", it.queue, it.at),
        *(it.at if it.is_answered else None, it.at + timedelta(seconds=20 + it.talked), 5.0),
        *(it.talked, 0.0, *(it.seat if it.is_answered and not it.is_ours else nobody)),
        *(*(it.seat if it.is_ours else nobody), [], False, False, client),
        *(False, it.disposition, "", 0),
    )
