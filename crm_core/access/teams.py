"""Teams: people who work together and see one another's clients and calls."""

from collections.abc import Sequence
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.audit import write_audit
from crm_core.access.tables import Team, User
from crm_core.access.working_hours import NewHours, check_working_hours
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.errors import Conflict, InvalidValue, NotFound
from crm_core.kernel.events import RecordChanged

# Made by the first migration; everybody and everything without another team belongs to it.
DEFAULT_TEAM_ID: UUID = uuid5(NAMESPACE_URL, "allo:team:default")
NAME_LIMIT = 200


async def list_teams(session: AsyncSession) -> Sequence[Team]:
    """All teams by name."""
    return (await session.exec(select(Team).order_by(col(Team.name)))).all()


async def count_people(session: AsyncSession) -> dict[UUID, int]:
    """How many who may log in belong to each team."""
    query = select(User.team_id, func.count()).where(col(User.is_active))
    rows = (await session.exec(query.group_by(col(User.team_id)))).all()
    counts: dict[UUID, int] = {}
    for team_id, count in rows:
        counts[team_id or DEFAULT_TEAM_ID] = counts.get(team_id or DEFAULT_TEAM_ID, 0) + count
    return counts


async def get_team(session: AsyncSession, team_id: UUID) -> Team:
    """The team, or `NotFound`."""
    team = await session.get(Team, team_id)
    if team is None:
        raise NotFound("no such team")
    return team


async def add_team(unit: UnitOfWork, name: str, *, by: UUID | None = None) -> Team:
    """Make a team; two of one name could not be told apart."""
    team = Team(id=uuid4(), name=await _free_name(unit.session, name))
    unit.session.add(team)
    tell_team(unit, "team.created", team.id, by, name=team.name)
    return team


async def change_team(
    unit: UnitOfWork,
    team_id: UUID,
    *,
    name: str | None = None,
    hours: NewHours | None = None,
    by: UUID,
) -> Team:
    """Call a team otherwise, or say when it works; None leaves a thing as it is."""
    team = await get_team(unit.session, team_id)
    before = team.model_dump(exclude={"id"})
    if name is not None:
        team.name = await _free_name(unit.session, name, but=team_id)
    if hours is not None:
        team.working_hours = check_working_hours(hours.week)
    after = team.model_dump(exclude={"id"})
    changed = {field for field in after if after[field] != before[field]}
    if changed:
        unit.session.add(team)
        was, now = ({field: told[field] for field in changed} for told in (before, after))
        tell_team(unit, "team.changed", team_id, by, before=was, after=now)
    return team


def tell_team(
    unit: UnitOfWork, action: str, team_id: UUID, by: UUID | None, **details: object
) -> None:
    """Write down what was done to a team, and let screens know."""
    write_audit(unit, action, by=by, on=("team", team_id), details=details)
    unit.publish(RecordChanged(at=utc_now(), kind="team", record_id=team_id))


async def _free_name(session: AsyncSession, name: str, *, but: UUID | None = None) -> str:
    name = " ".join(name.split())
    if not name or len(name) > NAME_LIMIT:
        raise InvalidValue("name", f"a team's name has 1 to {NAME_LIMIT} characters")
    namesake = (await session.exec(select(Team).where(Team.name == name))).first()
    if namesake is not None and namesake.id != but:
        raise Conflict(
            f"there is already a team called {name}", reason="team_name_taken", name=name
        )
    return name
