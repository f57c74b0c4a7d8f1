"""Which calls somebody asks for, as conditions that indexes answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    and_,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.calls.call_rights import CALL, RECORD
from crm_core.calls.journal_walks import (
    ALL_CALLS,
    Walk,
    along_person,
    along_queue,
    is_of_person,
    is_of_queue,
)
from crm_core.calls.recording_rows import RECORDING
from crm_core.calls.returns import MISSED, UNRETURNED
from crm_core.calls.shown_cards import CardState, milliseconds_between
from crm_core.calls.tables import CallQueueVisit
from crm_core.kernel.call_facts import CallResult, CallStatus, Direction, QueueOutcome
from crm_core.kernel.phone import read_number
from crm_core.kernel.upsert import table_of
from crm_core.records.client_search import CLIENT, Search, containing

VISIT = table_of(CallQueueVisit)
NO_DISPOSITION = "none"
# word for word what the indexes hold
ALIVE = CALL.c.status != literal_column("'ended'")
CLIENTS_FOUND = 300  # whose calls are looked through, of those that a text finds
FEW_RECORDINGS = 10_000  # more are met soon by walking along the calls


@dataclass(frozen=True, slots=True, kw_only=True)
class CallQuery:
    """Which calls. All conditions hold together; `from_at` is inside, `to_at` is not.

    `user`: whose phone rang, spoke or dialled. `not_returned`: inbound calls that nobody answered
    and after which there was no talk with that number. `disposition` "none": nothing was chosen.
    `answered_within`: in a queue (in `queue`, if it is said), in so many seconds. `card`: whether
    one was painted, of those that the asker may know of.
    """

    client: UUID | None = None
    number: str | None = None
    q: str | None = None
    direction: Direction | None = None
    result: Sequence[CallResult] | None = None
    status: Sequence[CallStatus] | None = None
    queue: str | None = None
    answered_within: float | None = None
    user: UUID | None = None
    team: UUID | None = None
    disposition: str | None = None
    has_client: bool | None = None
    has_recording: bool = False
    not_returned: bool = False
    min_talk: float | None = None
    card: CardState | None = None
    card_slower_ms: float | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None
    limit: int = 50
    cursor: str | None = None


def answered_within(seconds: float | ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a stay in a queue ended with an answer, so soon after it began."""
    waited = milliseconds_between(VISIT.c.entered_at, VISIT.c.left_at)
    return and_(VISIT.c.outcome == QueueOutcome.ANSWERED.value, waited <= seconds * 1000)


def walk_of(query: CallQuery, own: UUID | None) -> tuple[Walk, CallQuery]:
    """Choose what the list walks along, and what is left to ask of each call on the way.

    `own`: whose calls alone the asker may see, if it is so.
    """
    if own is not None:
        return along_person(own), replace(query, user=None) if query.user == own else query
    if query.user is not None:
        return along_person(query.user), replace(query, user=None)
    if query.queue is not None and not query.not_returned:  # of these there is a walk with fewer
        # a stay that is asked of is one in this queue
        rest = query if query.answered_within is not None else replace(query, queue=None)
        return along_queue(query.queue), rest
    return ALL_CALLS, query


async def conditions_of(
    session: AsyncSession, query: CallQuery, walk: Walk, region: str
) -> list[ColumnElement[bool]]:
    """Return what was asked as conditions over `CALL`, on this way along the calls."""
    found = [*walk.conditions, *_plain(query), *_others(query, walk.call_id)]
    if query.from_at is not None:
        found.append(walk.started_at >= query.from_at)
    if query.to_at is not None:
        found.append(walk.started_at < query.to_at)
    if query.has_recording:
        found.append(await _recorded(session))
    if query.number is not None:
        number = read_number(query.number, region).number
        found.append(CALL.c.number == number if number else false())
    if query.q:
        found.append(await _matching(session, query.q, region))
    return found


def _plain(query: CallQuery) -> list[ColumnElement[bool]]:
    """Conditions on the call's own columns."""
    found: list[ColumnElement[bool]] = []
    if query.client is not None:
        found.append(CALL.c.client_id == query.client)
    if query.direction is not None:
        found.append(CALL.c.direction == query.direction.value)
    if query.result is not None:
        found.append(CALL.c.result.in_([result.value for result in query.result]))
        if query.direction is Direction.INBOUND and CallResult.ANSWERED not in query.result:
            found.append(MISSED)
    if query.status is not None:
        found.append(CALL.c.status.in_([status.value for status in query.status]))
        if CallStatus.ENDED not in query.status:
            found.append(ALIVE)
    if query.disposition == NO_DISPOSITION:
        found.append(CALL.c.disposition.is_(None))
    elif query.disposition is not None:
        found.append(CALL.c.disposition == query.disposition)
    if query.has_client is not None:
        known = CALL.c.client_id.is_not(None)
        # the few that nobody returned are not to be looked for among all strangers
        stranger = known.is_(False) if query.not_returned else CALL.c.client_id.is_(None)
        found.append(known if query.has_client else stranger)
    if query.min_talk is not None:
        found.append(CALL.c.talk_seconds >= query.min_talk)
    return found


def _others(query: CallQuery, call_id: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    """Conditions on what belongs to the call, whose id this is."""
    found: list[ColumnElement[bool]] = []
    if query.user is not None:
        found.append(is_of_person(query.user, call_id))
    if query.queue is not None and query.answered_within is None:
        found.append(is_of_queue(query.queue, call_id))
    if query.answered_within is not None:
        stay = [VISIT.c.call_id == call_id, answered_within(query.answered_within)]
        if query.queue is not None:
            stay.append(VISIT.c.name == query.queue)
        found.append(exists().where(*stay))
    if query.team is not None:
        found.append(exists().where(RECORD.c.id == call_id, RECORD.c.team_id == query.team))
    if query.not_returned:
        found += [UNRETURNED, CALL.c.status == CallStatus.ENDED.value]
    return found


async def _recorded(session: AsyncSession) -> ColumnElement[bool]:
    """Calls whose audio is kept; where few are, it begins with them."""
    kept = select(RECORDING.c.call_id).where(RECORDING.c.content_hash.is_not(None))
    counted = select(func.count()).select_from(kept.limit(FEW_RECORDINGS + 1).subquery())
    if (await (await session.connection()).execute(counted)).scalar_one() <= FEW_RECORDINGS:
        return CALL.c.id.in_(kept)
    return exists().where(RECORDING.c.call_id == CALL.c.id, RECORDING.c.content_hash.is_not(None))


async def _matching(session: AsyncSession, text: str, region: str) -> ColumnElement[bool]:
    """Calls of clients whom the text finds, or of the number that it is."""
    ways: list[ColumnElement[bool]] = []  # each with an index of its own
    search = Search.read(text)
    if search is not None:
        met = search.begins()
        if not search.is_short:
            met = or_(met, and_(*await containing(session, search)))
        clients = select(CLIENT.c.id).where(met).limit(CLIENTS_FOUND)
        ways.append(CALL.c.client_id.in_(clients))
    number = read_number(text, region).number
    if number is not None:
        ways.append(CALL.c.number == number)
    if len(ways) < 2:
        return ways[0] if ways else false()
    return CALL.c.id.in_(union_all(*(select(CALL.c.id).where(way) for way in ways)))
