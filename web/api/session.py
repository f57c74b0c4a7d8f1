"""REST: the session of a browser. Logging in, asking who one is, logging out."""

from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, Field, StringConstraints

from crm_core.kernel.errors import NotLoggedIn, TooManyAttempts
from web.api.inputs import Input
from web.api.users import UserView
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
@operation(errors=(NotLoggedIn, TooManyAttempts), is_public=True)
async def log_in(visit: Visit, body: Credentials) -> SessionView:
    """Log in: the answer sets the cookie that carries the session."""
    raise NotImplementedError


@routes.get("/api/session")
@operation()
async def get_session(visit: Visit) -> SessionView:
    """Who is logged in, and where push is."""
    raise NotImplementedError


@routes.delete("/api/session")
@operation()
async def log_out(visit: Visit) -> None:
    """End the session; its open tabs are parted from at once."""
    raise NotImplementedError
