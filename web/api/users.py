"""REST: users. One's own profile, and the names of colleagues."""

from typing import Annotated, Any, Literal
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, Field, StringConstraints

from crm_core.access import users
from crm_core.kernel.errors import Forbidden, InvalidValue, WrongCredentials
from web.api.inputs import Input, Name
from web.keys import DATABASE, FRONT_DOOR, RIGHTS
from web.operations import operation
from web.visit import Visit

routes = web.RouteTableDef()

Role = Literal["agent", "manager", "supervisor", "admin"]
Language = Literal["ru", "en"]
Theme = Literal["auto", "light", "dark"]


def _absent() -> Any:
    """Stands for a field that was not sent: the schema then promises no default."""
    return None


class TeamView(BaseModel):
    """A team by name."""

    id: UUID
    name: str


class ExtensionView(BaseModel):
    """A phone of ours on one PBX."""

    pbx: str
    extension: str


class UserView(BaseModel):
    """One's own account."""

    id: UUID
    login: str
    name: str
    role: Role
    team: TeamView | None
    extensions: list[ExtensionView]
    language: Language
    has_own_language: bool = Field(description="Chosen; else it is the office's.")
    theme: Theme
    time_zone: str
    has_own_time_zone: bool
    must_change_password: bool = Field(description="Nothing else can be done until then.")


class Colleague(BaseModel):
    """Another user, as everybody may know them."""

    id: UUID
    name: str
    role: Role


class ColleagueList(BaseModel):
    """All who may log in."""

    items: list[Colleague]
    next_cursor: str | None


class ProfileChange(Input):
    """What one may change of one's own account; what is absent stays.

    A null language or zone is the office's, now and after the office changes.
    """

    language: Language | None = Field(default_factory=_absent)
    theme: Theme = Field(default_factory=_absent)
    time_zone: Name | None = Field(default_factory=_absent)


class PasswordChange(Input):
    """The present password proves who asks."""

    current: Annotated[str, StringConstraints(max_length=1_000)]
    new: Annotated[str, StringConstraints(max_length=1_000)]


@routes.get("/api/users")
@operation(errors=(Forbidden,))
async def list_users(visit: Visit) -> ColleagueList:
    """All who may log in, by name."""
    await visit[RIGHTS].demand(visit.person, "read", "user")
    async with visit[DATABASE].read() as session:
        found = await users.list_users(session)
    return ColleagueList(
        items=[Colleague.model_validate(user, from_attributes=True) for user in found],
        next_cursor=None,
    )


@routes.patch("/api/users/me")
@operation()
async def change_me(visit: Visit, body: ProfileChange) -> UserView:
    """Change one's own language, theme or time zone."""
    async with visit[DATABASE].write() as unit:
        own = users.OwnChoices.of(body.model_dump(exclude={"theme"}, exclude_unset=True))
        await users.update_profile(unit, visit.person.user_id, own, theme=body.theme)
        profile = await users.get_profile(unit.session, visit.person.user_id)
    return view_user(profile)


@routes.put("/api/users/me/password")
@operation(is_for_newcomers=True)
async def change_my_password(visit: Visit, body: PasswordChange) -> None:
    """Set a new password; all other sessions end."""
    try:
        await visit[FRONT_DOOR].change_password(
            visit.person, current=body.current, new=body.new, keep=visit.session_hash
        )
    except WrongCredentials as error:  # who asks is logged in: 401 would say the contrary
        raise InvalidValue("current", str(error)) from None
    except InvalidValue as error:
        raise InvalidValue("new", str(error), reason=error.reason, **error.about) from None


def view_user(profile: users.Profile) -> UserView:
    """An account as its owner sees it."""
    user, team = profile.user, profile.team
    return UserView.model_validate(
        {
            **user.model_dump(include=UserView.model_fields.keys() - {"team", "extensions"}),
            "team": {"id": team.id, "name": team.name} if team else None,
            "extensions": [
                {"pbx": phone.pbx, "extension": phone.extension} for phone in profile.phones
            ],
        }
    )
