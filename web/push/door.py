"""The door of push: which browser, and which program, may open a WebSocket."""

from http import HTTPStatus

from websockets.http11 import Request

from web.addresses import Addresses
from web.visitors import Visitor, Visitors, read_bearer, read_session_cookie

PATH = "/push"


class Refused(Exception):
    """The handshake is refused, with this status."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


async def admit(request: Request, addresses: Addresses, visitors: Visitors) -> Visitor:
    """Let in who has a session and comes from our page, or has a token and no page at all.

    Browsers send cookies to a WebSocket whichever page opens it, so the Origin decides.
    """
    if request.path.partition("?")[0] != PATH:
        raise Refused(HTTPStatus.NOT_FOUND, "push is at /push")
    if not addresses.answers_for(_single(request, "Host")):
        raise Refused(HTTPStatus.FORBIDDEN, "this server does not answer for that host")
    origin = _single(request, "Origin")
    bearer = read_bearer(_single(request, "Authorization"))
    if not (addresses.is_our_page(origin) or (bearer and origin is None)):
        raise Refused(HTTPStatus.FORBIDDEN, "only our own page may connect")
    cookie = None if bearer else read_session_cookie(_single(request, "Cookie"))
    visitor = await visitors.find(cookie, bearer)
    if visitor is None:
        raise Refused(HTTPStatus.UNAUTHORIZED, "log in first")
    if visitor.person.must_change_password:  # somebody else knows it, and would see the calls
        raise Refused(HTTPStatus.FORBIDDEN, "choose a password of your own first")
    return visitor


def _single(request: Request, name: str) -> str | None:
    values = request.headers.get_all(name)
    if len(values) > 1:
        raise Refused(HTTPStatus.BAD_REQUEST, f"{name} is there twice")
    return values[0] if values else None
