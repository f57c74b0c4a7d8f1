"""Dispositions: the results of a talk that an agent can choose."""

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.audit import write_audit
from crm_core.calls.queue_settings import codes_for
from crm_core.calls.tables import Disposition
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.errors import InvalidValue, NotFound
from crm_core.kernel.text import clean_text

LIMIT = 100


async def list_dispositions(
    session: AsyncSession, *, queue: str | None = None, pbx: str | None = None
) -> Sequence[Disposition]:
    """What can be chosen now, in the order in which it is shown: a queue may offer some alone."""
    found = [one for one in await list_all(session) if one.is_active]
    codes = await codes_for(session, queue, pbx) if queue else []
    chosen = {one.code: one for one in found if one.code in codes}
    return [chosen[code] for code in codes if code in chosen] or found


async def list_all(session: AsyncSession) -> Sequence[Disposition]:
    """Those that were put away, too: calls name them."""
    query = select(Disposition).order_by(col(Disposition.position), col(Disposition.code))
    return (await session.exec(query)).all()


async def add_disposition(unit: UnitOfWork, titles: Mapping[str, str], *, by: UUID) -> Disposition:
    """Add one behind the others. Its code is made here: nobody reads it, and it never changes."""
    known = await list_all(unit.session)
    if len(known) >= LIMIT:
        raise InvalidValue("titles", f"there are at most {LIMIT} results")
    position = max((one.position for one in known), default=-1) + 1
    made = Disposition(code=f"d{uuid4().hex[:10]}", titles=_titles(titles), position=position)
    unit.session.add(made)
    _say(unit, "disposition.created", made, by, after=dict(made.titles))
    return made


async def change_disposition(
    unit: UnitOfWork,
    code: str,
    *,
    titles: Mapping[str, str] | None,
    is_active: bool | None,
    by: UUID,
) -> Disposition:
    """Call it otherwise, put it away or take it out again; calls that have it keep it."""
    query = select(Disposition).where(Disposition.code == code).with_for_update()
    found = (await unit.session.exec(query)).first() if "\0" not in code else None
    if found is None:
        raise NotFound("no such disposition")
    before = {**found.titles, "is_active": found.is_active}
    if titles is not None:
        found.titles = _titles(titles)
    if is_active is False and found.is_active:
        others = [one for one in await list_all(unit.session) if one.is_active and one.code != code]
        if not others:
            raise InvalidValue(
                "is_active", "the last result cannot be put away", reason="last_result"
            )
    found.is_active = found.is_active if is_active is None else is_active
    unit.session.add(found)
    after = {**found.titles, "is_active": found.is_active}
    if after != before:
        _say(unit, "disposition.changed", found, by, before=before, after=after)
    return found


async def order_dispositions(unit: UnitOfWork, codes: Sequence[str], *, by: UUID) -> None:
    """Put them in this order; all must be named, so that nobody's new one is lost from sight."""
    known = {one.code: one for one in await list_all(unit.session)}
    if sorted(codes) != sorted(known):
        raise InvalidValue("codes", "name every result once")
    before = list(known)
    if before == list(codes):
        return
    for place, code in enumerate(codes):
        known[code].position = place
        unit.session.add(known[code])
    write_audit(
        unit,
        "disposition.changed",
        by=by,
        on=("disposition", ""),
        details={"before": {"order": before}, "after": {"order": list(codes)}},
    )


def _titles(titles: Mapping[str, str]) -> dict[str, str]:
    """A text in Russian at least; without an English one it stands for both."""
    russian = " ".join(clean_text(titles.get("ru", ""), limit=60).split())
    english = " ".join(clean_text(titles.get("en", ""), limit=60).split())
    if not russian:
        raise InvalidValue("titles", "a result has a name", reason="name_empty")
    return {"ru": russian, "en": english or russian}


def _say(unit: UnitOfWork, action: str, one: Disposition, by: UUID, **told: object) -> None:
    write_audit(unit, action, by=by, on=("disposition", one.code), details=told)
