"""Reasons for a pause: what an agent can choose, kept by an administrator."""

import re
from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.audit import write_audit
from crm_core.calls.agents.state import WRAP_UP
from crm_core.calls.agents.tables import PauseReason
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.errors import InvalidValue, NotFound
from crm_core.kernel.text import clean_text

LIMIT = 50

_NOT_OF_A_CODE = re.compile(r"[^a-z0-9]+")


async def list_reasons(session: AsyncSession) -> Sequence[PauseReason]:
    """All, in their order, those that were put away too: past pauses name them."""
    query = select(PauseReason).order_by(col(PauseReason.position), col(PauseReason.code))
    return (await session.exec(query)).all()


async def demand_reason(session: AsyncSession, code: str) -> PauseReason:
    """The reason with this code, if it can be chosen."""
    reason = await session.get(PauseReason, code) if "\0" not in code else None
    if reason is None or not reason.is_active:
        raise InvalidValue("reason", "there is no such reason", reason="pause_reason_unknown")
    return reason


async def add_reason(unit: UnitOfWork, titles: Mapping[str, str], *, by: UUID) -> PauseReason:
    """Add one behind the others. Its code never changes: PBX and history know it by that."""
    known = await list_reasons(unit.session)
    if len(known) >= LIMIT:
        raise InvalidValue("titles", f"there are at most {LIMIT} reasons")
    named = _titles(titles)
    position = max((one.position for one in known), default=-1) + 1
    code = _code(named["en"], {one.code for one in known})
    made = PauseReason(code=code, titles=named, position=position)
    unit.session.add(made)
    _say(unit, "pause_reason.created", made, by, after=dict(made.titles))
    return made


async def change_reason(
    unit: UnitOfWork,
    code: str,
    *,
    titles: Mapping[str, str] | None = None,
    position: int | None = None,
    is_active: bool | None = None,
    by: UUID,
) -> PauseReason:
    """Call it otherwise, move it to another place, put it away or take it out again."""
    known = list(await list_reasons(unit.session))
    found = next((one for one in known if one.code == code), None)
    if found is None:
        raise NotFound("no such reason")
    before = _told(found)
    if titles is not None:
        found.titles = _titles(titles)
    if position is not None:
        _move(unit, known, found, position)
    if is_active is False and not any(one.is_active and one is not found for one in known):
        raise InvalidValue("is_active", "the last reason cannot be put away", reason="last_reason")
    found.is_active = found.is_active if is_active is None else is_active
    unit.session.add(found)
    if _told(found) != before:
        _say(unit, "pause_reason.changed", found, by, before=before, after=_told(found))
    return found


def _move(unit: UnitOfWork, known: list[PauseReason], found: PauseReason, position: int) -> None:
    known.remove(found)
    known.insert(min(position, len(known)), found)
    for place, one in enumerate(known):
        one.position = place
        unit.session.add(one)


def _code(title: str, taken: set[str]) -> str:
    """Made from the English title, since it is what is read in the PBX's own lists."""
    code = _NOT_OF_A_CODE.sub("_", title.lower()).strip("_")[:30].strip("_")
    return code if code and code not in taken | {WRAP_UP} else f"r{uuid4().hex[:10]}"


def _titles(titles: Mapping[str, str]) -> dict[str, str]:
    """A text in Russian at least; without an English one it stands for both."""
    russian = " ".join(clean_text(titles.get("ru", ""), limit=60).split())
    english = " ".join(clean_text(titles.get("en", ""), limit=60).split())
    if not russian:
        raise InvalidValue("titles", "a reason has a name", reason="name_empty")
    return {"ru": russian, "en": english or russian}


def _told(one: PauseReason) -> dict[str, object]:
    return {**one.titles, "position": one.position, "is_active": one.is_active}


def _say(unit: UnitOfWork, action: str, one: PauseReason, by: UUID, **told: object) -> None:
    write_audit(unit, action, by=by, on=("pause_reason", one.code), details=told)
