"""What people ask of the journal: each condition alone, and the pairs that they put together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from tests.bench.call_rows import QUEUES
from tests.bench.rows import key_of, number_of

Asked = dict[str, str]
Ask = Callable[[int], Asked]
"""The conditions, as they are asked for the n-th time."""


@dataclass(frozen=True, slots=True)
class JournalList:
    """One list; `role` is whose eyes see it: supervisor all, manager a team's, agent their own."""

    name: str
    asked: Ask
    role: str = "supervisor"

    def path(self, n: int, limit: int, cursor: str | None) -> str:
        words = {"limit": str(limit), **self.asked(n)}
        return "/api/calls?" + urlencode(words | ({"cursor": cursor} if cursor else {}))


def _same(**asked: str) -> Ask:
    return lambda _n: asked


def _agent(n: int) -> Asked:
    return {"user": str(key_of("agent", 1 + n * 7 % 150))}


def _queue(n: int) -> Asked:
    return {"queue": QUEUES[n % len(QUEUES)]}


def _rare_queue(n: int) -> Asked:
    return {"queue": QUEUES[-1 - n % 3]}


def _client(n: int) -> Asked:
    return {"client": str(key_of("client", 1 + n * 7_919 % 5_000))}


def _number(n: int) -> Asked:
    return {"number": number_of(1 + n * 7_919 % 5_000)}


def _day(n: int) -> Asked:
    return _days(20 + n % 20, 1)


def _month(_n: int) -> Asked:
    return _days(60, 30)


def _days(ago: int, days: int) -> Asked:
    begin = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    begin -= timedelta(days=ago)
    return {"from": begin.isoformat(), "to": (begin + timedelta(days=days)).isoformat()}


def _both(one: Ask, other: Ask) -> Ask:
    return lambda n: one(n) | other(n)


MISSED = _same(direction="inbound", result="abandoned,no_answer,busy,declined,failed,voicemail")
NOT_RETURNED = _same(not_returned="true")
OUTBOUND = _same(direction="outbound")
LONG = _same(min_talk="600")
NO_CARD = _same(card="unpainted")
NO_RESULT = _same(disposition="none")
STRANGER = _same(has_client="false")
NOBODY: Ask = lambda _n: {"user": str(key_of("nobody", 0))}  # noqa: E731

_CONDITIONS: Sequence[tuple[str, Ask]] = (
    ("no condition", _same()),
    ("outbound", OUTBOUND),
    ("missed", MISSED),
    ("missed, not returned", NOT_RETURNED),
    ("an agent", _agent),
    ("somebody without calls", NOBODY),
    ("a queue", _queue),
    ("a small queue", _rare_queue),
    ("a client", _client),
    ("a number", _number),
    ("a day", _day),
    ("a month", _month),
    ("talked 10 minutes", LONG),
    ("no card was seen", NO_CARD),
    ("nothing chosen", NO_RESULT),
    ("one result chosen", _same(disposition="callback")),
    ("a stranger", STRANGER),
    ("answered within 20 s", _same(answered_within="20")),
    ("a recording", _same(has_recording="true")),
    ("busy: nobody was", _same(result="busy")),
    ("a name", _same(q="Соколова 1234")),
    ("missed + an agent", _both(MISSED, _agent)),
    ("missed + a small queue", _both(MISSED, _rare_queue)),
    ("missed + a day", _both(MISSED, _day)),
    ("not returned + a queue", _both(NOT_RETURNED, _queue)),
    ("not returned + a month", _both(NOT_RETURNED, _month)),
    ("not returned + a stranger", _both(NOT_RETURNED, STRANGER)),
    ("an agent + outbound", _both(_agent, OUTBOUND)),
    ("an agent + a queue", _both(_agent, _rare_queue)),
    ("an agent + a month", _both(_agent, _month)),
    ("an agent + nothing chosen", _both(_agent, NO_RESULT)),
    ("an agent + talked 10 minutes", _both(_agent, LONG)),
    ("an agent + no card was seen", _both(_agent, NO_CARD)),
    ("a queue + a day", _both(_rare_queue, _day)),
    ("a queue + talked 10 minutes", _both(_rare_queue, LONG)),
    ("a number + missed", _both(_number, MISSED)),
)
_OF_A_TEAM = (
    *("no condition", "missed", "missed, not returned", "an agent", "a small queue", "a day"),
    *("nothing chosen", "missed + an agent", "missed + a day", "talked 10 minutes"),
)
_ONES_OWN = (
    *("no condition", "outbound", "missed", "missed, not returned", "a small queue", "a number"),
    *("a month", "nothing chosen", "talked 10 minutes", "no card was seen"),
)


def _of(role: str, names: Sequence[str]) -> tuple[JournalList, ...]:
    found = tuple(JournalList(name, asked, role) for name, asked in _CONDITIONS if name in names)
    assert len(found) == len(names), names
    return found


LISTS = (
    *(JournalList(name, asked) for name, asked in _CONDITIONS),
    *_of("manager", _OF_A_TEAM),
    *_of("agent", _ONES_OWN),
)
