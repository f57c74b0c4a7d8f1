"""The wrap-up clock: who is writing up a talk, and until when. In memory, for the floor.

What the PBX must be told of it, and what must survive a restart, is `wrap_ups.py`'s.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from crm_core.calls.queue_settings import WRAP_UP_LIMIT

MORE_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUp:
    """Somebody writes up a talk that they had at this phone."""

    user_id: UUID
    call_id: UUID
    pbx: str
    extension: str
    began_at: datetime
    until_at: datetime


class WrapUpClock:
    """At most one a person: who speaks again meanwhile writes up the later talk."""

    def __init__(self, on_change: Callable[[UUID], None]) -> None:
        self._on_change = on_change
        self._running: dict[UUID, WrapUp] = {}
        self._timers: dict[UUID, asyncio.TimerHandle] = {}

    def of(self, user_id: UUID, now: datetime) -> WrapUp | None:
        """What somebody is writing up at this moment."""
        known = self._running.get(user_id)
        return known if known is not None and known.until_at > now else None

    def begin(self, wrap_up: WrapUp, now: datetime) -> None:
        """Let the time run; one that is over already never began."""
        seconds = (wrap_up.until_at - now).total_seconds()
        if seconds <= 0:
            return
        self._running[wrap_up.user_id] = wrap_up
        self._ring_in(wrap_up.user_id, seconds)
        self._on_change(wrap_up.user_id)

    def extend(self, user_id: UUID, call_id: UUID, now: datetime) -> bool:
        """Give half a minute more, up to what a queue can give at most; False: it is over."""
        known = self.of(user_id, now)
        if known is None or known.call_id != call_id:
            return False
        most = known.began_at + timedelta(seconds=WRAP_UP_LIMIT)
        until = min(known.until_at + timedelta(seconds=MORE_SECONDS), most)
        self.begin(replace(known, until_at=until), now)
        return True

    def end(self, user_id: UUID) -> None:
        """It is written up."""
        if self._running.pop(user_id, None) is not None:
            self._stop_timer(user_id)
            self._on_change(user_id)

    def end_of(self, user_id: UUID, *call_ids: UUID) -> None:
        """This call, under whatever id, is written up; the time of a later talk runs on."""
        known = self._running.get(user_id)
        if known is not None and known.call_id in call_ids:
            self.end(user_id)

    def _ring_in(self, user_id: UUID, seconds: float) -> None:
        self._stop_timer(user_id)
        loop = asyncio.get_running_loop()
        self._timers[user_id] = loop.call_later(seconds, self.end, user_id)

    def _stop_timer(self, user_id: UUID) -> None:
        timer = self._timers.pop(user_id, None)
        if timer is not None:
            timer.cancel()
