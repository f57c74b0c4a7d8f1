"""REST: accounts, as administrators keep them."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, Field

from crm_core.access import accounts, users
from crm_core.access.teams import DEFAULT_TEAM_ID
from crm_core.kernel.errors import Conflict, Forbidden, NotFound
from crm_core.sales.handover import belongings_of, let_go
from web.api.inputs import Input, Name
from web.api.users import ExtensionView, Language, Role, TeamView
from web.keys import DATABASE, FRONT_DOOR, READ_PHONES, RIGHTS
from web.operations import operation
from web.visit import Visit

routes = web.RouteTableDef()


def _absent() -> Any:
    """Stands for a field that was not sent: the schema then promises no default."""
    return None


class PhoneInput(Input):
    """A phone at which somebody sits."""

    pbx: Name = "main"
    extension: Name


class AccountView(BaseModel):
    """Somebody who may log in, or once could."""

    id: UUID
    login: str
    name: str
    role: Role
    team: TeamView | None
    extensions: list[ExtensionView]
    language: Language
    has_own_language: bool
    time_zone: str
    has_own_time_zone: bool
    is_active: bool
    must_change_password: bool
    version: int
    created_at: datetime


class AccountList(BaseModel):
    """Everybody, those who have left last."""

    items: list[AccountView]
    next_cursor: str | None


class NewAccount(Input):
    """Somebody new. The password is made by the server."""

    login: Annotated[Name, Field(max_length=64)]
    name: Annotated[Name, Field(max_length=200)]
    role: Role
    team_id: UUID = Field(default=DEFAULT_TEAM_ID, description="The first team, unless said.")
    phones: Annotated[list[PhoneInput], Field(max_length=20)] = Field(default_factory=list)
    language: Language | None = Field(default=None, description="The office's, unless said.")
    time_zone: Name | None = Field(default=None, description="The office's, unless said.")


class AccountChange(Input):
    """What is to be different; what is absent stays. `version` is the one that was seen.

    A null language or zone is the office's, now and after the office changes.
    Who has clients, deals or tasks leaves only when it is said who takes them: `hand_over_to`
    names a colleague, or is null for the team.
    """

    version: int
    name: Annotated[Name, Field(max_length=200)] = Field(default_factory=_absent)
    role: Role = Field(default_factory=_absent)
    team_id: UUID = Field(default_factory=_absent)
    phones: Annotated[list[PhoneInput], Field(max_length=20)] = Field(default_factory=_absent)
    language: Language | None = Field(default_factory=_absent)
    time_zone: Name | None = Field(default_factory=_absent)
    is_active: bool = Field(default_factory=_absent)
    hand_over_to: UUID | None = Field(default_factory=_absent)


class IssuedPassword(BaseModel):
    """A password for once; it is shown here and never again."""

    user_id: UUID
    password: str


class BelongingsView(BaseModel):
    """What waits for one person."""

    clients: int
    deals: int
    tasks: int


@routes.get("/api/users/accounts")
@operation(errors=(Forbidden,))
async def list_accounts(visit: Visit) -> AccountList:
    """Everybody who may log in, and those who have left."""
    await visit[RIGHTS].demand(visit.person, "update", "user")
    async with visit[DATABASE].read() as session:
        found = await accounts.list_accounts(session)
    return AccountList(items=[_view(profile) for profile in found], next_cursor=None)


@routes.post("/api/users")
@operation(201, errors=(Forbidden, Conflict))
async def create_account(visit: Visit, body: NewAccount) -> IssuedPassword:
    """Make an account; the answer holds the password with which to log in once."""
    await visit[RIGHTS].demand(visit.person, "create", "user")
    password, password_hash = await visit[FRONT_DOOR].issue_password()
    async with visit[DATABASE].write() as unit:
        user = await users.add_user(
            unit,
            users.NewUser(
                **body.model_dump(exclude={"phones"}),
                phones=_phones(body.phones),
                password_hash=password_hash,
                must_change_password=True,
            ),
            by=visit.person.user_id,
        )
    await visit[READ_PHONES]()
    return IssuedPassword(user_id=user.id, password=password)


@routes.get("/api/users/{user_id}")
@operation(errors=(Forbidden, NotFound))
async def get_account(visit: Visit, user_id: UUID) -> AccountView:
    """Show one account."""
    await visit[RIGHTS].demand(visit.person, "update", "user")
    async with visit[DATABASE].read() as session:
        return _view(await users.get_profile(session, user_id))


@routes.get("/api/users/{user_id}/belongings")
@operation(errors=(Forbidden, NotFound))
async def get_belongings(visit: Visit, user_id: UUID) -> BelongingsView:
    """Count what somebody would leave behind."""
    await visit[RIGHTS].demand(visit.person, "update", "user")
    async with visit[DATABASE].read() as session:
        await users.get_user(session, user_id)
        held = await belongings_of(session, user_id)
    return BelongingsView(clients=held.clients, deals=held.deals, tasks=held.tasks)


@routes.patch("/api/users/{user_id}")
@operation(errors=(Forbidden, NotFound, Conflict))
async def change_account(visit: Visit, user_id: UUID, body: AccountChange) -> AccountView:
    """Change an account. Another role, and leaving, end sessions, tokens and open screens."""
    await visit[RIGHTS].demand(visit.person, "update", "user")
    by, sent = visit.person.user_id, body.model_fields_set
    wanted = body.model_dump(include=sent & {"name", "role", "team_id"})
    wanted["own"] = users.OwnChoices.of(body.model_dump(include=sent & {"language", "time_zone"}))
    if "phones" in sent:
        wanted["phones"] = _phones(body.phones)
    async with visit[DATABASE].write() as unit:
        await accounts.demand_version(unit.session, user_id, body.version)
        if "is_active" in sent and body.is_active:
            await accounts.reactivate(unit, user_id, by=by)
        await accounts.change_account(unit, user_id, accounts.AccountChanges(**wanted), by=by)
        if "is_active" in sent and not body.is_active:
            is_decided = "hand_over_to" in sent
            await let_go(unit, user_id, body.hand_over_to, is_decided=is_decided, by=by)
        await unit.session.flush()
        profile = await users.get_profile(unit.session, user_id)
    await visit[READ_PHONES]()
    return _view(profile)


@routes.post("/api/users/{user_id}/password")
@operation(errors=(Forbidden, NotFound))
async def reset_password(visit: Visit, user_id: UUID) -> IssuedPassword:
    """Give somebody a password for once; their sessions and tokens end."""
    await visit[RIGHTS].demand(visit.person, "update", "user")
    password, password_hash = await visit[FRONT_DOOR].issue_password()
    async with visit[DATABASE].write() as unit:
        await accounts.reset_password(unit, user_id, password_hash, by=visit.person.user_id)
    return IssuedPassword(user_id=user_id, password=password)


def _phones(sent: list[PhoneInput]) -> list[users.Phone]:
    return [users.Phone(pbx=phone.pbx, extension=phone.extension) for phone in sent]


def _view(profile: users.Profile) -> AccountView:
    team = profile.team
    return AccountView.model_validate(
        {
            **profile.user.model_dump(exclude={"password_hash", "team_id", "updated_at", "theme"}),
            "team": {"id": team.id, "name": team.name} if team else None,
            "extensions": [
                {"pbx": phone.pbx, "extension": phone.extension} for phone in profile.phones
            ],
        }
    )
