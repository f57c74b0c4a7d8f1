"""Teams: people who see each other's clients."""

from collections.abc import Sequence
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.tables import Team
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.errors import Conflict, InvalidValue

# Made by the first migration; everybody and everything without another team belongs to it.
DEFAULT_TEAM_ID: UUID = uuid5(NAMESPACE_URL, "allo:team:default")


async def list_teams(session: AsyncSession) -> Sequence[Team]:
    """All teams by name."""
    return (await session.exec(select(Team).order_by(col(Team.name)))).all()


async def add_team(unit: UnitOfWork, name: str) -> Team:
    """Make a team; two of one name could not be told apart."""
    name = name.strip()
    if not name:
        raise InvalidValue("name", "a team needs a name")
    if (await unit.session.exec(select(Team).where(Team.name == name))).first():
        raise Conflict(f"there is already a team called {name}")
    team = Team(id=uuid4(), name=name)
    unit.session.add(team)
    return team
