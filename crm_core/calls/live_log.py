"""Calls that go on, for those who read and write the call log: the card does not wait for the disk.

A call can be shown, noted and given a client before the call writer has come round.
"""

from collections.abc import Callable, Mapping
from uuid import UUID

from crm_core.calls.agents.directory import AgentDirectory
from crm_core.calls.call_store import CallStore
from crm_core.calls.call_view import NOTHING_SAID, CallView, view_snapshot
from crm_core.kernel.call_facts import CallSnapshot
from crm_core.kernel.database import UnitOfWork

DEFAULT_REGION = "RU"

FindLive = Callable[[UUID], CallSnapshot | None]


class LiveLog:
    """Gives a live call its row, or its view, where the call log has none yet."""

    def __init__(
        self, find: FindLive, directory: AgentDirectory, regions: Mapping[str, str]
    ) -> None:
        self._find = find
        self._directory = directory
        self._regions = regions
        self._store = CallStore(directory, regions)

    def view(self, call_id: UUID) -> CallView | None:
        """Show a call that goes on, as if nobody had said anything of it."""
        call = self._find(call_id)
        return self.view_of(call) if call else None

    def view_of(self, call: CallSnapshot) -> CallView:
        """Show a call as telephony tells it."""
        return view_snapshot(
            call,
            region=self._regions.get(call.pbx, DEFAULT_REGION),
            user_at=lambda extension: self._directory.user_at(call.pbx, extension),
            said=NOTHING_SAID,
        )

    async def store(self, unit: UnitOfWork, call_id: UUID) -> bool:
        """Write a call that goes on as it is now; the call writer will write it again."""
        call = self._find(call_id)
        if call is None:
            return False
        await self._store.store(unit, [call])
        return True
