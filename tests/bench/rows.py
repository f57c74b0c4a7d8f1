"""The rows of the measured office, the same on either engine."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid5

NAMESPACE = UUID("5d0f2b0a-6a1c-4d6e-9a3f-0d5b7c1e2f4a")
FIRST_EXTENSION = 2001  # none begins like the recorded 101, which is replaced by text
GIVEN = ("Анна", "Иван", "Мария", "Олег", "Ольга", "Петр", "Светлана", "Юрий", "Нина", "Глеб")
FAMILY = ("Соколова", "Демин", "Крылова", "Лапин", "Орлова", "Зуев", "Белова", "Громов", "Котова")
NORTH = uuid5(NAMESPACE, "team north")  # the manager's
MANAGER_TOKEN = hashlib.sha256(b"bench manager").hexdigest()

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
    """As far from its neighbours as any id is, and made in no time."""
    return UUID(int=(number + _first(kind)) * _ODD & _MOST)


@cache
def _first(kind: str) -> int:
    return uuid5(NAMESPACE, kind).int


_ODD, _MOST = 0x9E3779B97F4A7C15F39CC0605CEDC835, (1 << 128) - 1


def number_of(client: int) -> str:
    """A Russian mobile number, one for each client."""
    return f"+79{client:09d}"


def name_of(client: int) -> str:
    mixed = client * 2_654_435_761 >> 7
    return f"{GIVEN[mixed % len(GIVEN)]} {FAMILY[mixed % len(FAMILY)]} {client}"


def all_rows(size: Size, place: Place, tokens: Sequence[str], now: datetime) -> Iterator[Filled]:
    """Every table but those of calls."""
    yield from _people(tokens, place, now)
    yield from _clients(size, place, now)
    yield from _deals(size, place, now, len(tokens))


def _people(tokens: Sequence[str], place: Place, now: datetime) -> Iterator[Filled]:
    """Agents, and behind them one supervisor, whose token is the last, and the north's manager."""
    last = len(tokens) - 1
    roles = ["agent"] * last + ["supervisor", "manager"]

    def users() -> Iterator[Row]:
        for place_of, role in enumerate(roles):
            team = NORTH if role == "manager" else place.team
            who = (key_of("agent", place_of), f"agent{place_of}", f"Оператор {place_of}", "", role)
            yield *who, team, "ru", "auto", "Europe/Moscow", True, now, now

    yield "team", ("id", "name"), iter(((NORTH, "Север"),))
    columns = "id login name password_hash role team_id language theme time_zone is_active"
    yield "user_account", (*columns.split(), "created_at", "updated_at"), users()
    phones = (("bench", str(FIRST_EXTENSION + it), key_of("agent", it)) for it in range(last))
    yield "extension", ("pbx", "extension", "user_id"), phones
    shown = (
        (key_of("token", n), key_of("agent", n), "bench", hashlib.sha256(it.encode()).hexdigest())
        for n, it in enumerate((*tokens, MANAGER_TOKEN))
    )
    columns_of_token = ("id", "user_id", "name", "token_hash", "created_at")
    yield "api_token", columns_of_token, ((*each, now) for each in shown)


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
