"""Wiring: every part is built here, in the order a phone call meets it.

The only place that knows everybody. What is opened last is closed first.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from config.agents import AgentDesk
from config.agi import agi_server, start_agi
from config.audio import keeper_settings
from config.calling import calling_parts, watch_orders
from config.data_directory import prepare_tapes
from config.disks import look_at_disks
from config.links import LinkDesk, LinkHouse, pbx_parts
from config.outbox_readers import read_outbox
from config.pace import keep_the_loop_free
from config.running import explained, shown, within, worker
from config.settings import Settings
from config.version import own_version
from crm_core.access.first_run import FirstRun
from crm_core.access.login import FrontDoor
from crm_core.access.passwords import Passwords
from crm_core.access.permissions import Rights
from crm_core.access.sessions import Sessions
from crm_core.access.tokens import Tokens
from crm_core.access.upkeep import keep_up
from crm_core.calls import diary
from crm_core.calls.adoption import adopt_calls
from crm_core.calls.agents.directory import AgentDirectory
from crm_core.calls.call_log import CallWriter
from crm_core.calls.live_log import LiveLog
from crm_core.calls.missed_calls.news import MissedCallNews
from crm_core.calls.screen_pop import ScreenPop
from crm_core.calls.vouchers import CallVouchers
from crm_core.insight.board import LiveBoard
from crm_core.kernel.bus import EventBus
from crm_core.kernel.call_facts import CallSnapshot
from crm_core.kernel.database import Database
from crm_core.kernel.errors import CrmError
from crm_core.kernel.events import (
    CallEnded,
    CallEvent,
    CallRinging,
    CallsReplaced,
    LinkChanged,
    LinkRemoved,
    RecordChanged,
    SessionsEnded,
)
from crm_core.kernel.schema import check_schema
from crm_core.records.import_runner import ImportRunner
from crm_core.sales.reminders import Reminders
from recordings.keeper import RecordingKeeper
from recordings.store import file_of
from telephony.call_control import LinkControl
from web.addresses import Addresses
from web.app import Collaborators, create_app, web_server
from web.connection_limit import ConnectionLimit
from web.keys import PlayDemoCall, ServerFacts
from web.push.board_feed import feed_board
from web.push.hub import PushHub
from web.push.server import PushDoor, push_server
from web.readiness import Readiness
from web.visitors import Visitors

logger = logging.getLogger(__name__)

FLUSH_SECONDS = 5.0
DIRECTORY_SECONDS = 3.0  # `allo user add` is another process: we see its people so soon


@dataclass(frozen=True, slots=True)
class ServedAt:
    """Where a started server is reached."""

    web: str
    push: str
    setup: str | None
    """Where the first administrator is made; None once anybody has an account."""


class Allo:
    """One server: all its parts, and how they are connected."""

    def __init__(self, settings: Settings, *, demo: PlayDemoCall | None = None) -> None:
        self.settings = settings
        self._demo = demo
        self.bus = EventBus()
        self.database = Database.connect(settings.database, self.bus)
        self.directory = AgentDirectory()
        self.hub = PushHub()
        self.rights = Rights()
        self.sessions = Sessions(self.database)
        self.tokens = Tokens(self.database)
        self.passwords = Passwords()
        self.first_run = FirstRun(self.database, self.sessions, self.passwords)
        self.regions = {pbx.name: pbx.region for pbx in settings.pbx}
        self.writer = CallWriter(self.database, self.directory, self.regions)
        self.screen_pop = ScreenPop(self.database, self.directory, self.hub, self.regions)
        self.imports = ImportRunner(self.database, self.rights, settings.phone_region, adopt_calls)
        self.reminders = Reminders(self.database, self.rights, self.hub)
        self.keeper = RecordingKeeper(self.database, keeper_settings(settings))
        house = LinkHouse.of(settings, self.database, self.bus, self.writer)
        self.desk = LinkDesk(house, settings.pbx, self.regions)
        self.orders = watch_orders(self.bus, self.database, self.hub)
        self.control = LinkControl(self.desk.link)
        self.agents = AgentDesk(self.database, self.directory, self.hub, self.control)
        floor = self.agents.floor
        self.board = LiveBoard(self.database, self.rights, self.directory, floor, self.regions)
        self.agi = agi_server(settings, self.database, self.directory, self.desk, self.regions)
        self._bus_worker: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[ServedAt]:
        """Serve until the block exits; gives the addresses. What begins last ends first."""
        began = time.monotonic()
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.database.close)
            await check_schema(self.database)
            if await self.desk.is_any_wanted():
                prepare_tapes(self.settings.tape_directory)
            await self.rights.reload(self.database)
            await self.directory.reload(self.database)
            self._connect_views()
            workers = await stack.enter_async_context(asyncio.TaskGroup())
            await self._start_core(stack, workers)
            addresses = await self._start_web(stack)
            await self._start_links(stack, workers)
            keep_the_loop_free()
            logger.info("started in %.1f s", time.monotonic() - began)
            web = f"http://{shown(self.settings.web.host)}:{addresses.web_port}"
            yield ServedAt(
                web=web,
                push=f"ws://{shown(self.settings.push_host)}:{addresses.push_port}/push",
                setup=await self._begin_first_run(self.settings.web.public_url or web),
            )
            logger.info("stopping")

    async def _begin_first_run(self, url: str) -> str | None:
        code = await self.first_run.begin()
        return f"{url.rstrip('/')}/setup#{code}" if code else None

    def _connect_views(self) -> None:
        """Who hears what. Views may fall behind and are drawn afresh; effects read the outbox."""
        self.hub.draw_from(self.screen_pop.snapshot, self.screen_pop.dismissed)
        CallVouchers(self.database, self.screen_pop).register(self.rights)
        self.bus.subscribe(
            CallEvent,
            CallsReplaced,
            handler=self.screen_pop.on_call_event,
            on_overflow=self._draw_afresh,
        )
        self.bus.subscribe(CallRinging, CallEnded, handler=diary.on_call_event)
        self.bus.subscribe(RecordChanged, handler=self.screen_pop.on_record_changed)
        self.bus.subscribe(RecordChanged, handler=self.reminders.on_record_changed)
        self.bus.subscribe(RecordChanged, handler=self.imports.on_record_changed)
        MissedCallNews(self.database, self.rights, self.hub).register(self.bus)
        self.bus.subscribe(LinkChanged, handler=self.hub.on_link_changed)
        self.bus.subscribe(LinkRemoved, handler=self.hub.on_link_removed)
        self.agents.connect(self.bus, self._draw_afresh)
        self.bus.subscribe(SessionsEnded, handler=self.hub.on_sessions_ended)

    async def _draw_afresh(self) -> None:
        for link in self.desk.links:
            link.tell_live_calls()

    async def _start_core(self, stack: AsyncExitStack, workers: asyncio.TaskGroup) -> None:
        """What works without anybody looking: the bus, the call log, the upkeep of sessions."""
        self._bus_worker = await stack.enter_async_context(worker(workers, "bus", self.bus.run()))
        await stack.enter_async_context(worker(workers, "screen pop", self.screen_pop.run()))
        await stack.enter_async_context(worker(workers, "call log", self.writer.run()))
        stack.push_async_callback(within, FLUSH_SECONDS, self.writer.flush())
        await stack.enter_async_context(
            worker(workers, "sessions", keep_up(self.sessions, self.tokens))
        )
        await stack.enter_async_context(worker(workers, "directory", self._follow_directory()))
        await stack.enter_async_context(worker(workers, "reminders", self.reminders.run()))
        await stack.enter_async_context(worker(workers, "imports", self.imports.run()))
        await read_outbox(stack, workers, self.database)
        await stack.enter_async_context(worker(workers, "board", feed_board(self.hub, self.board)))
        await stack.enter_async_context(worker(workers, "lines", self.agents.tell_lines()))
        await stack.enter_async_context(worker(workers, "wrap-ups", self.agents.wrap_ups.run()))
        await stack.enter_async_context(worker(workers, "states", self.agents.states.run()))
        await stack.enter_async_context(worker(workers, "recordings", self.keeper.run()))

    async def _expect_user(self, user_id: UUID) -> None:
        """Somebody opens a screen whose phone we may not have heard of yet."""
        if not self.directory.extensions_of(user_id):
            await self._read_directory()

    async def _read_directory(self) -> None:
        if await self.directory.reload(self.database):
            self.agents.floor.stir()
            await self.screen_pop.redraw_all()

    async def _follow_directory(self) -> None:
        while True:
            await asyncio.sleep(DIRECTORY_SECONDS)
            try:
                await self._read_directory()
            except CrmError as error:  # the database is away: who sat where still holds
                logger.warning("the agents' phones could not be read: %s", error)
            except Exception:
                logger.exception("the agents' phones could not be read")

    async def _start_web(self, stack: AsyncExitStack) -> Addresses:
        """Push and REST; the doors share what they know of sessions."""
        web_settings, push_settings = self.settings.web, self.settings.push
        addresses = Addresses(
            public_url=web_settings.public_url,
            push_public_url=push_settings.public_url,
            web_port=web_settings.port,
            trusted_proxies=web_settings.trusted_proxies,
        )
        visitors = Visitors(self.sessions, self.tokens)
        most = web_settings.connections_per_address
        door = PushDoor(
            addresses=addresses,
            visitors=visitors,
            on_arrival=self._expect_user,
            limit=ConnectionLimit(most),
        )
        host, port = self.settings.push_host, push_settings.port
        with explained(host, port, "ALLO_PUSH__PORT"):
            addresses.push_port = await stack.enter_async_context(
                push_server(self.hub, door, self.screen_pop.painted, host=host, port=port)
            )
        app = create_app(
            self._collaborators(visitors),
            addresses,
            self._server_facts(),
            connections=ConnectionLimit(most),
        )
        host, port = web_settings.host, web_settings.port
        with explained(host, port, "ALLO_WEB__PORT"):
            addresses.web_port = await stack.enter_async_context(
                web_server(app, host=host, port=port)
            )
        return addresses

    def _server_facts(self) -> ServerFacts:
        return ServerFacts(
            version=own_version(),
            region=self.settings.phone_region,
            is_demo=self._demo is not None,
        )

    def _collaborators(self, visitors: Visitors) -> Collaborators:
        live_log = LiveLog(self._find_unwritten, self.directory, self.regions)
        return Collaborators(
            database=self.database,
            rights=self.rights,
            first_run=self.first_run,
            front_door=FrontDoor(self.database, self.sessions, self.passwords),
            sessions=self.sessions,
            visitors=visitors,
            read_phones=self._read_directory,
            live_log=live_log,
            hub=self.hub,
            readiness=Readiness(
                check_database=self._check_database,
                is_bus_running=self._is_bus_running,
                has_begun=lambda: self.desk.has_begun,
                links=self.desk.health,
                disks=partial(look_at_disks, self.settings),
            ),
            board=self.board,
            measured=(self.screen_pop.figures, self.keeper.told, self.agi.counters.figures),
            audio=partial(file_of, self.settings.recordings_store),
            calling=calling_parts(self.desk, self.directory, live_log, self.orders, self.rights),
            pauses=self.agents.pauses,
            links=pbx_parts(self.desk, self.database, self.directory, self.control),
            demo=self._demo,
        )

    def _find_unwritten(self, call_id: UUID) -> CallSnapshot | None:
        """A call that lives, or has just ended and waits for the call log's next writing."""
        return self.screen_pop.live_call(call_id) or self.writer.waiting_call(call_id)

    async def _check_database(self) -> None:
        await check_schema(self.database)

    def _is_bus_running(self) -> bool:
        return self._bus_worker is not None and not self._bus_worker.done()

    async def _start_links(self, stack: AsyncExitStack, workers: asyncio.TaskGroup) -> None:
        """The PBXes come last: what they say finds everybody in place."""
        await stack.enter_async_context(worker(workers, "links", self.desk.run()))
        await self.desk.follow()
        await start_agi(self.agi, self.settings.agi, stack, workers)
