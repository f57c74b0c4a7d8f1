"""The screens under measurement: what a browser asks, and the plainest SQL for the same rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from tests.bench.call_rows import QUEUES
from tests.bench.rows import FAMILY, key_of, number_of

Statement = tuple[str, tuple[str | int | UUID, ...]]
"""SQL with `?` for its values; `{has}` is how this engine looks for a part of a text."""

CLIENT = "SELECT id, kind, name, greeting_name, position, city, is_vip, tags FROM client"
CALL = (
    "SELECT id, direction, status, result, number, queue, started_at, answered_at, ended_at,"
    " wait_seconds, talk_seconds, handled_by, client_id, disposition, note FROM call"
)
DEAL = (
    "SELECT id, title, client_id, stage_id, amount_minor, currency, owner_id, status,"
    " stage_since_at FROM deal"
)
PAGE = 50
SPREAD = 7_919


@dataclass(frozen=True, slots=True)
class Screen:
    """`paths` and `statements` for the n-th time it is asked; `budget_ms` is the p95 at the API."""

    name: str
    group: str
    paths: Callable[[int], Sequence[str]]
    statements: Callable[[int], Sequence[Statement]]
    budget_ms: float | None = None
    is_for_supervisor: bool = False


def _client(n: int) -> int:
    return n * SPREAD % 5_000  # also in a small office, and all of them have calls


def _word(n: int) -> str:
    return FAMILY[n % len(FAMILY)].lower()


def _full_name(n: int) -> str:
    """A family name and a part of the number behind it: few have both."""
    return f"{_word(n)} {10_000 + n * SPREAD % 80_000}"


def _search(word: str) -> Statement:
    return f"{CLIENT} WHERE {{has}} ORDER BY sort_name, id LIMIT {PAGE}", (word,)


def _card(n: int) -> Sequence[Statement]:
    client = key_of("client", _client(n))
    return (
        (f"{CLIENT} WHERE id = ?", (client,)),
        ("SELECT number, label FROM client_phone WHERE client_id = ?", (client,)),
        (
            f"{CALL} WHERE id IN (SELECT source_id FROM activity WHERE record_id = ?"
            f" ORDER BY at DESC LIMIT {PAGE})",
            (client,),
        ),
    )


def _long_card(_n: int) -> Sequence[Statement]:
    return _card(0)


def _board(_n: int) -> Sequence[Statement]:
    columns = [
        (f"{DEAL} WHERE stage_id = (SELECT id FROM stage WHERE position = {it})"
         " ORDER BY stage_since_at DESC, id DESC LIMIT 30", ())
        for it in range(7)
    ]  # fmt: skip
    sums = (
        "SELECT stage_id, currency, count(*), sum(amount_minor) FROM deal"
        " WHERE pipeline_id = (SELECT id FROM pipeline LIMIT 1) GROUP BY 1, 2"
    )
    return (*columns, (sums, ()))


def _calls(condition: str, *values: str | UUID) -> Callable[[int], Sequence[Statement]]:
    where = f"{CALL} WHERE {condition} ORDER BY started_at DESC, id DESC LIMIT {PAGE}"
    return lambda _n: ((where, values),)


def _path(path: str) -> Callable[[int], Sequence[str]]:
    return lambda _n: (path,)


def _card_paths(client: int) -> Sequence[str]:
    key = key_of("client", client)
    return f"/api/clients/{key}", f"/api/clients/{key}/timeline?limit={PAGE}"


AGENT = key_of("agent", 17)
NOBODY = key_of("nobody", 0)
_OF_AGENT = (
    "id IN (SELECT call_id FROM call_of_person WHERE user_id = ?"
    f" ORDER BY started_at DESC LIMIT {PAGE})"
)
_OF_QUEUE = "EXISTS (SELECT 1 FROM call_of_queue q WHERE q.call_id = call.id AND q.name = ?)"
_OF_NO_QUEUE = "id IN (SELECT call_id FROM call_of_queue WHERE name = ?)"

SCREENS = (
    Screen(
        "client list",
        "clients",
        _path(f"/api/clients?limit={PAGE}"),
        lambda _n: ((f"{CLIENT} ORDER BY sort_name, id LIMIT {PAGE}", ()),),
        100,
    ),
    Screen(
        "search: part of a name",
        "clients",
        lambda n: (f"/api/clients?limit={PAGE}&q={quote(_full_name(n))}",),
        lambda n: (_search(_full_name(n)),),
        100,
    ),
    Screen(
        "search: what every ninth is called",
        "clients",
        lambda n: (f"/api/clients?limit={PAGE}&q={quote(_word(n))}",),
        lambda n: (_search(_word(n)),),
        100,
    ),
    Screen(
        "search: part of a number",
        "clients",
        lambda n: (f"/api/clients?limit={PAGE}&q={number_of(_client(n))[-7:]}",),
        lambda n: (_search(number_of(_client(n))[-7:]),),
        100,
    ),
    Screen("client card", "clients", lambda n: _card_paths(_client(n)), _card, 100),
    Screen("client card, 2,000 calls", "clients", lambda _n: _card_paths(0), _long_card, 100),
    Screen(
        "deals board", "deals", _path("/api/deals/board"), _board, 150, is_for_supervisor=True
    ),
    Screen("journal", "calls", _path(f"/api/calls?limit={PAGE}"), _calls("true"), 100, True),
    Screen(
        "journal: missed in a queue",
        "calls",
        _path(f"/api/calls?limit={PAGE}&direction=inbound&result=abandoned&queue={QUEUES[1]}"),
        _calls(f"direction = 'inbound' AND result = 'abandoned' AND {_OF_QUEUE}", QUEUES[1]),
        100,
        True,
    ),
    Screen(
        "journal: of one agent",
        "calls",
        _path(f"/api/calls?limit={PAGE}&user={AGENT}"),
        _calls(_OF_AGENT, AGENT),
        100,
        True,
    ),
    Screen(
        "journal: of somebody without calls",
        "calls",
        _path(f"/api/calls?limit={PAGE}&user={NOBODY}"),
        _calls(_OF_AGENT, NOBODY),
        100,
        True,
    ),
    Screen(
        "journal: nobody rings now",
        "calls",
        _path(f"/api/calls?limit={PAGE}&status=ringing,queued"),
        _calls("status <> 'ended' AND status IN ('ringing', 'queued')"),
        100,
        True,
    ),
    Screen(
        "journal: nobody came to that queue",
        "calls",
        _path(f"/api/calls?limit={PAGE}&queue=nowhere"),
        _calls(_OF_NO_QUEUE, "nowhere"),
        100,
        True,
    ),
    Screen(
        "journal: nobody was busy",
        "calls",
        _path(f"/api/calls?limit={PAGE}&result=busy"),
        _calls("result = 'busy'"),
        100,
        True,
    ),
    Screen("journal: an agent's own", "calls", _path(f"/api/calls?limit={PAGE}"),
        _calls(_OF_AGENT, key_of("agent", 0)), 100),
)  # fmt: skip
