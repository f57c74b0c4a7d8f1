"""REST: the session of a browser. Logging in, asking who one is, logging out."""

from typing import Annotated
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, Field, StringConstraints

from crm_core.access.login import Knock
from crm_core.access.sessions import ABSOLUTE
from crm_core.access.users import get_profile
from crm_core.kernel.errors import TooManyAttempts, WrongCredentials
from web.api.inputs import Input
from web.api.users import UserView, view_user
from web.keys import ADDRESSES, DATABASE, FRONT_DOOR, READ_PHONES, SERVER, SESSIONS
from web.operations import operation
from web.visit import Visit

routes = web.RouteTableDef()


class Credentials(Input):
    """What a person types to log in."""

    login: Annotated[str, StringConstraints(max_length=300)]
    password: Annotated[str, StringConstraints(max_length=1_000)]


class ServerView(BaseModel):
    """What the page shows of the server."""

    version: str
    is_demo: bool


class SessionView(BaseModel):
    """Who is logged in, and where the page finds push."""

    user: UserView
    push_url: str = Field(description="Address of the WebSocket.")
    server: ServerView


@routes.post("/api/session")
@operation(errors=(WrongCredentials, TooManyAttempts), is_public=True)
async def log_in(visit: Visit, body: Credentials) -> SessionView:
    """Log in: the answer sets the cookie that carries the session."""
    welcome = await visit[FRONT_DOOR].log_in(
        Knock(
            login=body.login,
            password=body.password,
            address=visit.address,
            user_agent=visit.user_agent,
            device=visit.device,
            session=visit.session_cookie,
        )
    )
    await visit[READ_PHONES]()
    visit.keep_session(welcome.session, int(ABSOLUTE.total_seconds()))
    visit.keep_device(welcome.device)
    return await view_session(visit, welcome.person.user_id)


@routes.get("/api/session")
@operation(is_for_newcomers=True)
async def get_session(visit: Visit) -> SessionView:
    """Who is logged in, and where push is."""
    return await view_session(visit, visit.person.user_id)


@routes.delete("/api/session")
@operation(is_for_newcomers=True)
async def log_out(visit: Visit) -> None:
    """End the session; its open tabs are parted from at once."""
    if cookie := visit.session_cookie:
        async with visit[DATABASE].write() as unit:
            await visit[SESSIONS].close(unit, cookie)
    visit.forget_session()


async def view_session(visit: Visit, user_id: UUID) -> SessionView:
    """What a page is told when it opens."""
    async with visit[DATABASE].read() as session:
        profile = await get_profile(session, user_id)
    server = visit[SERVER]
    return SessionView(
        user=view_user(profile),
        push_url=visit[ADDRESSES].push_url(visit.request.host),
        server=ServerView(version=server.version, is_demo=server.is_demo),
    )
