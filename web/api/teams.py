"""REST: teams."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, Field

from crm_core.access import teams
from crm_core.access.tables import Team
from crm_core.access.working_hours import NewHours, WorkingHours, read_working_hours
from crm_core.calls.team_ends import dissolve_team
from crm_core.kernel.errors import Conflict, Forbidden, NotFound
from web.api.inputs import Input, Name
from web.keys import DATABASE, READ_PHONES, RIGHTS
from web.operations import operation
from web.visit import Visit

routes = web.RouteTableDef()


def _absent() -> Any:
    """Stands for a field that was not sent: the schema then promises no default."""
    return None


class TeamEntry(BaseModel):
    """A team, and how many people work in it."""

    id: UUID
    name: str
    people: int
    is_first: bool = Field(description="Who has no other team belongs to it; it stays.")
    working_hours: WorkingHours | None = Field(description="Null: as the office says.")


class TeamList(BaseModel):
    """All teams by name."""

    items: list[TeamEntry]
    next_cursor: str | None


class TeamName(Input):
    """How a team is to be called."""

    name: Annotated[Name, Field(max_length=200)]


class TeamChange(Input):
    """What is to be different; what is absent stays."""

    name: Annotated[Name, Field(max_length=200)] = Field(default_factory=_absent)
    working_hours: WorkingHours | None = Field(default_factory=_absent)


class TeamEnd(Input):
    """Where a team's people, clients, deals and tasks go."""

    into: UUID


@routes.get("/api/teams")
@operation(errors=(Forbidden,))
async def list_teams(visit: Visit) -> TeamList:
    """All teams."""
    await visit[RIGHTS].demand(visit.person, "read", "team")
    async with visit[DATABASE].read() as session:
        found, people = await teams.list_teams(session), await teams.count_people(session)
    return TeamList(items=[_view(team, people) for team in found], next_cursor=None)


@routes.post("/api/teams")
@operation(201, errors=(Forbidden, Conflict))
async def create_team(visit: Visit, body: TeamName) -> TeamEntry:
    """Make a team."""
    await visit[RIGHTS].demand(visit.person, "create", "team")
    async with visit[DATABASE].write() as unit:
        team = await teams.add_team(unit, body.name, by=visit.person.user_id)
    return _view(team, {})


@routes.patch("/api/teams/{team_id}")
@operation(errors=(Forbidden, NotFound, Conflict))
async def change_team(visit: Visit, team_id: UUID, body: TeamChange) -> TeamEntry:
    """Call a team otherwise, or say when it works."""
    await visit[RIGHTS].demand(visit.person, "update", "team")
    sent = body.model_fields_set
    async with visit[DATABASE].write() as unit:
        team = await teams.change_team(
            unit,
            team_id,
            name=body.name if "name" in sent else None,
            hours=NewHours(body.working_hours) if "working_hours" in sent else None,
            by=visit.person.user_id,
        )
        people = await teams.count_people(unit.session)
    return _view(team, people)


@routes.post("/api/teams/{team_id}/dissolve")
@operation(errors=(Forbidden, NotFound))
async def end_team(visit: Visit, team_id: UUID, body: TeamEnd) -> None:
    """Take a team away; what it had belongs to another from now on."""
    await visit[RIGHTS].demand(visit.person, "delete", "team")
    async with visit[DATABASE].write() as unit:
        await dissolve_team(unit, team_id, body.into, by=visit.person.user_id)
    await visit[READ_PHONES]()


def _view(team: Team, people: Mapping[UUID, int]) -> TeamEntry:
    return TeamEntry(
        id=team.id,
        name=team.name,
        people=people.get(team.id, 0),
        is_first=team.id == teams.DEFAULT_TEAM_ID,
        working_hours=read_working_hours(team.working_hours),
    )
