"""News of the missed-call ledger: screens of those who may read a debt are told that it changed."""

from sqlmodel import col, select

from crm_core.access.permissions import Rights
from crm_core.access.tables import User
from crm_core.access.users import person_of
from crm_core.calls.frames import MissedCallsChangedFrame
from crm_core.calls.missed_calls.claims import subject_of
from crm_core.calls.missed_calls.tables import MissedCall
from crm_core.kernel.bus import EventBus
from crm_core.kernel.database import Database
from crm_core.kernel.events import RecordChanged
from crm_core.kernel.frames import Screens
from crm_core.sales.tables import Task


class MissedCallNews:
    """Tells that lists of missed calls are stale; the lists are then read anew."""

    def __init__(self, database: Database, rights: Rights, screens: Screens) -> None:
        self._database = database
        self._rights = rights
        self._screens = screens

    def register(self, bus: EventBus) -> None:
        """Listen from now on."""
        bus.subscribe(RecordChanged, handler=self.on_record_changed)

    async def on_record_changed(self, event: RecordChanged) -> None:
        """Somebody waits, is being rung back, or waits no longer."""
        if event.kind != "missed_call":
            return
        async with self._database.read() as session:
            debt = await session.get(MissedCall, event.record_id)
            if debt is None:
                return
            task = await session.get(Task, debt.task_id) if debt.task_id else None
            users = (await session.exec(select(User).where(col(User.is_active)))).all()
        subject = subject_of(debt, task)
        for user in users:
            if not self._screens.has_screen(user.id):
                continue
            if await self._rights.may(person_of(user), "read", subject):
                self._screens.show(user.id, MissedCallsChangedFrame())
