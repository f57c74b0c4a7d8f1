"""What the handlers find in the application: typed keys, filled once by `create_app`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from crm_core.access.permissions import Rights
from crm_core.calls.agents import AgentDirectory
from crm_core.kernel.database import Database
from web.addresses import Addresses
from web.metrics import WebMetrics
from web.push.hub import PushHub
from web.readiness import Readiness

Demo = Callable[[str | None, str], Awaitable[None]]
"""Plays a scenario (None: any) so that this extension's phone rings; only in the demo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerFacts:
    """What a client of the API may know of the server."""

    version: str
    is_demo: bool


DATABASE = web.AppKey("database", Database)
RIGHTS = web.AppKey("rights", Rights)
DIRECTORY = web.AppKey("directory", AgentDirectory)
HUB = web.AppKey("hub", PushHub)
ADDRESSES = web.AppKey("addresses", Addresses)
READINESS = web.AppKey("readiness", Readiness)
METRICS = web.AppKey("metrics", WebMetrics)
SERVER = web.AppKey("server", ServerFacts)
REGION = web.AppKey("region", str)
DEMO: web.AppKey[Demo] = web.AppKey("demo")
