"""The agents at work: the floor, pause and ready, wrap-up held by us, and the log of states."""

from collections.abc import Awaitable, Callable

from crm_core.calls.agents.directory import AgentDirectory
from crm_core.calls.control import CallControl
from crm_core.insight.agent_line import line_of
from crm_core.insight.floor import Floor
from crm_core.insight.pauses import Pauses
from crm_core.insight.state_log import StateLog
from crm_core.insight.wrap_ups import WrapUps
from crm_core.kernel.bus import EventBus
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import Database
from crm_core.kernel.events import (
    CallEvent,
    CallsReplaced,
    LinkChanged,
    LinkRemoved,
    QueueMembersChanged,
    SessionsEnded,
)
from web.push.hub import PushHub
from web.push.line_feed import feed_lines


class AgentDesk:
    """Everything that follows what people at their phones do."""

    def __init__(
        self, database: Database, directory: AgentDirectory, hub: PushHub, control: CallControl
    ) -> None:
        self.floor = Floor(directory, hub.has_screen)
        self.pauses = Pauses(self.floor, directory, control)
        self.wrap_ups = WrapUps(database, self.floor, self.pauses)
        self.states = StateLog(database, self.floor)
        self._hub = hub
        hub.on_wrapped_up = self.floor.wrap_ups.end_of
        hub.on_presence = self.floor.stir
        hub.draw_lines_from(lambda user_id: line_of(self.floor, user_id, utc_now()))

    def connect(self, bus: EventBus, on_overflow: Callable[[], Awaitable[None]] | None) -> None:
        """Hear what happens; who falls behind is told all anew."""
        bus.subscribe(
            CallEvent,
            CallsReplaced,
            LinkChanged,
            LinkRemoved,
            QueueMembersChanged,
            SessionsEnded,
            handler=self.floor.on_event,
            on_overflow=on_overflow,
        )

    async def tell_lines(self) -> None:
        """Tell every screen what its own user's line does, until cancelled."""
        await feed_lines(self._hub, self.floor)
