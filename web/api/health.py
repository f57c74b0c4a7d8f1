"""REST: is the server alive, is it ready, and what does it measure."""

import asyncio
import logging
from collections.abc import Awaitable
from typing import Literal

from aiohttp import web
from pydantic import BaseModel

from crm_core.kernel.errors import CrmError, NotLoggedIn
from web.addresses import is_loopback
from web.keys import METRICS, READINESS
from web.operations import Raw, operation
from web.readiness import DiskHealth, LinkHealth
from web.visit import Visit, find_visitor_of

logger = logging.getLogger(__name__)

routes = web.RouteTableDef()

PATIENCE_SECONDS = 2.0


class Alive(BaseModel):
    """The process answers."""

    status: Literal["alive"] = "alive"


class ReadinessView(BaseModel):
    """What is in order. Not ready: a part is not, or a link is still to be tried."""

    status: Literal["ready", "not_ready"]
    database: bool
    bus: bool
    links: list[LinkHealth]
    disks: list[DiskHealth]


@routes.get("/healthz")
@operation(is_public=True)
async def get_health(visit: Visit) -> Alive:
    """Whether the process is alive."""
    return Alive()


@routes.get("/readyz")
@operation(200, 503, is_public=True)
async def get_readiness(visit: Visit) -> ReadinessView:
    """Whether everything is in order; 503 while something is not.

    A PBX that cannot be reached does not make the server unready once it was tried: people can
    work with clients, and see that the link is down.
    """
    readiness = visit[READINESS]
    has_database = await _answers(readiness.check_database())
    # all at one moment, behind the last wait: links come up meanwhile
    links = list(readiness.links())
    disks = list(readiness.disks())
    is_ready = (
        has_database
        and readiness.is_bus_running()
        and readiness.has_begun()
        and all(link.has_tried for link in links)
        and all(disk.is_writable for disk in disks)
    )
    visit.status = 200 if is_ready else 503
    return ReadinessView(
        status="ready" if is_ready else "not_ready",
        database=has_database,
        bus=readiness.is_bus_running(),
        links=links,
        disks=disks,
    )


@routes.get("/metrics")
@operation(is_public=True, errors=(NotLoggedIn,))
async def get_metrics(visit: Visit) -> Raw:
    """Figures for Prometheus: for programs on this machine, and for those with a token."""
    request = visit.request
    is_forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded"))
    if is_forwarded or not is_loopback(visit.address):
        await find_visitor_of(request)
    return Raw(visit[METRICS].render().decode(), "text/plain")


async def _answers(check: Awaitable[None]) -> bool:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await check
    except CrmError as error:
        logger.warning("the database does not answer: %s", error)
        return False
    except Exception:  # whatever it is, we are not ready
        logger.warning("the database does not answer", exc_info=True)
        return False
    return True
