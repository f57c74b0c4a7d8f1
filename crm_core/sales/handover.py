"""Handing over: what a leaver still has goes to somebody, in the transaction that shuts them out.

What is finished stays with who did it: history is not rewritten.
"""

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.audit import write_audit
from crm_core.access.tables import Team, User
from crm_core.access.teams import DEFAULT_TEAM_ID, get_team, tell_team
from crm_core.access.users import deactivate
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.errors import InvalidValue
from crm_core.kernel.events import RecordChanged
from crm_core.records.tables import Record
from crm_core.sales.tables import Deal, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Belongings:
    """How much waits for one person."""

    clients: int
    deals: int
    tasks: int

    def __bool__(self) -> bool:
        return bool(self.clients or self.deals or self.tasks)


async def belongings_of(session: AsyncSession, user_id: UUID) -> Belongings:
    """Count a person's clients, open deals and open tasks."""

    async def count(model: type[Any], *which: ColumnElement[bool]) -> int:
        return (await session.exec(select(func.count()).select_from(model).where(*which))).one()

    return Belongings(
        clients=await count(Record, *_clients_of(user_id)),
        deals=await count(Deal, *_deals_of(user_id)),
        tasks=await count(Task, *_tasks_of(user_id)),
    )


async def let_go(
    unit: UnitOfWork, user_id: UUID, to: UUID | None, *, is_decided: bool, by: UUID | None
) -> None:
    """Shut somebody out and hand over what they have; `to` None leaves it to the team.

    Unless `is_decided` nobody has said where it goes: then only who has nothing can go.
    """
    held = await belongings_of(unit.session, user_id)
    if held and not is_decided:
        raise InvalidValue(
            "hand_over_to",
            f"{held.clients} clients, {held.deals} open deals and {held.tasks} open tasks "
            "are theirs: say who takes them over",
        )
    if to is not None:
        await _demand_successor(unit.session, user_id, to)
    await deactivate(unit, user_id, by=by)
    if held:
        await _hand_over(unit, user_id, to)
        details = {**asdict(held), "to": str(to) if to else None}
        write_audit(unit, "user.handed_over", by=by, on=("user", user_id), details=details)


async def dissolve_team(unit: UnitOfWork, team_id: UUID, into: UUID, *, by: UUID) -> None:
    """Take a team away; its people and all that was its own belong to another from now on."""
    team = await get_team(unit.session, team_id)
    if team_id == DEFAULT_TEAM_ID:
        raise InvalidValue(
            "team_id",
            "the first team stays: who has no other belongs to it",
            reason="first_team_stays",
        )
    if into == team_id or await unit.session.get(Team, into) is None:
        raise InvalidValue("into", "there is no such other team")
    for table in (User, Record, Deal, Task):
        await unit.session.exec(
            update(table).where(col(table.team_id) == team_id).values(team_id=into)
        )
    await unit.session.delete(team)
    tell_team(unit, "team.deleted", team_id, by, before={"name": team.name}, into=str(into))


async def _demand_successor(session: AsyncSession, user_id: UUID, to: UUID) -> None:
    successor = await session.get(User, to)
    if to == user_id or successor is None or not successor.is_active:
        raise InvalidValue("hand_over_to", "there is no such colleague")


async def _hand_over(unit: UnitOfWork, user_id: UUID, to: UUID | None) -> None:
    now, session = utc_now(), unit.session
    tasks = (await session.exec(select(Task.id).where(*_tasks_of(user_id)))).all()
    for ids in (
        select(Deal.id).where(*_deals_of(user_id)),
        select(Task.id).where(*_tasks_of(user_id)),
        select(Record.id).where(*_clients_of(user_id)),
    ):
        await session.exec(
            update(Record)
            .where(col(Record.id).in_(ids))
            .values(owner_id=to, version=Record.version + 1, updated_at=now)
            .execution_options(synchronize_session=False)
        )
    await session.exec(
        update(Deal)
        .where(*_deals_of(user_id))
        .values(owner_id=to)
        .execution_options(synchronize_session=False)
    )
    await session.exec(
        update(Task)
        .where(*_tasks_of(user_id))
        .values(assignee_id=to)
        .execution_options(synchronize_session=False)
    )
    for task_id in tasks[:1]:  # one is enough for the new assignee's list to be read again
        unit.publish(RecordChanged(at=now, kind="task", record_id=task_id))
    unit.publish(RecordChanged(at=now, kind="client", record_id=user_id))


def _clients_of(user_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return (col(Record.owner_id) == user_id, col(Record.kind) == "client")


def _deals_of(user_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return (col(Deal.owner_id) == user_id, col(Deal.status) == "open")


def _tasks_of(user_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return (col(Task.assignee_id) == user_id, col(Task.done_at).is_(None))
