"""A small office: a real database, the web server and the push server on real sockets."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
from aiohttp import web
from argon2 import PasswordHasher

from config.agents import AgentDesk
from crm_core.access.first_run import FirstRun
from crm_core.access.login import FrontDoor
from crm_core.access.passwords import Passwords
from crm_core.access.permissions import Rights
from crm_core.access.sessions import Sessions
from crm_core.access.teams import DEFAULT_TEAM_ID
from crm_core.access.tokens import Tokens, create_token
from crm_core.access.users import NewUser, Phone, add_user
from crm_core.calls.agents.directory import AgentDirectory
from crm_core.calls.call_log import CallWriter
from crm_core.calls.live_log import LiveLog
from crm_core.calls.missed_calls.news import MissedCallNews
from crm_core.calls.orders.call_handling import CallHandling
from crm_core.calls.orders.desk import OrderDesk
from crm_core.calls.orders.watch import OrderWatch
from crm_core.calls.pbx.phone_check import PhoneCheck
from crm_core.calls.screen_pop import ScreenPop
from crm_core.calls.vouchers import CallVouchers
from crm_core.insight.board import LiveBoard
from crm_core.kernel.bus import EventBus
from crm_core.kernel.call_facts import CallSnapshot
from crm_core.kernel.database import Database
from crm_core.kernel.events import (
    CallEvent,
    CallRinging,
    CallsReplaced,
    CallUpdated,
    LinkChanged,
    LinkRemoved,
    OrderedPhoneRang,
    RecordChanged,
    SessionsEnded,
)
from crm_core.kernel.schema import check_schema
from crm_core.kernel.secret_box import SecretBox
from recordings.store import file_of
from telephony.tape_reader import TapeReader
from telephony.tracker import TrackerSettings
from tests.fakes.pbx_desk import FakeControl, FakeDesk, FakeProbe, TemporaryBox
from tests.integration.web.contract import check_answer
from web.addresses import Addresses
from web.app import Collaborators, create_app, web_server
from web.connection_limit import PER_ADDRESS, ConnectionLimit
from web.keys import CallingParts, PbxParts, ServerFacts
from web.push.board_feed import feed_board
from web.push.hub import PushHub
from web.push.server import PushDoor, push_server
from web.readiness import DiskHealth, LinkHealth, Readiness
from web.visitors import Visitors

PASSWORD = "a long enough password"

Json = dict[str, Any]


@dataclass
class Office:
    """What the tests hold in their hands."""

    database: Database
    bus: EventBus
    hub: PushHub
    screen_pop: ScreenPop
    writer: CallWriter
    addresses: Addresses
    sessions: Sessions
    tokens: Tokens
    rights: Rights
    directory: AgentDirectory
    front_door: FrontDoor
    first_run: FirstRun
    passwords: Passwords
    board: LiveBoard
    agents: AgentDesk
    control: FakeControl
    box: SecretBox = field(default_factory=TemporaryBox)
    desk: FakeDesk = field(default_factory=FakeDesk)
    probe: FakeProbe = field(default_factory=FakeProbe)
    orders: OrderWatch = field(init=False)
    app: web.Application = field(init=False)
    is_database_away: bool = False
    has_begun: bool = True
    meanwhile: Callable[[], None] = lambda: None  # happens while the database is asked
    links: list[LinkHealth] = field(default_factory=list)
    disks: list[DiskHealth] = field(default_factory=list)
    painted: list[tuple[UUID, UUID]] = field(default_factory=list)
    demo_calls: list[tuple[str, str | None]] = field(default_factory=list)
    audio_store: Path = Path("/nowhere")
    tapes: Path = Path("/nowhere")

    def __post_init__(self) -> None:
        self.orders = OrderWatch(self.database, self.hub)

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.addresses.web_port}"

    @property
    def push_url(self) -> str:
        return f"ws://localhost:{self.addresses.push_port}/push"

    async def hire(
        self,
        login: str,
        *,
        role: str = "agent",
        extension: str | None = None,
        team_id: UUID | None = None,
    ) -> UUID:
        """Make an account whose password is `PASSWORD`, in the default team unless said."""
        phones = [Phone(pbx="main", extension=extension)] if extension else []
        hashed = await self.passwords.hash(PASSWORD)
        async with self.database.write() as unit:
            user = await add_user(
                unit,
                NewUser(
                    login=login,
                    name=login.title(),
                    role=role,
                    password_hash=hashed,
                    phones=phones,
                    team_id=team_id or DEFAULT_TEAM_ID,
                ),
            )
        await self.directory.reload(self.database)
        return user.id

    async def make_token(self, user_id: UUID) -> str:
        async with self.database.write() as unit:
            return await create_token(unit, user_id)

    async def write(self, *calls: CallSnapshot) -> None:
        """Put calls into the call log, as telephony does."""
        self.writer.put("main", calls)
        await self.writer.flush()

    async def tell(self, call: CallSnapshot, *, extension: str | None = None) -> None:
        """Let the screens know of a call, ringing at `extension` if it does, and wait for them."""
        if extension:
            self.bus.publish(CallRinging(at=call.started_at, call=call, extension=extension))
        else:
            self.bus.publish(CallUpdated(at=call.started_at, call=call))
        await self.bus.join()

    async def until_tabs(self, count: int) -> None:
        """Wait until so many tabs are left; the test's time-out is the limit."""
        while self.hub.count_tabs() > count:  # noqa: ASYNC110 - the hub has nobody to tell
            await asyncio.sleep(0.001)

    @asynccontextmanager
    async def browser(self, login: str | None = None) -> AsyncIterator["Browser"]:
        """A browser with our page open; logged in, if a login is given."""
        jar = aiohttp.CookieJar()
        headers = {"Origin": self.origin, "X-Requested-With": "allo"}
        async with aiohttp.ClientSession(self.origin, cookie_jar=jar, headers=headers) as session:
            browser = Browser(session)
            if login:
                status, _ = await browser.log_in(login)
                assert status == 200
            yield browser

    @asynccontextmanager
    async def program(self, token: str | None = None) -> AsyncIterator["Browser"]:
        """A program without cookies and without a page."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        jar = aiohttp.DummyCookieJar()
        async with aiohttp.ClientSession(self.origin, cookie_jar=jar, headers=headers) as session:
            yield Browser(session)


@dataclass
class Browser:
    """Asks the API and reads the answers."""

    session: aiohttp.ClientSession

    async def ask(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, Json]:
        """Give status and JSON; a body is sent as JSON."""
        if body is not None:
            more["json"] = body
        async with self.session.request(method, path, **more) as response:
            is_file = response.content_type == "application/zip"
            text = "" if is_file else await response.text()
            is_json = "json" in response.content_type
            answer = await response.json(content_type=None) if is_json else {"text": text}
            check_answer(method, str(response.url), response.status, response.content_type, answer)
            return response.status, answer

    async def get(self, path: str, **params: str) -> Json:
        status, answer = await self.ask("GET", path, params=params)
        assert status == 200, answer
        return answer

    async def log_in(self, login: str, password: str = PASSWORD) -> tuple[int, Json]:
        return await self.ask("POST", "/api/session", {"login": login, "password": password})

    @property
    def session_cookie(self) -> str | None:
        cookies = {cookie.key: cookie.value for cookie in self.session.cookie_jar}
        return cookies.get("allo_session")


@asynccontextmanager
async def open_office(
    database: Database,
    bus: EventBus,
    *,
    static: Path | None = None,
    tapes: Path = Path("/nowhere"),
    most: int = PER_ADDRESS,
    **addresses: Any,
) -> AsyncIterator[Office]:
    """Start both servers on free ports; `most` connections an address on each."""
    sessions, tokens = Sessions(database), Tokens(database)
    passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    hub, directory = PushHub(), AgentDirectory()
    screen_pop = ScreenPop(database, directory, hub, {"main": "RU"})
    hub.draw_from(screen_pop.snapshot, screen_pop.dismissed)
    control = FakeControl()
    agents = AgentDesk(database, directory, hub, control)
    rights = await Rights.load(database)
    CallVouchers(database, screen_pop).register(rights)
    office = Office(
        database=database,
        bus=bus,
        hub=hub,
        screen_pop=screen_pop,
        writer=CallWriter(database, directory, {"main": "RU"}),
        addresses=Addresses(**addresses),
        sessions=sessions,
        tokens=tokens,
        rights=rights,
        directory=directory,
        front_door=FrontDoor(database, sessions, passwords),
        first_run=FirstRun(database, sessions, passwords),
        passwords=passwords,
        agents=agents,
        control=control,
        board=LiveBoard(database, rights, directory, agents.floor, {"main": "RU"}),
        tapes=tapes,
    )
    agents.connect(bus, on_overflow=None)
    bus.subscribe(CallEvent, CallsReplaced, handler=screen_pop.on_call_event)
    bus.subscribe(RecordChanged, handler=screen_pop.on_record_changed)
    MissedCallNews(database, rights, hub).register(bus)
    bus.subscribe(SessionsEnded, handler=hub.on_sessions_ended)
    bus.subscribe(LinkChanged, handler=hub.on_link_changed)
    bus.subscribe(LinkRemoved, handler=hub.on_link_removed)
    bus.subscribe(
        CallEvent, CallsReplaced, LinkChanged, OrderedPhoneRang, handler=office.orders.on_event
    )
    async with AsyncExitStack() as stack:
        await _serve_push(stack, office, most)
        await _serve_web(stack, office, static, most)
        feeding = asyncio.create_task(feed_board(hub, office.board))
        yield office
        feeding.cancel()
        await asyncio.gather(feeding, return_exceptions=True)


async def _serve_push(stack: AsyncExitStack, office: Office, most: int) -> None:
    visitors = Visitors(office.sessions, office.tokens)
    office.addresses.push_port = await stack.enter_async_context(
        push_server(
            office.hub,
            PushDoor(addresses=office.addresses, visitors=visitors, limit=ConnectionLimit(most)),
            lambda user_id, call_id, _at: office.painted.append((user_id, call_id)),
            host="127.0.0.1",
            port=0,
        )
    )


async def _serve_web(stack: AsyncExitStack, office: Office, static: Path | None, most: int) -> None:
    async def check_database() -> None:
        if office.is_database_away:
            raise ConnectionError
        await check_schema(office.database)
        office.meanwhile()

    async def read_phones() -> None:
        if await office.directory.reload(office.database):
            office.agents.floor.stir()
            await office.screen_pop.redraw_all()

    async def play(extension: str, scenario: str | None) -> None:
        office.demo_calls.append((extension, scenario))

    live_log = LiveLog(office.screen_pop.live_call, office.directory, {"main": "RU"})
    orders = OrderDesk(office.directory, office.control, office.desk, office.orders)
    given = Collaborators(
        database=office.database,
        rights=office.rights,
        front_door=office.front_door,
        first_run=office.first_run,
        sessions=office.sessions,
        visitors=Visitors(office.sessions, office.tokens),
        read_phones=read_phones,
        live_log=live_log,
        hub=office.hub,
        readiness=Readiness(
            check_database=check_database,
            is_bus_running=lambda: True,
            links=lambda: office.links,
            disks=lambda: office.disks,
            has_begun=lambda: office.has_begun,
        ),
        board=office.board,
        pauses=office.agents.pauses,
        measured=(office.screen_pop.figures,),
        links=PbxParts(
            desk=office.desk,
            box=office.box,
            probe=office.probe,
            phones=PhoneCheck(office.database, office.directory, office.control, patience=0.0),
            tapes=TapeReader(office.tapes, TrackerSettings),
        ),
        calling=CallingParts(
            orders=orders,
            handling=CallHandling(office.directory, office.rights, live_log, orders),
        ),
        audio=lambda content_hash: file_of(office.audio_store, content_hash),
        demo=play,
    )
    more: Json = {"static_directory": static} if static else {}
    office.app = create_app(
        given,
        office.addresses,
        ServerFacts(version="test"),
        connections=ConnectionLimit(most),
        **more,
    )
    office.addresses.web_port = await stack.enter_async_context(
        web_server(office.app, host="127.0.0.1", port=0)
    )
