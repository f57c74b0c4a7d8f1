"""The web server: REST and the user interface. Everything it works with is given to it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from crm_core.access.first_run import FirstRun
from crm_core.access.login import FrontDoor
from crm_core.access.permissions import Rights
from crm_core.access.sessions import Sessions
from crm_core.calls.live_log import LiveLog
from crm_core.insight.board import LiveBoard
from crm_core.insight.pauses import Pauses
from crm_core.kernel.database import Database
from crm_core.kernel.figures import Figures
from web import keys
from web.addresses import Addresses
from web.api import demo, route_tables
from web.connection_limit import ConnectionLimit, count_connections
from web.door import behind_proxies, our_host_only, our_page_only, tell_browser
from web.errors import problem_details
from web.keys import CallingParts, FindAudio, PbxParts, PlayDemoCall, ReadPhones, ServerFacts
from web.look_up_limit import LookUpLimit
from web.metrics import WebMetrics
from web.pages import STATIC_DIRECTORY, Pages
from web.push.hub import PushHub
from web.readiness import Readiness
from web.visitors import Visitors
from web.wire_logs import web_logger

BODY_BYTES = 256 * 1024
IDLE_SECONDS = 75.0  # also for who connects and never finishes a request's head
STOP_SECONDS = 2.0  # for requests that are being answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Collaborators:
    """What the handlers ask. `demo` is there in the demo alone."""

    database: Database
    rights: Rights
    front_door: FrontDoor
    first_run: FirstRun
    sessions: Sessions
    visitors: Visitors
    read_phones: ReadPhones
    live_log: LiveLog
    hub: PushHub
    readiness: Readiness
    audio: FindAudio
    board: LiveBoard
    pauses: Pauses
    links: PbxParts
    calling: CallingParts
    measured: Sequence[Figures] = ()
    demo: PlayDemoCall | None = None


def create_app(
    given: Collaborators,
    addresses: Addresses,
    server: ServerFacts,
    *,
    static_directory: Path = STATIC_DIRECTORY,
    connections: ConnectionLimit | None = None,
) -> web.Application:
    """Put the web server together; run it with an `AppRunner`."""
    connections = connections or ConnectionLimit()
    metrics = WebMetrics(given.hub, given.readiness, connections, given.measured)
    app = web.Application(
        middlewares=[
            metrics.measure,
            problem_details,
            behind_proxies,
            our_host_only,
            our_page_only,
        ],
        client_max_size=BODY_BYTES,
    )
    app[keys.DATABASE] = given.database
    app[keys.RIGHTS] = given.rights
    app[keys.FRONT_DOOR] = given.front_door
    app[keys.FIRST_RUN] = given.first_run
    app[keys.SESSIONS] = given.sessions
    app[keys.VISITORS] = given.visitors
    app[keys.READ_PHONES] = given.read_phones
    app[keys.LOOK_UPS] = LookUpLimit()
    app[keys.LIVE_LOG] = given.live_log
    app[keys.READINESS] = given.readiness
    app[keys.AUDIO] = given.audio
    app[keys.LINKS] = given.links
    app[keys.CALLING] = given.calling
    app[keys.HUB] = given.hub
    app[keys.BOARD] = given.board
    app[keys.PAUSES] = given.pauses
    app[keys.CONNECTIONS] = connections
    app[keys.METRICS] = metrics
    app[keys.ADDRESSES] = addresses
    app[keys.SERVER] = server
    if given.demo is not None:
        app[keys.DEMO] = given.demo
    for table in route_tables():
        if table is not demo.routes or given.demo is not None:
            app.add_routes(table)
    Pages(static_directory).add_to(app)
    app.on_response_prepare.append(tell_browser)
    return app


@asynccontextmanager
async def web_server(app: web.Application, *, host: str, port: int) -> AsyncIterator[int]:
    """Serve until the block exits; gives the port that was bound.

    There is no access log: addresses hold phone numbers.
    """
    runner = web.AppRunner(
        app,
        access_log=None,
        logger=web_logger,
        keepalive_timeout=IDLE_SECONDS,
        shutdown_timeout=STOP_SECONDS,
    )
    await runner.setup()
    if runner.server is not None:
        count_connections(runner.server, app[keys.CONNECTIONS], app[keys.ADDRESSES])
    try:
        await web.TCPSite(runner, host, port).start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()
