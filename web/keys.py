"""What the handlers find in the application: typed keys, filled once by `create_app`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from crm_core.access.first_run import FirstRun
from crm_core.access.login import FrontDoor
from crm_core.access.permissions import Rights
from crm_core.access.sessions import Sessions
from crm_core.calls.live_log import LiveLog
from crm_core.calls.orders.call_handling import CallHandling
from crm_core.calls.orders.desk import OrderDesk
from crm_core.calls.pbx.desk import PbxDesk
from crm_core.calls.pbx.phone_check import PhoneCheck
from crm_core.calls.pbx.report import PbxProbe
from crm_core.calls.traces.view import CallTapes
from crm_core.insight.board import LiveBoard
from crm_core.insight.pauses import Pauses
from crm_core.kernel.database import Database
from crm_core.kernel.secret_box import SecretBox
from web.addresses import Addresses
from web.connection_limit import ConnectionLimit
from web.look_up_limit import LookUpLimit
from web.metrics import WebMetrics
from web.push.hub import PushHub
from web.readiness import Readiness
from web.visitors import Visitors

PlayDemoCall = Callable[[str, str | None], Awaitable[None]]
"""Makes this extension ring by a scenario (None: any), as `InvalidValue` if there is none such."""

ReadPhones = Callable[[], Awaitable[None]]
"""Learns who sits at which phone now: another program may have added a user a minute ago."""


FindAudio = Callable[[str], Path]
"""Where the audio of this content hash lies in the store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerFacts:
    """What everybody may know of the server."""

    version: str
    region: str = "RU"  # whose short numbers are meant where people type them
    is_demo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PbxParts:
    """Who keeps the links to PBXes and their key, tries one, rings a phone, reads the tapes."""

    desk: PbxDesk
    box: SecretBox
    probe: PbxProbe
    phones: PhoneCheck
    tapes: CallTapes


@dataclass(frozen=True, slots=True, kw_only=True)
class CallingParts:
    """Who places calls for people, and who handles those that go on."""

    orders: OrderDesk
    handling: CallHandling


DATABASE = web.AppKey("database", Database)
RIGHTS = web.AppKey("rights", Rights)
FIRST_RUN = web.AppKey("first_run", FirstRun)
FRONT_DOOR = web.AppKey("front_door", FrontDoor)
SESSIONS = web.AppKey("sessions", Sessions)
VISITORS = web.AppKey("visitors", Visitors)
READ_PHONES: web.AppKey[ReadPhones] = web.AppKey("read_phones")
LOOK_UPS = web.AppKey("look_ups", LookUpLimit)
LIVE_LOG = web.AppKey("live_log", LiveLog)
ADDRESSES = web.AppKey("addresses", Addresses)
BOARD = web.AppKey("board", LiveBoard)
PAUSES = web.AppKey("pauses", Pauses)
AUDIO: web.AppKey[FindAudio] = web.AppKey("audio")
LINKS = web.AppKey("links", PbxParts)
CALLING = web.AppKey("calling", CallingParts)
HUB = web.AppKey("hub", PushHub)
READINESS = web.AppKey("readiness", Readiness)
CONNECTIONS = web.AppKey("connections", ConnectionLimit)
METRICS = web.AppKey("metrics", WebMetrics)
SERVER = web.AppKey("server", ServerFacts)
DEMO: web.AppKey[PlayDemoCall] = web.AppKey("demo")
