"""Wiring: every part is built here, in the order a phone call meets it.

The only place that knows everybody. What is opened last is closed first.
"""

import asyncio
import errno
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from config.errors import CannotStart
from config.settings import Settings
from crm_core.access.login import FrontDoor
from crm_core.access.passwords import Passwords
from crm_core.access.permissions import Rights
from crm_core.access.sessions import Sessions
from crm_core.access.tokens import Tokens
from crm_core.access.upkeep import keep_up
from crm_core.calls.agents import AgentDirectory
from crm_core.calls.call_log import CallWriter
from crm_core.calls.screen_pop import ScreenPop
from crm_core.kernel.bus import EventBus
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import Database
from crm_core.kernel.events import (
    CallEvent,
    CallsReplaced,
    LinkChanged,
    RecordChanged,
    SessionsEnded,
)
from crm_core.kernel.schema import check_schema
from telephony.link import LinkState, PbxLink
from telephony.tracker import TRACKER_VERSION, CallTracker, TrackerSettings
from web.addresses import Addresses
from web.app import Collaborators, create_app
from web.keys import PlayDemoCall, ServerFacts
from web.push.hub import PushHub
from web.push.server import PushDoor, push_server
from web.readiness import LinkHealth, Readiness
from web.visitors import Visitors

logger = logging.getLogger(__name__)
