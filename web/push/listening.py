"""What a tab says: that it painted a card, or that it missed something. The rest is rubbish."""

import logging
from collections.abc import Callable
from datetime import datetime
from time import monotonic
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from crm_core.calls.frames import CallDismissedFrame, CallWrappedUpFrame
from crm_core.kernel.clock import utc_now
from web.push.hub import Outbox, PushHub
from web.push.tab_messages import Dismissed, Painted, Resync, TabMessage, Watch, WrappedUp

logger = logging.getLogger(__name__)

RUBBISH_LIMIT = 20
MESSAGES_AT_ONCE = 200
MESSAGES_PER_SECOND = 20.0

OnPainted = Callable[[UUID, UUID, datetime], None]
"""At this moment a visible screen of this user (first) showed the card of this call (second)."""

_messages: TypeAdapter[TabMessage] = TypeAdapter(TabMessage)


class Listener:
    """Hears one tab, and says when to stop hearing it."""

    def __init__(self, hub: PushHub, outbox: Outbox, on_painted: OnPainted) -> None:
        self._hub = hub
        self._outbox = outbox
        self._on_painted = on_painted
        self._rubbish = 0
        self._allowance = float(MESSAGES_AT_ONCE)
        self._heard_at = monotonic()

    def hear(self, message: str | bytes) -> bool:
        """Act on one message; False when this tab has talked too much, or too much nonsense."""
        if not self._may_speak():
            return False
        try:
            said = _messages.validate_json(message) if isinstance(message, str) else None
        except ValidationError:
            said = None
        if said is None:
            return self._count_rubbish()
        if isinstance(said, Painted):
            self._on_painted(self._outbox.user_id, said.call_id, utc_now())
        elif isinstance(said, Dismissed):
            self._hub.on_dismissed(self._outbox.user_id, said.call_id)
            self._hub.show(self._outbox.user_id, CallDismissedFrame(call_id=said.call_id))
        elif isinstance(said, WrappedUp):
            self._hub.on_wrapped_up(self._outbox.user_id, said.call_id)
            self._hub.show(self._outbox.user_id, CallWrappedUpFrame(call_id=said.call_id))
        elif isinstance(said, Resync):
            self._hub.redraw(self._outbox)
        else:
            self._hub.watch_board(self._outbox, wanted=isinstance(said, Watch))
        return True

    def _may_speak(self) -> bool:
        now = monotonic()
        earned = (now - self._heard_at) * MESSAGES_PER_SECOND
        self._heard_at = now
        self._allowance = min(MESSAGES_AT_ONCE, self._allowance + earned) - 1
        return self._allowance >= 0

    def _count_rubbish(self) -> bool:
        self._rubbish += 1
        self._hub.figures.rubbish += 1
        if self._rubbish == 1:  # once: a browser that babbles must not fill the log
            logger.warning("a tab of user %s says what nobody understands", self._outbox.user_id)
        return self._rubbish <= RUBBISH_LIMIT
