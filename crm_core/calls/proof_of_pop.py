"""Proof of pop: when a phone rang, when its card was sent, when it stood on a visible screen.

Written behind the ring path. It is a measurement: while the database is away the oldest are let go.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid5

from sqlalchemy import Connection, Update, bindparam, update
from sqlmodel import col

from crm_core.calls.frames import CallEndedFrame, CallRingingFrame, CallWithdrawnFrame
from crm_core.calls.pop_figures import PopFigures
from crm_core.calls.tables import ShownCard
from crm_core.kernel.call_facts import CallSnapshot
from crm_core.kernel.database import Database
from crm_core.kernel.errors import CrmError
from crm_core.kernel.frames import Frame
from crm_core.kernel.upsert import insert_missing

logger = logging.getLogger(__name__)

KEPT = 10_000
GATHERED_SECONDS = 0.5
RETRY_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    call_id: UUID
    user_id: UUID
    extension: str
    rang_at: datetime
    sent_at: datetime
    had_screen: bool


Step = Literal["painted_at", "dismissed_at", "gone_at"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Became:
    """What became of a card that was sent; the first time counts."""

    call_id: UUID
    user_id: UUID
    step: Step
    at: datetime


class ProofOfPop:
    """Takes what is measured without waiting; `run` writes it."""

    def __init__(
        self, database: Database, has_screen: Callable[[UUID], bool] = lambda _user_id: True
    ) -> None:
        self._database = database
        self._has_screen = has_screen
        self._sent: deque[_Sent] = deque(maxlen=KEPT)
        self._became: deque[_Became] = deque(maxlen=KEPT)
        self._something = asyncio.Event()
        self.figures = PopFigures()

    def note(self, call: CallSnapshot, user_id: UUID, frame: Frame, now: datetime) -> None:
        """Take what a frame to this user means for the card of the call."""
        call_id = call.call_id
        match frame:
            case CallRingingFrame(extension=own):
                rang = [leg.rang_at for leg in call.legs if leg.extension == own and leg.rang_at]
                rang_at = max(rang, default=now)
                self.sent(call_id, user_id, own, rang_at=rang_at, sent_at=now)
            case CallWithdrawnFrame():
                self.figures.on_withdrawn(call_id, user_id, now)
                self._note(call_id, user_id, "gone_at", now)
            case CallEndedFrame():
                self.figures.on_gone(call_id, user_id, now)
                self._note(call_id, user_id, "gone_at", now)

    def sent(
        self, call_id: UUID, user_id: UUID, extension: str, *, rang_at: datetime, sent_at: datetime
    ) -> None:
        """A card went out to a user's screens."""
        self.figures.on_sent(call_id, user_id, rang_at)
        self._sent.append(
            _Sent(
                call_id=call_id,
                user_id=user_id,
                extension=extension,
                rang_at=rang_at,
                sent_at=sent_at,
                had_screen=self._has_screen(user_id),
            )
        )
        self._something.set()

    def painted(self, call_id: UUID, user_id: UUID, at: datetime) -> None:
        """A card stands on a page that somebody can see."""
        self.figures.on_painted(call_id, user_id, at)
        self._note(call_id, user_id, "painted_at", at)

    def dismissed(self, call_id: UUID, user_id: UUID, at: datetime) -> None:
        """Somebody has put a card aside."""
        self._note(call_id, user_id, "dismissed_at", at)

    def _note(self, call_id: UUID, user_id: UUID, step: Step, at: datetime) -> None:
        self._became.append(_Became(call_id=call_id, user_id=user_id, step=step, at=at))
        self._something.set()

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            await self._something.wait()
            await asyncio.sleep(GATHERED_SECONDS)
            try:
                await self.flush()
            except CrmError as error:  # the database is away, and others say so louder
                logger.info("the proof of pop waits: %s", error)
                await asyncio.sleep(RETRY_SECONDS)
            except Exception:  # a measurement never stops the phones
                logger.exception("the proof of pop could not be written and will be tried again")
                await asyncio.sleep(RETRY_SECONDS)

    async def flush(self) -> None:
        """Write what has gathered."""
        self._something.clear()
        sent, became = list(self._sent), list(self._became)
        if not sent and not became:
            return
        try:
            await self._database.write_apart(lambda at, _telling: _write(at, sent, became))
        except Exception:
            self._something.set()
            raise
        for written, queue in ((len(sent), self._sent), (len(became), self._became)):
            for _ in range(min(written, len(queue))):
                queue.popleft()


def _write(connection: Connection, sent: Sequence[_Sent], became: Sequence[_Became]) -> None:
    if sent:
        connection.execute(insert_missing(ShownCard, connection.dialect.name), _rows(sent))
    for step, statement in _STEPS.items():
        taken = [_step(one) for one in became if one.step == step]
        if taken:
            connection.execute(statement, taken)


def _update(step: Step) -> Update:
    column = col(getattr(ShownCard, step))
    return (
        update(ShownCard)
        .where(
            col(ShownCard.call_id) == bindparam("of_call"),
            col(ShownCard.user_id) == bindparam("by_user"),
            column.is_(None),
        )
        .values({step: bindparam("at")})
    )


_STEPS: dict[Step, Update] = {
    step: _update(step) for step in ("painted_at", "dismissed_at", "gone_at")
}


def _rows(sent: Sequence[_Sent]) -> list[dict[str, Any]]:
    return [
        {
            "id": uuid5(one.call_id, f"{one.user_id}/{one.extension}"),
            "call_id": one.call_id,
            "user_id": one.user_id,
            "extension": one.extension,
            "rang_at": one.rang_at,
            "sent_at": one.sent_at,
            "painted_at": None,
            "had_screen": one.had_screen,
        }
        for one in sent
    ]


def _step(one: _Became) -> dict[str, Any]:
    return {"of_call": one.call_id, "by_user": one.user_id, "at": one.at}
