"""What agents say of calls: the note, the disposition, and whom the call was with.

A call that has no row yet, since it has just begun, gets one here. Telephony's columns are the call
writer's; it never touches those written here.
"""

from uuid import UUID

from sqlmodel import col, update
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.audit import write_audit
from crm_core.access.permissions import Person, Rights
from crm_core.calls.call_reader import views_of
from crm_core.calls.call_rights import is_live_within_reach
from crm_core.calls.call_timeline import place_on_timelines
from crm_core.calls.call_view import CallView
from crm_core.calls.calls import find_call, find_row
from crm_core.calls.live_log import LiveLog
from crm_core.calls.queue_settings import demands_result
from crm_core.calls.tables import Call, Disposition
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.errors import Conflict, Forbidden, InvalidValue, NotFound
from crm_core.kernel.events import RecordChanged
from crm_core.records.clients import get_client
from crm_core.records.tables import ClientPhone

NOTE_LIMIT = 20_000


class CallDesk:
    """The part of a call that people write, for one who asks, in the caller's unit."""

    def __init__(self, unit: UnitOfWork, person: Person, rights: Rights, live: LiveLog) -> None:
        self._unit = unit
        self._person = person
        self._rights = rights
        self._live = live

    async def write_note(self, call_id: UUID, text: str, *, version: int | None = None) -> CallView:
        """Write the note; with `version`, only if nobody else has written since.

        The same text again is no conflict: the answer to it may have been lost on its way.
        """
        _check_text(text)
        call = await self.take(call_id)
        if text == call.note:
            return await self._view(call)
        if version is not None and version != call.note_version:
            raise Conflict("Somebody else has written this note meanwhile.", present=call.note)
        call.note, call.note_version = text, call.note_version + 1
        call.note_author_id = self._person.user_id
        return await self._keep(call)

    async def choose_disposition(self, call_id: UUID, code: str | None) -> CallView:
        """Say what came of the talk; None takes it back."""
        call = await self.take(call_id)
        if code == call.disposition:
            return await self._view(call)
        if code is not None:
            await _check_disposition(self._unit.session, code)
        elif call.ended_at is not None:
            await self._demand_result(call)
        before, call.disposition = call.disposition, code
        self._say(call, "call.disposition_chosen", {"from": before, "to": code})
        return await self._keep(call)

    async def finish(self, call_id: UUID) -> CallView:
        """Nothing is left to be said of a talk: refused where its queue wants a result first."""
        call = await self.take(call_id)
        if call.disposition is None:
            await self._demand_result(call)
        return await self._view(call)

    async def _demand_result(self, call: Call) -> None:
        is_demanded = await demands_result(self._unit.session, call.queue, call.pbx)
        if is_demanded and call.answered_at is not None:
            raise InvalidValue(
                "disposition", "this queue wants a result of every talk", reason="result_required"
            )

    async def choose_client(self, call_id: UUID, client_id: UUID | None) -> CallView:
        """Say whom the call was with, None for nobody we know; no look-up changes it again."""
        call = await self.take(call_id)
        if client_id is not None:
            await get_client(self._unit.session, self._person, self._rights, client_id)
        if call.is_client_chosen and call.client_id == client_id:
            return await self._view(call)
        before, call.client_id = call.client_id, client_id
        call.is_client_chosen = True
        await self._remember(call)
        await self._unit.session.flush()
        await place_on_timelines(self._unit, [call])
        plain = {"from": _plain(before), "to": _plain(client_id)}
        self._say(call, "call.client_chosen", plain)
        return await self._keep(call)

    async def _remember(self, call: Call) -> None:
        """For the next ring of this number, which several clients may share."""
        if call.client_id is None or call.number is None:
            return
        shared = update(ClientPhone).where(
            col(ClientPhone.client_id) == call.client_id, col(ClientPhone.number) == call.number
        )
        by = self._person.user_id
        await self._unit.session.exec(shared.values(chosen_at=utc_now(), chosen_by=by))

    async def take(self, call_id: UUID) -> Call:
        """Return the row for writing; a live call that has none gets it now.

        So does one whose row is older than the ring of this person's phone.
        """
        session = self._unit.session
        row = await find_row(session, call_id)
        if row is None:
            await self._live.store(self._unit, call_id)
            row = await find_row(session, call_id)  # stored by us, or by the writer meanwhile
        if row is None:
            raise NotFound("no such call")
        call = await find_call(session, self._person, self._rights, row.id, action="work")
        if call is None and self._rings_or_talks(row.id):
            await self._live.store(self._unit, row.id)
            call = await find_call(session, self._person, self._rights, row.id, action="work")
        if call is not None:
            return call
        if await find_call(session, self._person, self._rights, row.id) is None:
            raise NotFound("no such call")
        raise Forbidden("your role does not allow to work on this call")

    def _rings_or_talks(self, call_id: UUID) -> bool:
        view = self._live.view(call_id)
        return view is not None and is_live_within_reach(view, self._person, self._rights, "work")

    async def _keep(self, call: Call) -> CallView:
        self._unit.session.add(call)
        await self._unit.session.flush()
        self._unit.publish(RecordChanged(at=utc_now(), kind="call", record_id=call.id))
        return await self._view(call)

    async def _view(self, call: Call) -> CallView:
        return (await views_of(self._unit.session, [call]))[0]

    def _say(self, call: Call, what: str, change: dict[str, str | None]) -> None:
        """For the audit, and for effects that must follow."""
        by = self._person.user_id
        write_audit(self._unit, what, by=by, on=("call", call.id), details=change)
        self._unit.tell(what, call.id, {**change, "by": str(by)})


async def _check_disposition(session: AsyncSession, code: str) -> None:
    disposition = await session.get(Disposition, code) if "\0" not in code else None
    if disposition is None or not disposition.is_active:
        raise InvalidValue("disposition", "there is no such disposition")


def _check_text(text: str) -> None:
    if len(text) > NOTE_LIMIT:
        raise InvalidValue("text", f"a note has at most {NOTE_LIMIT} characters")
    if "\0" in text:
        raise InvalidValue("text", "a note holds no NUL")


def _plain(client_id: UUID | None) -> str | None:
    return str(client_id) if client_id else None
