"""Which calls somebody asks for, as conditions that indexes answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, literal_column, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.calls.call_rights import CALL, RECORD, calls_found_of, is_few
from crm_core.calls.recording_rows import RECORDING
from crm_core.calls.shown_cards import CardState, milliseconds_between
from crm_core.calls.tables import CallQueueVisit
from crm_core.kernel.call_facts import CallResult, CallStatus, Direction, QueueOutcome
from crm_core.kernel.phone import read_number
from crm_core.kernel.upsert import table_of
from crm_core.records.client_search import CLIENT, Search, containing

VISIT = table_of(CallQueueVisit)
LATER = CALL.alias("later")
NO_DISPOSITION = "none"
ALIVE = CALL.c.status != literal_column("'ended'")  # word for word what the index holds
CLIENTS_FOUND = 300  # whose calls are looked through, of those that a text finds


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


async def conditions_of(
    session: AsyncSession, query: CallQuery, region: str
) -> list[ColumnElement[bool]]:
    """Return what was asked as conditions over `CALL`."""
    found = [*_plain(query), *_others(query)]
    if query.user is not None:
        found.append(await calls_found_of(session, query.user))
    if query.queue is not None:
        found.append(await _in_queue(session, query.queue))
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
        found.append(known if query.has_client else ~known)
    if query.min_talk is not None:
        found.append(CALL.c.talk_seconds >= query.min_talk)
    if query.from_at is not None:
        found.append(CALL.c.started_at >= query.from_at)
    if query.to_at is not None:
        found.append(CALL.c.started_at < query.to_at)
    return found


def _others(query: CallQuery) -> list[ColumnElement[bool]]:
    """Conditions on what belongs to the call."""
    found: list[ColumnElement[bool]] = []
    if query.answered_within is not None:
        stay = [VISIT.c.call_id == CALL.c.id, answered_within(query.answered_within)]
        if query.queue is not None:
            stay.append(VISIT.c.name == query.queue)
        found.append(exists().where(*stay))
    if query.team is not None:
        found.append(exists().where(RECORD.c.id == CALL.c.id, RECORD.c.team_id == query.team))
    if query.has_recording:
        kept = and_(RECORDING.c.call_id == CALL.c.id, RECORDING.c.content_hash.is_not(None))
        found.append(exists().where(kept))
    if query.not_returned:
        spoken = exists().where(
            LATER.c.number == CALL.c.number,
            LATER.c.started_at > CALL.c.started_at,
            LATER.c.result == CallResult.ANSWERED.value,
        )
        found += [
            CALL.c.direction == Direction.INBOUND.value,
            CALL.c.status == CallStatus.ENDED.value,
            CALL.c.result != CallResult.ANSWERED.value,
            ~spoken,
        ]
    return found


async def _in_queue(session: AsyncSession, name: str) -> ColumnElement[bool]:
    """Calls that were in a queue; where few were, it begins with them and not with all calls."""
    came = select(VISIT.c.call_id).where(VISIT.c.name == name)
    if await is_few(session, came):
        return CALL.c.id.in_(came)
    return exists().where(VISIT.c.call_id == CALL.c.id, VISIT.c.name == name)


async def _matching(session: AsyncSession, text: str, region: str) -> ColumnElement[bool]:
    """Calls of clients whom the text finds, or of the number that it is."""
    ways: list[ColumnElement[bool]] = []
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
    return or_(*ways) if ways else false()
