"""Call tracker: AMI events in, call events out. No I/O and no clock, so a tape replays exactly.

Asterisk reports channels; people think in calls. Each idea has a file of its own that lists the
events it reads in `HANDLERS`: `channels`, `dialling`, `queues`, `bridges` (talk and hold),
`transfers`, `parking`, `recordings`, `reconciliation`, `sweeping`. They add evidence to `model`;
`calling` and `outcome` decide what it means; `telling` makes whole calls of it.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from crm_core.calls.control import LiveChannel
from crm_core.kernel.call_facts import CallSnapshot
from crm_core.kernel.events import Event
from telephony.ami_event import AmiEvent
from telephony.tracker import (
    bridges,
    channels,
    dialling,
    live_channels,
    parking,
    queues,
    reconciliation,
    recordings,
    sweeping,
    transfers,
)
from telephony.tracker.names import TrackerSettings
from telephony.tracker.switchboard import Switchboard

logger = logging.getLogger(__name__)

TRACKER_VERSION = "7"
"""Changed when the same tape would be told otherwise."""

Handler = Callable[[Switchboard, AmiEvent], None]

_HANDLERS: dict[str, Handler] = {
    **channels.HANDLERS,
    **dialling.HANDLERS,
    **queues.HANDLERS,
    **bridges.HANDLERS,
    **transfers.HANDLERS,
    **parking.HANDLERS,
    **reconciliation.HANDLERS,
    **recordings.HANDLERS,
    **sweeping.HANDLERS,
}

EVENTS_READ = frozenset(name for name in _HANDLERS if name is not None)
"""Names of the frames that `feed` looks at: the others need not even be decoded."""


class CallTracker:
    """Keeps the calls in progress on one PBX."""

    def __init__(self, settings: TrackerSettings) -> None:
        self._board = Switchboard(settings)
        self._board.on_move = lambda *move: transfers.moved(self._board, *move)
        self.errors = 0
        """How many frames could not be understood although their name is known."""

    def feed(self, ami: AmiEvent, at: datetime, position: int = 0) -> list[Event]:
        """Apply one frame of the tape and return what it means for people. Never raises.

        `position` is the frame's place on the tape, growing from frame to frame.
        """
        return self._apply(ami, at, position, Switchboard.take_events)

    def follow(self, ami: AmiEvent, at: datetime, position: int = 0) -> None:
        """Apply one frame whose meaning everybody was told before: cheaper, as nothing is told."""
        self._apply(ami, at, position, _pass_over)

    def _apply(
        self, ami: AmiEvent, at: datetime, position: int, tell: Callable[[Switchboard], list[Event]]
    ) -> list[Event]:
        handler = _HANDLERS.get(ami.get("Event", ""))
        if handler is None:
            return []
        board = self._board
        try:
            board.set_clock(at)
            board.position = position
            handler(board, ami)
            return tell(board) if board.has_news else []
        except Exception:  # one strange frame must not stop the phones
            self.errors += 1
            logger.exception("tracker could not read a frame: %s", ami.get("Event"))
            return []

    def take_changed(self) -> list[CallSnapshot]:
        """Whole calls that changed since this was last asked; an ended one comes once.

        A call may come once more after its end, when a late record says better what became of it.
        """
        return self._board.take_changed()

    def forget_changed(self) -> None:
        """What changed so far is in the call log already."""
        self._board.forget_changed()

    def live_calls(self) -> list[CallSnapshot]:
        """Every call that people would say is going on now."""
        calls = [call for call in self._board.living() if call.is_told]
        return [self._board.snapshot(call) for call in calls]

    def channels_of(self, call_id: UUID) -> list[LiveChannel]:
        """The ends of a call that goes on; empty when it is over."""
        return live_channels.channels_of(self._board, call_id)

    def oldest_position(self) -> int | None:
        """The place on the tape from which all that lives can be told anew; None: nothing does."""
        return self._board.oldest_position()


def _pass_over(board: Switchboard) -> list[Event]:
    for call, _is_visible in board.take_news():
        call.pending.clear()
    return []
