"""The door of the web server: proxies, host names, foreign pages, and what browsers are told.

Each rule is a middleware of its own; `create_app` puts them in order.
"""

from aiohttp import web
from aiohttp.typedefs import Handler

from web.keys import ADDRESSES, CONNECTIONS
from web.problems import ForeignHost, ForeignOrigin, UnsupportedMediaType
from web.visitors import SESSION_COOKIE, read_bearer

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
WRITTEN_BY_US = ("X-Requested-With", "allo")


@web.middleware
async def behind_proxies(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Believe X-Forwarded-For and -Proto, but only from a proxy that the settings name.

    All its browsers share the proxy's connections, so what each asks at a time is counted here.
    """
    addresses = request.app[ADDRESSES]
    if addresses.trusts(request.remote):
        forwarded = request.headers.getall("X-Forwarded-For", ())
        farthest = addresses.farthest(request.remote or "", forwarded)
        scheme = request.headers.get("X-Forwarded-Proto", "").strip().lower()
        request = request.clone(
            scheme=scheme if scheme in {"http", "https"} else request.scheme,
            remote=farthest,
        )
        with request.app[CONNECTIONS].held(farthest):
            return await handler(request)
    return await handler(request)


@web.middleware
async def our_host_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer only for our own names: any other may be a page that rebinds its DNS to us."""
    named = request.headers.getall("Host", ())
    if len(named) != 1 or not request.app[ADDRESSES].answers_for(named[0]):
        raise ForeignHost("This server does not answer for that host.")
    return await handler(request)


@web.middleware
async def our_page_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Take changes only from our own page, or from a program with a token.

    A browser sends the cookie along with whatever a foreign page submits. It lets no foreign
    page choose the headers, though: Origin is the browser's word, and X-Requested-With or a
    content type of JSON needs a permission that we never give.
    """
    if request.method in SAFE_METHODS or read_bearer(request.headers.get("Authorization")):
        return await handler(request)
    origin = request.headers.get("Origin")
    has_cookie = SESSION_COOKIE in request.cookies
    if (has_cookie or origin is not None) and not _is_our_page(request, origin):
        raise ForeignOrigin("Only our own page may change things.")
    name, value = WRITTEN_BY_US
    if has_cookie and request.headers.get(name) != value:
        raise ForeignOrigin(f"A change with the cookie carries {name}: {value}.")
    # Forms, which any page can send, are neither; each handler looks again at what it takes.
    if request.body_exists and request.content_type not in ("application/json", "text/csv"):
        raise UnsupportedMediaType("Send the change as application/json.")
    return await handler(request)


def _is_our_page(request: web.Request, origin: str | None) -> bool:
    """The page was loaded from this very host (checked before), or from the public address."""
    return origin == f"{request.scheme}://{request.host}" or request.app[ADDRESSES].is_our_page(
        origin
    )


async def tell_browser(request: web.Request, response: web.StreamResponse) -> None:
    """Headers of every answer, errors and files included."""
    headers = response.headers
    headers["Content-Security-Policy"] = _page_policy(request)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["X-Frame-Options"] = "DENY"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(self)"
    headers.popall("Server", None)
    if request.path.startswith("/api/"):
        headers["Cache-Control"] = "no-store"


def _page_policy(request: web.Request) -> str:
    """Nothing inline, nothing from elsewhere, and text never becomes script."""
    push = request.app[ADDRESSES].push_origin(request.host)
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "font-src 'self'; media-src 'self'; manifest-src 'self'; worker-src 'self'; "
        f"connect-src 'self' {push}; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'"
    )
