"""The rows of the measured office, the same on either engine."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

NAMESPACE = UUID("5d0f2b0a-6a1c-4d6e-9a3f-0d5b7c1e2f4a")
FIRST_EXTENSION = 2001  # none begins like the recorded 101, which is replaced by text
GIVEN = ("Анна", "Иван", "Мария", "Олег", "Ольга", "Петр", "Светлана", "Юрий", "Нина", "Глеб")
FAMILY = ("Соколова", "Демин", "Крылова", "Лапин", "Орлова", "Зуев", "Белова", "Громов", "Котова")
QUEUES = ("sales", "support", "service")
RESULTS = ("answered", "answered", "answered", "answered", "abandoned", "no_answer")
CALLS_A_DAY = 4_000
BUSY_EVERY = 100  # each hundredth call is with the first client, whose history is long

Row = tuple[Any, ...]
Filled = tuple[str, tuple[str, ...], Iterator[Row]]
"""A table, its columns, and what goes into them."""


@dataclass(frozen=True, slots=True)
class Place:
    """What every installation begins with, and our rows refer to."""

    team: UUID
    pipeline: UUID
    stages: Sequence[tuple[UUID, str]]  # with what each means: open, won, lost


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is of everything."""

    clients: int
    deals: int
    calls: int


def key_of(kind: str, number: int) -> UUID:
    return uuid5(NAMESPACE, f"{kind} {number}")


def number_of(client: int) -> str:
    """A Russian mobile number, one for each client."""
    return f"+79{client:09d}"


def name_of(client: int) -> str:
    mixed = client * 2_654_435_761 >> 7
    return f"{GIVEN[mixed % len(GIVEN)]} {FAMILY[mixed % len(FAMILY)]} {client}"


def client_of_call(call: int, clients: int) -> int:
    return 0 if call % BUSY_EVERY == 0 else call * 7919 % clients


def all_rows(size: Size, place: Place, tokens: Sequence[str]) -> Iterator[Filled]:
    """Every table in an order in which nobody refers to what is not there yet."""
    now = datetime.now(UTC)
    yield from _people(tokens, place, now)
    yield from _clients(size, place, now)
    yield from _deals(size, place, now, len(tokens))
    yield from _calls(size, place, now, len(tokens))


def _people(tokens: Sequence[str], place: Place, now: datetime) -> Iterator[Filled]:
    """Agents, and behind them one supervisor, whose token is the last."""
    last = len(tokens) - 1

    def users() -> Iterator[Row]:
        for agent in range(len(tokens)):
            role = "supervisor" if agent == last else "agent"
            shown = ("ru", "auto", "Europe/Moscow", True)
            name = f"Оператор {agent}"
            yield (
                key_of("agent", agent),
                f"agent{agent}",
                name,
                "",
                role,
                place.team,
                *shown,
                now,
                now,
            )

    columns = "id login name password_hash role team_id language theme time_zone is_active"
    yield "user_account", (*columns.split(), "created_at", "updated_at"), users()
    phones = (("bench", str(FIRST_EXTENSION + it), key_of("agent", it)) for it in range(last))
    yield "extension", ("pbx", "extension", "user_id"), phones
    hashed = [hashlib.sha256(token.encode()).hexdigest() for token in tokens]
    shown = (
        (key_of("token", n), key_of("agent", n), "bench", it, now) for n, it in enumerate(hashed)
    )
    yield "api_token", ("id", "user_id", "name", "token_hash", "created_at"), shown


RECORD = ("id", "kind", "title", "owner_id", "team_id", "version", "created_at", "updated_at")


def _clients(size: Size, place: Place, now: datetime) -> Iterator[Filled]:
    every = range(size.clients)
    records = (
        (key_of("client", n), "client", name_of(n), None, place.team, 1, now, now) for n in every
    )
    yield "record", RECORD, records

    def clients() -> Iterator[Row]:
        for n in every:
            low = name_of(n).lower()
            search = f"{low} {number_of(n)}"
            yield key_of("client", n), "person", name_of(n), low, False, [], search

    columns = ("id", "kind", "name", "sort_name", "is_vip", "tags", "search_text")
    yield "client", columns, clients()

    def phones() -> Iterator[Row]:
        for n in every:
            number = number_of(n)
            yield key_of("phone", n), key_of("client", n), number, number[-10:], number, "mobile", 0

    columns = ("id", "client_id", "number", "tail", "raw_number", "label", "position")
    yield "client_phone", columns, phones()


def _deals(size: Size, place: Place, now: datetime, agents: int) -> Iterator[Filled]:
    every = range(size.deals)

    def owner(n: int) -> UUID:
        return key_of("agent", n % agents)

    records = (
        (key_of("deal", n), "deal", f"Стойки {n}", owner(n), place.team, 1, now, now) for n in every
    )
    yield "record", RECORD, records

    def deals() -> Iterator[Row]:
        for n in every:
            stage, kind = place.stages[n % len(place.stages)]
            client = key_of("client", n * 7 % size.clients)
            since = now - timedelta(minutes=n)
            closed = None if kind == "open" else since
            yield (
                *(key_of("deal", n), owner(n), place.team, client, place.pipeline, stage),
                *(f"Стойки {n}", f"стойки {n}", n * 100, "RUB", kind, since, closed, since),
            )

    columns = "id owner_id team_id client_id pipeline_id stage_id title search_text amount_minor"
    more = "currency status stage_since_at closed_at created_at"
    yield "deal", (*columns.split(), *more.split()), deals()


def _calls(size: Size, place: Place, now: datetime, agents: int) -> Iterator[Filled]:
    every = range(size.calls)

    def began(n: int) -> datetime:
        return now - timedelta(seconds=n * 86_400 / CALLS_A_DAY)

    def client(n: int) -> int:
        return client_of_call(n, size.clients)

    def agent(n: int) -> int:
        return n % (agents - 1)

    records = (
        (
            *(key_of("call", n), "call", number_of(client(n)), key_of("agent", agent(n))),
            *(place.team, 1, began(n), began(n)),
        )
        for n in every
    )
    yield "record", RECORD, records
    yield "call", CALL, (_call(n, client(n), agent(n), began(n)) for n in every)

    def legs() -> Iterator[Row]:
        for n in every:
            at, seat = began(n), str(FIRST_EXTENSION + agent(n))
            result = "answered" if RESULTS[n % len(RESULTS)] == "answered" else "cancelled"
            parts = (key_of("leg", n), key_of("call", n), "1", 0, seat, key_of("agent", agent(n)))
            yield *parts, at, result, 60.0

    columns = "id call_id key position extension user_id rang_at outcome talk_seconds"
    yield "call_leg", tuple(columns.split()), legs()
    visits = ((key_of("visit", n), key_of("call", n), 0, QUEUES[n % 3], began(n)) for n in every)
    yield "call_queue_visit", ("id", "call_id", "position", "name", "entered_at"), visits

    def activities() -> Iterator[Row]:
        for n in every:
            places = (key_of("activity", n), key_of("client", client(n)), key_of("call", n))
            yield *places, "call", began(n), None, {}

    columns_of_activity = ("id", "record_id", "source_id", "kind", "at", "actor_id", "summary")
    yield "activity", columns_of_activity, activities()


CALL = (
    *("id", "pbx", "linkedid", "direction", "status", "result", "number", "raw_number"),
    *("is_withheld", "queue", "started_at", "answered_at", "ended_at", "wait_seconds"),
    *("talk_seconds", "hold_seconds", "handled_by", "handled_by_user_id", "placed_by"),
    *("placed_by_user_id", "transfers", "is_recovered", "is_stub", "client_id"),
    *("is_client_chosen", "note", "note_version"),
)


def _call(n: int, client: int, agent: int, at: datetime) -> Row:
    result, number = RESULTS[n % len(RESULTS)], number_of(client)
    is_ours = n % 5 == 0
    seat, user = str(FIRST_EXTENSION + agent), key_of("agent", agent)
    taken = (seat, user) if result == "answered" and not is_ours else (None, None)
    placed = (seat, user) if is_ours else (None, None)
    answered = at if result == "answered" else None
    return (
        *(key_of("call", n), "bench", f"17.{n}", "outbound" if is_ours else "inbound"),
        *("ended", result, number, number, False, QUEUES[n % 3], at, answered),
        *(at + timedelta(minutes=1), 5.0, 60.0, 0.0, *taken, *placed),
        *([], False, False, key_of("client", client), False, "", 0),
    )
