"""Shared desks: phones at which whoever comes sits down, and takes over from whoever sat there.

An administrator says which phones are shared; all others stay with whom they were given to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.audit import write_audit
from crm_core.access.tables import Extension, User
from crm_core.access.users import Phone, check_extension, get_user
from crm_core.calls.agents.tables import SharedDesk
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.errors import Conflict, InvalidValue, NotFound
from crm_core.kernel.events import RecordChanged
from crm_core.kernel.text import clean_text

LIMIT = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A shared phone, and who sits at it now."""

    pbx: str
    extension: str
    user_id: UUID | None
    user_name: str | None


async def list_desks(session: AsyncSession) -> list[Desk]:
    """All shared phones."""
    query = select(SharedDesk).order_by(col(SharedDesk.pbx), col(SharedDesk.extension))
    sitting = select(Extension, User).join(User, col(User.id) == col(Extension.user_id))
    seated = {(seat.pbx, seat.extension): user for seat, user in await session.exec(sitting)}
    desks = []
    for row in (await session.exec(query)).all():
        user = seated.get((row.pbx, row.extension))
        desks.append(
            Desk(
                pbx=row.pbx,
                extension=row.extension,
                user_id=user.id if user else None,
                user_name=user.name if user else None,
            )
        )
    return desks


async def share_desk(unit: UnitOfWork, phone: Phone, *, by: UUID) -> None:
    """Let anybody sit down at this phone; who has it now keeps it until then."""
    check_extension(phone.extension)
    pbx = clean_text(phone.pbx, limit=64)
    if not pbx:
        raise InvalidValue("pbx", "a phone belongs to a PBX")
    if await unit.session.get(SharedDesk, (pbx, phone.extension)) is not None:
        raise Conflict("this phone is shared already", reason="desk_shared")
    if len((await unit.session.exec(select(SharedDesk.extension))).all()) >= LIMIT:
        raise InvalidValue("extension", f"there are at most {LIMIT} shared phones")
    unit.session.add(SharedDesk(pbx=pbx, extension=phone.extension))
    _say(unit, "shared_desk.created", Phone(pbx=pbx, extension=phone.extension), by)


async def keep_desk(unit: UnitOfWork, phone: Phone, *, by: UUID) -> None:
    """Share this phone no longer: who sits there now has it until an administrator says so."""
    desk = await _find(unit.session, phone)
    if desk is None:
        raise NotFound("no such shared phone")
    await unit.session.delete(desk)
    _say(unit, "shared_desk.deleted", phone, by)


async def sit_down(unit: UnitOfWork, user_id: UUID, phone: Phone) -> UUID | None:
    """Sit at a shared phone, leaving another one at that PBX; gives whom one took it over from."""
    if await _find(unit.session, phone) is None:
        raise InvalidValue("extension", "this phone is not shared", reason="desk_not_shared")
    key = (phone.pbx, phone.extension)
    seat = await unit.session.get(Extension, key, with_for_update=True)
    if seat is not None and seat.user_id == user_id:
        return None
    await _leave(unit, user_id, pbx=phone.pbx, is_for_another=True)
    before = seat.user_id if seat else None
    if seat is None:
        seat = Extension(pbx=phone.pbx, extension=phone.extension, user_id=user_id)
    seat.user_id = user_id
    unit.session.add(seat)
    await _changed(unit, user_id, *([before] if before else []))
    _say(unit, "shared_desk.taken", phone, user_id, before=str(before) if before else None)
    return before


async def stand_up(unit: UnitOfWork, user_id: UUID) -> None:
    """Leave every shared phone; those that are one's own stay."""
    if await _leave(unit, user_id):
        await _changed(unit, user_id)


async def _leave(
    unit: UnitOfWork, user_id: UUID, *, pbx: str | None = None, is_for_another: bool = False
) -> Sequence[Extension]:
    query = select(Extension).where(Extension.user_id == user_id)
    if pbx is not None:
        query = query.where(Extension.pbx == pbx)
    left = []
    for seat in (await unit.session.exec(query)).all():
        phone = Phone(pbx=seat.pbx, extension=seat.extension)
        if await _find(unit.session, phone) is not None:
            await unit.session.delete(seat)
            _say(unit, "shared_desk.left", phone, user_id)
            left.append(seat)
        elif is_for_another:
            raise Conflict(
                f"extension {seat.extension} of {seat.pbx} is your own: nobody sits at two there",
                reason="has_own_phone",
                extension=seat.extension,
            )
    await unit.session.flush()
    return left


async def _find(session: AsyncSession, phone: Phone) -> SharedDesk | None:
    if "\0" in phone.pbx + phone.extension:
        return None
    return await session.get(SharedDesk, (phone.pbx, phone.extension))


async def _changed(unit: UnitOfWork, *user_ids: UUID) -> None:
    """Who edits these accounts at this moment learns that they are others now."""
    for user_id in user_ids:
        user = await get_user(unit.session, user_id)
        user.version += 1
        user.updated_at = utc_now()
        unit.session.add(user)
        unit.publish(RecordChanged(at=user.updated_at, kind="user", record_id=user_id))


def _say(unit: UnitOfWork, action: str, phone: Phone, by: UUID, **told: object) -> None:
    place = f"{phone.extension}@{phone.pbx}"
    write_audit(unit, action, by=by, on=("shared_desk", place), details=told)
