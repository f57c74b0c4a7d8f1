"""The black box of one call: what the PBX said, what we made of it, and what each screen did.

Reads rows; the tape is read by `CallTapes`, in a thread. What a row says and what today's tracker
makes of the same tape are compared: a difference means that another version told the row.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.permissions import Person, Rights
from crm_core.access.tables import User
from crm_core.calls.call_rights import is_live_within_reach, within_reach
from crm_core.calls.call_view import CallView, LegView
from crm_core.calls.calls import find_row, get_call
from crm_core.calls.live_log import LiveLog
from crm_core.calls.tables import Call, Gap, ShownCard
from crm_core.calls.traces.view import CallTapes, SliceWish, TapeSlice
from crm_core.kernel.clock import utc_now
from crm_core.kernel.errors import Forbidden

BEFORE = timedelta(seconds=1)
AFTER = timedelta(seconds=5)
LONGEST = timedelta(hours=12)
FOLDED_LIMIT = 20

ScreenState = Literal["painted", "unpainted", "no_screen", "not_sent", "nobody"]
"""How a card fared: seen; sent to open tabs and not seen; sent while no tab was open; not sent at
all; or there is nobody at the phone to send it to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenStory:
    """What came of the card at one phone that rang."""

    extension: str
    user_id: UUID | None
    user_name: str | None
    state: ScreenState
    rang_at: datetime
    sent_at: datetime | None = None
    painted_at: datetime | None = None
    dismissed_at: datetime | None = None
    gone_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A field that the row has and today's tracker tells otherwise."""

    field: str
    stored: str
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTrace:
    """All of it."""

    call: CallView
    wish: SliceWish
    tape: TapeSlice
    screens: Sequence[ScreenStory]
    gaps: Sequence[Gap]
    differences: Sequence[Difference]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """What the database holds of a call."""

    call: CallView
    linkedids: tuple[str, ...]
    screens: Sequence[ScreenStory]
    gaps: Sequence[Gap]


class BlackBox:
    """Opens the box of one call for whoever may see it. No session is held while a tape is read."""

    def __init__(self, live: LiveLog, tapes: CallTapes) -> None:
        self._live = live
        self._tapes = tapes

    async def rows_of(
        self, session: AsyncSession, person: Person, rights: Rights, call_id: UUID
    ) -> _Rows:
        """Read the rows; a call that one may read and not open is refused as such."""
        call = await get_call(session, person, rights, call_id, self._live)
        await self._demand(session, person, rights, call)
        folded = select(Call.id, Call.linkedid).where(Call.merged_into == call.id)
        others = (await session.exec(folded.limit(FOLDED_LIMIT))).all()
        ids = [call.id, *(one for one, _linkedid in others)]
        from_at, to_at = _span(call)
        return _Rows(
            call=call,
            linkedids=(call.linkedid, *(linkedid for _id, linkedid in others)),
            screens=await _screens(session, call, ids),
            gaps=await _gaps(session, call.pbx, from_at, to_at),
        )

    async def _demand(
        self, session: AsyncSession, person: Person, rights: Rights, call: CallView
    ) -> None:
        row = await find_row(session, call.id)
        if row is None:
            is_allowed = is_live_within_reach(call, person, rights, "trace")
        else:
            reach = within_reach(person, rights, "trace")
            query = select(Call.id).where(Call.id == row.id, reach)
            is_allowed = (await session.exec(query)).first() is not None
        if not is_allowed:
            raise Forbidden("your role does not allow to look into the black box of a call")

    async def open(self, rows: _Rows) -> CallTrace:
        """Read the tape, in a thread, and put all together."""
        from_at, to_at = _span(rows.call)
        wish = SliceWish(
            pbx=rows.call.pbx,
            call_id=rows.call.id,
            linkedids=rows.linkedids,
            from_at=from_at,
            to_at=to_at,
        )
        tape = await asyncio.to_thread(self._tapes.read, wish)
        return CallTrace(
            call=rows.call,
            wish=wish,
            tape=tape,
            screens=rows.screens,
            gaps=rows.gaps,
            differences=self._differences(rows.call, tape),
        )

    def _differences(self, stored: CallView, tape: TapeSlice) -> Sequence[Difference]:
        """Only where the tape has all of an ended call: otherwise a difference says nothing."""
        is_sure = tape.state == "whole" and not tape.is_cut and stored.ended_at is not None
        if tape.call is None or not is_sure:
            return ()
        told = _compared(self._live.view_of(tape.call))
        return [
            Difference(field=name, stored=value, told=told[name])
            for name, value in _compared(stored).items()
            if value != told[name]
        ]


def _span(call: CallView) -> tuple[datetime, datetime]:
    from_at = call.started_at - BEFORE
    to_at = call.ended_at + AFTER if call.ended_at else utc_now()
    return from_at, min(to_at, from_at + LONGEST)


async def _gaps(
    session: AsyncSession, pbx: str, from_at: datetime, to_at: datetime
) -> Sequence[Gap]:
    query = (
        select(Gap)
        .where(
            Gap.pbx == pbx,
            Gap.from_at < to_at,
            or_(col(Gap.to_at).is_(None), col(Gap.to_at) > from_at),
        )
        .order_by(col(Gap.from_at))
        .limit(100)
    )
    return (await session.exec(query)).all()


async def _screens(
    session: AsyncSession, call: CallView, ids: Sequence[UUID]
) -> Sequence[ScreenStory]:
    """One story for each phone of ours that rang for somebody else's call."""
    query = (
        select(ShownCard).where(col(ShownCard.call_id).in_(ids)).order_by(col(ShownCard.rang_at))
    )
    cards = (await session.exec(query)).all()
    users = {card.user_id for card in cards} | {leg.user_id for leg in call.legs if leg.user_id}
    found = select(User.id, User.name).where(col(User.id).in_(users))
    names = dict((await session.exec(found)).all())
    known = {(card.user_id, card.extension) for card in cards}
    stories = [_story(card, names) for card in cards]
    stories += [
        _silence(leg, leg.extension, leg.rang_at, names)
        for leg in call.legs
        if leg.extension and leg.rang_at and (leg.user_id, leg.extension) not in known
        if call.placed_by is None or leg.extension != call.placed_by.extension
    ]
    return sorted(stories, key=lambda story: story.rang_at)


def _story(card: ShownCard, names: Mapping[UUID, str]) -> ScreenStory:
    state: ScreenState = "unpainted"
    if card.painted_at is not None:
        state = "painted"
    elif card.had_screen is False:
        state = "no_screen"
    return ScreenStory(
        extension=card.extension,
        user_id=card.user_id,
        user_name=names.get(card.user_id),
        state=state,
        rang_at=card.rang_at,
        sent_at=card.sent_at,
        painted_at=card.painted_at,
        dismissed_at=card.dismissed_at,
        gone_at=card.gone_at,
    )


def _silence(
    leg: LegView, extension: str, rang_at: datetime, names: Mapping[UUID, str]
) -> ScreenStory:
    """A phone that rang without a card."""
    return ScreenStory(
        extension=extension,
        user_id=leg.user_id,
        user_name=names.get(leg.user_id) if leg.user_id else None,
        state="not_sent" if leg.user_id else "nobody",
        rang_at=rang_at,
    )


_PLAIN = (
    *("direction", "status", "result", "raw_number", "is_withheld", "did", "queue", "started_at"),
    *("answered_at", "ended_at", "wait_seconds", "talk_seconds", "hold_seconds", "merged_into"),
    "is_recovered",
)


def _compared(call: CallView) -> dict[str, str]:
    """What telephony says of a call, in words that can be laid beside one another."""
    told = {name: _word(getattr(call, name)) for name in _PLAIN}
    told["placed_by"] = call.placed_by.extension if call.placed_by else ""
    told["handled_by"] = call.handled_by.extension if call.handled_by else ""
    told["legs"] = ", ".join(
        f"{leg.extension or leg.number or '?'} {leg.outcome or ''} {leg.talk_seconds:.3f}"
        for leg in call.legs
    )
    told["transfers"] = ", ".join(
        f"{one.kind} {one.by or '?'}→{one.to or '?'} {one.outcome}" for one in call.transfers
    )
    told["queues"] = ", ".join(f"{one.name} {one.outcome or ''}" for one in call.queues)
    return told


def _word(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.3f}"
    return "" if value is None else str(value)
