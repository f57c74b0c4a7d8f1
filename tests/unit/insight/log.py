"""The call log of a floor of sales, the rules that read what it tells, and calls to put into it."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from sqlmodel import delete

from crm_core.calls.agents.directory import AgentDirectory
from crm_core.calls.call_log import CallWriter
from crm_core.insight import rules
from crm_core.kernel.call_facts import CallResult, CallSnapshot, Direction
from crm_core.kernel.clock import utc_now
from crm_core.kernel.outbox_tables import OutboxCursor
from crm_core.sales.task_view import TaskView
from tests.outbox import read_to_the_end
from tests.unit.calls.floor import answered, hung_up, ringing
from tests.unit.sales.conftest import SalesFloor

CLIENT = "89161234567"  # Мария's, in the floor's base
STRANGER = "89035550000"


class Log:
    """The call log, and the rule that reads what it tells."""

    def __init__(self, floor: SalesFloor) -> None:
        self.floor = floor
        self._writer = CallWriter(floor.database, AgentDirectory(), {"main": "RU"})

    async def write(self, *calls: CallSnapshot) -> None:
        self._writer.put("main", calls)
        await self._writer.flush()
        await self.caught_up()

    async def caught_up(self) -> None:
        """Let the rule read everything that was told so far."""
        await read_to_the_end(self.floor.database, rules.READER, rules.on_outbox_entry)

    async def read_again(self) -> None:
        """As if the cursor had been lost: everything is told a second time."""
        async with self.floor.database.write() as unit:
            await unit.session.exec(delete(OutboxCursor))
        await self.caught_up()

    async def owed(self) -> list[TaskView]:
        return await self.floor.tasks(self.floor.vera, kind="callback")


def a_call(name: str, number: str | None, *, ago: float = 60, talked: bool = False) -> CallSnapshot:
    """An ended inbound call that ended some minutes ago."""
    end = utc_now() - timedelta(minutes=ago)
    call = replace(
        ringing("101", number=number),
        call_id=uuid5(NAMESPACE_URL, name),
        started_at=end - timedelta(seconds=30),
        queue=None,
    )
    return hung_up(answered(call, "101", end), at=end) if talked else hung_up(call, at=end)


def our_call(name: str, number: str, *, ago: float, answered_at: datetime) -> CallSnapshot:
    """A call that one of ours has made."""
    call = a_call(name, number, ago=ago, talked=True)
    return replace(call, direction=Direction.OUTBOUND, placed_by="101", answered_at=answered_at)


def in_vain(name: str, number: str, *, ago: float) -> CallSnapshot:
    """A call that one of ours has made and nobody took."""
    call = a_call(name, number, ago=ago)
    return replace(call, direction=Direction.OUTBOUND, placed_by="101", result=CallResult.NO_ANSWER)
