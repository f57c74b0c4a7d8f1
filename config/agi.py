"""The service that PBXes ask who calls: telephony's door with the core's answers behind it."""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import AsyncExitStack

from config.agi_settings import AgiSettings
from config.links import LinkDesk
from config.running import explained, shown
from config.settings import Settings
from crm_core.calls.agents.directory import AgentDirectory
from crm_core.calls.caller_answer import CallerDesk
from crm_core.kernel.database import Database
from telephony.agi.neighbours import Neighbours
from telephony.agi.server import AgiOffice, AgiServer

logger = logging.getLogger(__name__)


def agi_server(
    settings: Settings,
    database: Database,
    directory: AgentDirectory,
    desk: LinkDesk,
    regions: Mapping[str, str],
) -> AgiServer:
    """A service that answers from this office, of those PBXes that it follows."""

    def interface_of(pbx: str, extension: str) -> str | None:
        link = desk.link(pbx)
        return link.interface_of(extension) if link else None

    callers = CallerDesk(
        database,
        directory,
        regions,
        default_region=settings.phone_region,
        is_open=directory.is_open,
    )
    return AgiServer(
        AgiOffice(
            ask=callers.answer,
            links=lambda: [link.name for link in desk.followed],
            interface_of=interface_of,
            neighbours=Neighbours(
                settings.agi.allow, lambda: [link.host for link in desk.followed]
            ),
        )
    )


async def start_agi(
    server: AgiServer, settings: AgiSettings, stack: AsyncExitStack, workers: asyncio.TaskGroup
) -> None:
    """Listen until the stack is left, if a port was chosen."""
    if settings.port is None:
        return
    with explained(settings.host, settings.port, "ALLO_AGI__PORT"):
        serving = server.serve(workers, host=settings.host, port=settings.port)
        port = await stack.enter_async_context(serving)
    logger.info("PBXes may ask at %s", asked_at(settings.host, port))


def asked_at(host: str, port: int) -> str:
    """The address as a dialplan has it."""
    return f"agi://{shown(host)}:{port}/caller"
