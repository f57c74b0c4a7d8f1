"""Numbers whose calls are logged and otherwise left alone: a lift's alarm, the office's own fax."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.audit import write_audit
from crm_core.calls.tables import IgnoredNumber
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.errors import Conflict, InvalidValue, NotFound
from crm_core.kernel.phone import read_number
from crm_core.kernel.text import clean_text

LIMIT = 1_000  # each is looked at for every ring
SHORTEST_PREFIX = 3


def matches(row: IgnoredNumber, number: str | None) -> bool:
    """Whether this number is meant."""
    if number is None:
        return False
    return number.startswith(row.number) if row.is_prefix else number == row.number


async def list_ignored(session: AsyncSession) -> Sequence[IgnoredNumber]:
    """All of them, by number."""
    return (await session.exec(select(IgnoredNumber).order_by(col(IgnoredNumber.number)))).all()


async def makes_no_task(session: AsyncSession, number: str | None) -> bool:
    """Whether nobody is to ring this number back: nor whom the PBX refuses on our word."""
    rows = await list_ignored(session)
    return any((row.makes_no_task or row.is_blocked) and matches(row, number) for row in rows)


async def add_ignored(
    unit: UnitOfWork, written: str, row: IgnoredNumber, *, region: str, by: UUID
) -> IgnoredNumber:
    """Leave a number alone from now on; `written` as somebody typed it."""
    known = await list_ignored(unit.session)
    if len(known) >= LIMIT:
        raise InvalidValue("number", f"there are at most {LIMIT} of these")
    row.id, row.created_by, row.created_at = uuid4(), by, utc_now()
    row.number = _read(written, region, is_prefix=row.is_prefix)
    row.reason = clean_text(row.reason, limit=300)
    if any((one.number, one.is_prefix) == (row.number, row.is_prefix) for one in known):
        raise Conflict(
            f"{row.number} is on the list already", reason="number_listed", number=row.number
        )
    unit.session.add(row)
    write_audit(unit, "ignored_number.created", by=by, on=_on(row), details={"after": _told(row)})
    return row


async def remove_ignored(unit: UnitOfWork, ignored_id: UUID, *, by: UUID) -> None:
    """Let a number be like any other again."""
    row = await unit.session.get(IgnoredNumber, ignored_id)
    if row is None:
        raise NotFound("no such number on the list")
    await unit.session.delete(row)
    write_audit(unit, "ignored_number.deleted", by=by, on=_on(row), details={"before": _told(row)})


def _read(written: str, region: str, *, is_prefix: bool) -> str:
    """E.164, or for a prefix its beginning: «8 495» and «+7495» mean the same."""
    if not is_prefix:
        number = read_number(written, region).number
        if number is None or not number.lstrip("+").isdigit():
            raise InvalidValue("number", "this is not a phone number", reason="number_unreadable")
        return number
    digits = "".join(letter for letter in written if letter.isascii() and letter.isdigit())
    if len(digits) < SHORTEST_PREFIX or len(digits) > 15:
        raise InvalidValue(
            "number",
            f"a beginning has {SHORTEST_PREFIX} to 15 digits",
            reason="prefix_length",
            least=SHORTEST_PREFIX,
        )
    if region == "RU" and digits.startswith("8") and "+" not in written:
        digits = f"7{digits[1:]}"
    return f"+{digits}"


def _on(row: IgnoredNumber) -> tuple[str, object]:
    return ("ignored_number", row.id)


def _told(row: IgnoredNumber) -> dict[str, Any]:
    return row.model_dump(
        include={"number", "is_prefix", "shows_no_card", "makes_no_task", "is_blocked", "reason"}
    )
