"""What the office says of its queues: a title for people, and which results can be chosen there.

Calls keep the PBX's name for good. When a queue is renamed on the PBX its row here follows only
when somebody says so: nothing is guessed, nothing orphaned.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.audit import write_audit
from crm_core.access.choices import check_service_level
from crm_core.access.tables import Team
from crm_core.access.working_hours import WorkingHours, check_working_hours
from crm_core.calls.tables import Call, CallQueueVisit, Disposition, QueueDisposition, QueueSetting
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.errors import Conflict, InvalidValue, NotFound
from crm_core.kernel.text import clean_text

SEEN_WITHIN = timedelta(days=30)
WRAP_UP_LIMIT = 3_600


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueDraft:
    """What is to hold for a queue."""

    pbx: str
    name: str
    title: str
    is_disposition_required: bool
    wrap_up_seconds: int | None
    dispositions: Sequence[str]
    service_level_seconds: int | None = None
    team_id: UUID | None = None
    working_hours: WorkingHours | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedQueue:
    """A queue's row and the codes that can be chosen there, in their order; none: all."""

    setting: QueueSetting
    dispositions: Sequence[str]


async def list_queues(session: AsyncSession) -> list[DescribedQueue]:
    """Every queue that the office has described."""
    query = select(QueueSetting).order_by(col(QueueSetting.title), col(QueueSetting.name))
    codes: dict[UUID, list[str]] = {}
    chosen = select(QueueDisposition).order_by(col(QueueDisposition.position))
    for row in (await session.exec(chosen)).all():
        codes.setdefault(row.queue_id, []).append(row.code)
    return [
        DescribedQueue(setting=one, dispositions=codes.get(one.id, []))
        for one in (await session.exec(query)).all()
    ]


async def list_unnamed(session: AsyncSession) -> list[tuple[str, str]]:
    """Queues (pbx, name) that calls came through lately and nobody has described."""
    seen = (
        select(Call.pbx, CallQueueVisit.name)
        .join(CallQueueVisit, col(CallQueueVisit.call_id) == col(Call.id))
        .where(col(Call.started_at) >= utc_now() - SEEN_WITHIN)
        .distinct()
    )
    known = set((await session.exec(select(QueueSetting.pbx, QueueSetting.name))).all())
    return sorted(set((await session.exec(seen)).all()) - known)


async def add_queue(unit: UnitOfWork, draft: QueueDraft, *, by: UUID) -> QueueSetting:
    """Describe a queue."""
    setting = QueueSetting(id=uuid4(), pbx=draft.pbx, name=draft.name)
    await _fill(unit, setting, draft)
    after = _told(setting, draft.dispositions)
    write_audit(
        unit,
        "queue_setting.created",
        by=by,
        on=("queue_setting", setting.id),
        details={"after": after},
    )
    return setting


async def change_queue(
    unit: UnitOfWork, queue_id: UUID, version: int, draft: QueueDraft, *, by: UUID
) -> QueueSetting:
    """Describe a queue otherwise, or say that it is called otherwise on the PBX now."""
    query = select(QueueSetting).where(QueueSetting.id == queue_id).with_for_update()
    setting = (await unit.session.exec(query)).first()
    if setting is None:
        raise NotFound("no such queue")
    if setting.version != version:
        raise Conflict(
            "Somebody else has changed this queue meanwhile.", reason="changed_meanwhile"
        )
    before = _told(setting, await _codes(unit.session, queue_id))
    setting.version += 1
    await _fill(unit, setting, draft)
    details = {"before": before, "after": _told(setting, draft.dispositions)}
    write_audit(
        unit, "queue_setting.changed", by=by, on=("queue_setting", queue_id), details=details
    )
    return setting


async def codes_for(session: AsyncSession, queue: str, pbx: str | None) -> Sequence[str]:
    """What can be chosen in a queue of the PBX, in its order; nothing: all."""
    query = (
        select(QueueDisposition.code)
        .join(QueueSetting)
        .where(QueueSetting.name == queue)
        .order_by(col(QueueDisposition.position))
    )
    if pbx is not None:
        query = query.where(QueueSetting.pbx == pbx)
    return list(dict.fromkeys((await session.exec(query)).all()))


async def demands_result(session: AsyncSession, queue: str | None, pbx: str) -> bool:
    """Whether the office wants to know what came of every talk of this queue."""
    if queue is None:
        return False
    query = select(QueueSetting.is_disposition_required)
    query = query.where(QueueSetting.name == queue, QueueSetting.pbx == pbx)
    return bool((await session.exec(query)).first())


async def _fill(unit: UnitOfWork, setting: QueueSetting, draft: QueueDraft) -> None:
    pbx, name = clean_text(draft.pbx, limit=64), clean_text(draft.name, limit=128)
    if not pbx or not name:
        raise InvalidValue("name", "a queue has a PBX and a name there")
    if draft.wrap_up_seconds is not None and not 0 <= draft.wrap_up_seconds <= WRAP_UP_LIMIT:
        raise InvalidValue(
            "wrap_up_seconds",
            f"0 to {WRAP_UP_LIMIT} seconds",
            reason="wrap_up_limit",
            most=WRAP_UP_LIMIT,
        )
    if draft.service_level_seconds is not None:
        check_service_level(draft.service_level_seconds)
    namesake = select(QueueSetting.id).where(QueueSetting.pbx == pbx, QueueSetting.name == name)
    if (await unit.session.exec(namesake)).first() not in (None, setting.id):
        raise Conflict(
            f"the queue {name} of {pbx} is described already", reason="queue_described", name=name
        )
    known = set((await unit.session.exec(select(Disposition.code))).all())
    if not known.issuperset(draft.dispositions):
        raise InvalidValue("dispositions", "there is no such disposition")
    setting.pbx, setting.name = pbx, name
    setting.title = clean_text(draft.title, limit=200)
    setting.is_disposition_required = draft.is_disposition_required
    setting.wrap_up_seconds = draft.wrap_up_seconds
    setting.service_level_seconds = draft.service_level_seconds
    if draft.team_id is not None and await unit.session.get(Team, draft.team_id) is None:
        raise InvalidValue("team_id", "there is no such team")
    setting.team_id = draft.team_id
    setting.working_hours = check_working_hours(draft.working_hours)
    unit.session.add(setting)
    await unit.session.flush()
    await unit.session.exec(
        delete(QueueDisposition).where(col(QueueDisposition.queue_id) == setting.id)
    )
    for place, code in enumerate(dict.fromkeys(draft.dispositions)):
        unit.session.add(QueueDisposition(queue_id=setting.id, code=code, position=place))
    await unit.session.flush()


async def _codes(session: AsyncSession, queue_id: UUID) -> Sequence[str]:
    query = select(QueueDisposition.code).where(QueueDisposition.queue_id == queue_id)
    return (await session.exec(query.order_by(col(QueueDisposition.position)))).all()


def _told(setting: QueueSetting, codes: Sequence[str]) -> dict[str, Any]:
    return {
        **setting.model_dump(mode="json", exclude={"id", "version"}),
        "dispositions": list(codes),
    }
