"""The office: its name, and what holds for those who have chosen nothing else."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.audit import write_audit
from crm_core.access.choices import (
    check_choices,
    check_currency,
    check_phone_region,
    check_service_level,
)
from crm_core.access.tables import Office, User
from crm_core.access.working_hours import NewHours, check_working_hours
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.errors import Conflict
from crm_core.kernel.text import clean_text


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeChanges:
    """What is to be different; None leaves a thing as it is."""

    name: str | None = None
    language: str | None = None
    time_zone: str | None = None
    currency: str | None = None
    phone_region: str | None = None
    service_level_seconds: int | None = None
    is_set_up: bool | None = None
    working_hours: NewHours | None = None


async def get_office(session: AsyncSession) -> Office:
    """The one row there is."""
    return (await session.exec(select(Office))).one()


async def hold_office(session: AsyncSession) -> Office:
    """The row, which nobody else changes before this unit has ended."""
    return (await session.exec(select(Office).with_for_update())).one()


async def read_phone_region(session: AsyncSession, otherwise: str) -> str:
    """Where a number without a country is from: as the office says, else as the settings do."""
    return (await get_office(session)).phone_region or otherwise


async def change_office(
    unit: UnitOfWork, version: int, changes: OfficeChanges, *, by: UUID
) -> Office:
    """Change the office, if nobody else has since `version`."""
    check_choices(language=changes.language, time_zone=changes.time_zone)
    if changes.currency is not None:
        check_currency(changes.currency)
    if changes.phone_region is not None:
        check_phone_region(changes.phone_region)
    if changes.service_level_seconds is not None:
        check_service_level(changes.service_level_seconds)
    office = await hold_office(unit.session)
    if office.version != version:
        raise Conflict(
            "Somebody else has changed the office meanwhile.", reason="changed_meanwhile"
        )
    before = _told(office)
    if changes.name is not None:
        office.name = clean_text(changes.name, limit=200)
    office.language = changes.language or office.language
    office.time_zone = changes.time_zone or office.time_zone
    office.currency = changes.currency or office.currency
    if changes.phone_region is not None:
        office.phone_region = changes.phone_region
    office.service_level_seconds = changes.service_level_seconds or office.service_level_seconds
    if changes.working_hours is not None:
        office.working_hours = check_working_hours(changes.working_hours.week)
    if changes.is_set_up is not None:
        office.is_set_up = changes.is_set_up
    after = _told(office)
    if after != before:
        office.version += 1
        unit.session.add(office)
        await _lead_followers(unit.session, office)
        details = {"before": before, "after": after}
        write_audit(unit, "office.changed", by=by, on=("office", office.id), details=details)
    return office


async def _lead_followers(session: AsyncSession, office: Office) -> None:
    """Who has chosen nothing has what the office has: here alone, so that readers need not ask."""
    for name in ("language", "time_zone"):
        follows = col(getattr(User, f"has_own_{name}")).is_(False)
        await session.exec(update(User).where(follows).values({name: getattr(office, name)}))


def _told(office: Office) -> dict[str, Any]:
    return office.model_dump(exclude={"id", "version"})
