"""Months of calls of the made-up company, told as the tracker would have told them. Pure."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from config.demo import words
from config.demo.company import MadeUpClient
from crm_core.kernel.call_facts import (
    CallResult,
    CallSnapshot,
    CallStatus,
    Direction,
    Leg,
    LegOutcome,
    QueueOutcome,
    QueueVisit,
)

PBX = "demo"
Team = tuple[Sequence[str], str]
"""The phones of a queue, and its name."""

DAYS = 75
CALLS_A_DAY = 14
HOME = ZoneInfo("Europe/Moscow")
DISPOSITIONS = ("consulted", "offer", "callback", "meeting", "refused")
HOW_OFTEN = (8, 4, 4, 2, 2)

_SALES = [row[3] for row in words.COLLEAGUES if "sales" in row[5]]
_SUPPORT = [row[3] for row in words.COLLEAGUES if "support" in row[5]]
_TEAMS = ((_SALES, "sales"), (_SUPPORT, "support"))
_LOGINS = {row[0]: row[3] for row in words.COLLEAGUES}


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCall:
    """A call that is over, and what the agent left behind."""

    call: CallSnapshot
    disposition: str | None
    note: str | None


def make_history(
    clients: Sequence[MadeUpClient], *, seed: int, now: datetime, days: int = DAYS
) -> list[PastCall]:
    """The calls of the last `days`, oldest first, the newest of them some minutes ago."""
    chance = random.Random(seed)  # noqa: S311  # calls of a play, not secrets
    # some call often, most now and then
    regulars = [client for client in clients if client.phones]
    weights = [chance.paretovariate(1.3) for _ in regulars]
    moments = sorted(_moments(chance, now, days))
    calls = []
    for number, at in enumerate(moments):
        client = chance.choices(regulars, weights)[0]
        is_recent = now - at < timedelta(hours=2, minutes=5)
        kind = "missed today" if is_recent and number % 4 == 0 else _kind(chance)
        calls.append(
            _past_call(chance, client, at, linkedid=f"{int(at.timestamp())}.{number}", kind=kind)
        )
    return calls


def _kind(chance: random.Random) -> str:
    return chance.choices(("queue", "direct", "outbound", "missed"), (34, 30, 24, 12))[0]


def _moments(chance: random.Random, now: datetime, days: int) -> Iterator[datetime]:
    """When people called: in office hours, little at the weekend, and a few just before now."""
    midnight = now.astimezone(HOME).replace(hour=0, minute=0, second=0, microsecond=0)
    latest = now - timedelta(minutes=25)
    for day in range(days, -1, -1):
        morning = midnight - timedelta(days=day)
        count = chance.randint(0, 3) if morning.weekday() >= 5 else CALLS_A_DAY
        for _ in range(count + chance.randint(-3, 3)):
            at = morning + timedelta(hours=chance.triangular(9, 19, 11.5))
            if at < latest:
                yield at
    for minutes in (27, 41, 58, 74, 96, 120):
        yield now - timedelta(minutes=minutes, seconds=chance.randint(0, 59))


def _past_call(
    chance: random.Random, client: MadeUpClient, at: datetime, *, linkedid: str, kind: str
) -> PastCall:
    owner = _LOGINS[client.owner]
    raw_number = chance.choice(client.phones)[0]
    if kind == "outbound":
        call = _outbound(chance, linkedid, at, raw_number, owner)
    elif kind.startswith("missed"):
        team = _TEAMS[0] if kind == "missed today" else chance.choice(_TEAMS)
        call = _missed(chance, linkedid, at, raw_number, team)
    else:
        call = _answered(chance, linkedid, at, raw_number, owner, in_queue=kind == "queue")
    if call.result is not CallResult.ANSWERED:
        return PastCall(call=call, disposition=None, note=None)
    if chance.random() < 0.2:  # nobody is perfect: some talks are left without a word
        return PastCall(call=call, disposition=None, note=None)
    disposition = chance.choices(DISPOSITIONS, HOW_OFTEN)[0]
    note = chance.choice(words.NOTES[disposition]) if chance.random() < 0.6 else None
    return PastCall(call=call, disposition=disposition, note=note)


def _answered(
    chance: random.Random, linkedid: str, at: datetime, raw_number: str, owner: str, *,
    in_queue: bool,
) -> CallSnapshot:  # fmt: skip
    group = _SALES if owner in _SALES else _SUPPORT
    rang = group if in_queue else [owner]
    winner = owner if owner in rang else rang[0]
    answered = at + timedelta(seconds=chance.uniform(3, 19))
    ended = answered + timedelta(seconds=min(chance.lognormvariate(4.7, 0.8), 1500))
    talk = (ended - answered).total_seconds()
    legs = tuple(
        Leg(
            key=extension,
            extension=extension,
            rang_at=at,
            answered_at=answered if extension == winner else None,
            ended_at=ended if extension == winner else answered,
            outcome=(LegOutcome.ANSWERED if extension == winner else LegOutcome.ANSWERED_ELSEWHERE),
            talk_seconds=round(talk, 1) if extension == winner else 0.0,
            device=f"PJSIP/{extension}",
        )
        for extension in rang
    )
    queue = ("sales" if owner in _SALES else "support") if in_queue else None
    visits = (
        (QueueVisit(name=queue, entered_at=at, left_at=answered, outcome=QueueOutcome.ANSWERED),)
        if queue
        else ()
    )
    return _ended(
        linkedid, at, ended, raw_number, direction=Direction.INBOUND, result=CallResult.ANSWERED,
        queue=queue, queues=visits, answered_at=answered, legs=legs, handled_by=winner,
        did=words.DIDS[queue],
    )  # fmt: skip


def _missed(
    chance: random.Random, linkedid: str, at: datetime, raw_number: str, team: Team
) -> CallSnapshot:
    ended = at + timedelta(seconds=chance.uniform(8, 45))
    group, queue = team
    result = chance.choice((CallResult.ABANDONED, CallResult.ABANDONED, CallResult.NO_ANSWER))
    is_abandoned = result is CallResult.ABANDONED
    outcome = LegOutcome.CANCELLED if is_abandoned else LegOutcome.NO_ANSWER
    left = QueueOutcome.ABANDONED if is_abandoned else QueueOutcome.TIMEOUT
    legs = tuple(
        Leg(key=extension, extension=extension, rang_at=at, ended_at=ended, outcome=outcome)
        for extension in group
    )
    visits = (QueueVisit(name=queue, entered_at=at, left_at=ended, outcome=left),)
    return _ended(
        linkedid, at, ended, raw_number, direction=Direction.INBOUND, result=result,
        queue=queue, queues=visits, legs=legs, did=words.DIDS[queue],
    )  # fmt: skip


def _outbound(
    chance: random.Random, linkedid: str, at: datetime, raw_number: str, owner: str
) -> CallSnapshot:
    is_answered = chance.random() < 0.75
    answered = at + timedelta(seconds=chance.uniform(6, 24))
    talk = min(chance.lognormvariate(4.5, 0.8), 1200) if is_answered else 0.0
    ended = answered + timedelta(seconds=talk)
    return _ended(
        linkedid, at, ended, raw_number.replace("+7", "8", 1), direction=Direction.OUTBOUND,
        result=CallResult.ANSWERED if is_answered else CallResult.NO_ANSWER,
        answered_at=answered if is_answered else None, placed_by=owner,
        handled_by=owner if is_answered else None,
    )  # fmt: skip


def _ended(
    linkedid: str, at: datetime, ended: datetime, raw_number: str, *,
    direction: Direction, result: CallResult, did: str | None = None, queue: str | None = None,
    queues: tuple[QueueVisit, ...] = (), answered_at: datetime | None = None,
    legs: tuple[Leg, ...] = (), placed_by: str | None = None, handled_by: str | None = None,
) -> CallSnapshot:  # fmt: skip
    return CallSnapshot(
        call_id=uuid5(NAMESPACE_URL, f"allo:demo:{linkedid}"),
        pbx=PBX,
        linkedid=linkedid,
        direction=direction,
        status=CallStatus.ENDED,
        result=result,
        raw_number=raw_number,
        is_withheld=False,
        caller_name=None,
        did=did,
        queue=queue,
        queues=queues,
        started_at=at,
        answered_at=answered_at,
        ended_at=ended,
        wait_seconds=round(((answered_at or ended) - at).total_seconds(), 1),
        talk_seconds=round((ended - answered_at).total_seconds(), 1) if answered_at else 0.0,
        hold_seconds=0.0,
        placed_by=placed_by,
        handled_by=handled_by,
        legs=legs,
    )
