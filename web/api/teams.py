"""REST: teams."""

from typing import Annotated
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, Field

from crm_core.access import teams
from crm_core.kernel.errors import Conflict, Forbidden, NotFound
from crm_core.sales.handover import dissolve_team
from web.api.inputs import Input, Name
from web.keys import DATABASE, READ_PHONES, RIGHTS
from web.operations import operation
from web.visit import Visit

routes = web.RouteTableDef()


class TeamEntry(BaseModel):
    """A team, and how many people work in it."""

    id: UUID
    name: str
    people: int
    is_first: bool = Field(description="Who has no other team belongs to it; it stays.")


class TeamList(BaseModel):
    """All teams by name."""

    items: list[TeamEntry]
    next_cursor: str | None


class TeamName(Input):
    """How a team is to be called."""

    name: Annotated[Name, Field(max_length=200)]


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
    return TeamList(
        items=[
            TeamEntry(
                id=team.id,
                name=team.name,
                people=people.get(team.id, 0),
                is_first=team.id == teams.DEFAULT_TEAM_ID,
            )
            for team in found
        ],
        next_cursor=None,
    )


@routes.post("/api/teams")
@operation(201, errors=(Forbidden, Conflict))
async def create_team(visit: Visit, body: TeamName) -> TeamEntry:
    """Make a team."""
    await visit[RIGHTS].demand(visit.person, "create", "team")
    async with visit[DATABASE].write() as unit:
        team = await teams.add_team(unit, body.name, by=visit.person.user_id)
    return TeamEntry(id=team.id, name=team.name, people=0, is_first=False)


@routes.patch("/api/teams/{team_id}")
@operation(errors=(Forbidden, NotFound, Conflict))
async def rename_team(visit: Visit, team_id: UUID, body: TeamName) -> TeamEntry:
    """Call a team otherwise."""
    await visit[RIGHTS].demand(visit.person, "update", "team")
    async with visit[DATABASE].write() as unit:
        team = await teams.rename_team(unit, team_id, body.name, by=visit.person.user_id)
        people = await teams.count_people(unit.session)
    return TeamEntry(
        id=team.id,
        name=team.name,
        people=people.get(team.id, 0),
        is_first=team.id == teams.DEFAULT_TEAM_ID,
    )


@routes.post("/api/teams/{team_id}/dissolve")
@operation(errors=(Forbidden, NotFound))
async def end_team(visit: Visit, team_id: UUID, body: TeamEnd) -> None:
    """Take a team away; what it had belongs to another from now on."""
    await visit[RIGHTS].demand(visit.person, "delete", "team")
    async with visit[DATABASE].write() as unit:
        await dissolve_team(unit, team_id, body.into, by=visit.person.user_id)
    await visit[READ_PHONES]()
