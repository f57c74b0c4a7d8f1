"""The office: its name, and what holds for those who have chosen nothing else."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.audit import write_audit
from crm_core.access.tables import Office
from crm_core.access.users import check_choices
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.errors import Conflict, InvalidValue
from crm_core.kernel.text import clean_text

CURRENCIES = ("RUB", "KZT", "BYN", "UZS", "AMD", "GEL", "USD", "EUR", "CNY", "TRY", "AED")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeChanges:
    """What is to be different; None leaves a thing as it is."""

    name: str | None = None
    language: str | None = None
    time_zone: str | None = None
    currency: str | None = None


async def get_office(session: AsyncSession) -> Office:
    """The one row there is."""
    return (await session.exec(select(Office))).one()


async def change_office(
    unit: UnitOfWork, version: int, changes: OfficeChanges, *, by: UUID
) -> Office:
    """Change the office, if nobody else has since `version`."""
    check_choices(language=changes.language, time_zone=changes.time_zone)
    if changes.currency is not None and changes.currency not in CURRENCIES:
        raise InvalidValue("currency", f"a currency is one of {', '.join(CURRENCIES)}")
    office = (await unit.session.exec(select(Office).with_for_update())).one()
    if office.version != version:
        raise Conflict("Somebody else has changed the office meanwhile.")
    before = office.model_dump(exclude={"id", "version"})
    if changes.name is not None:
        office.name = clean_text(changes.name, limit=200)
    office.language = changes.language or office.language
    office.time_zone = changes.time_zone or office.time_zone
    office.currency = changes.currency or office.currency
    after = office.model_dump(exclude={"id", "version"})
    if after != before:
        office.version += 1
        unit.session.add(office)
        write_audit(
            unit,
            "office.changed",
            by=by,
            on=("office", office.id),
            details={"before": before, "after": after},
        )
    return office
