"""Where a number without a country is from, for whoever types one on this server."""

from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.office import read_phone_region
from web.keys import SERVER
from web.visit import Visit


async def region_of(visit: Visit, session: AsyncSession) -> str:
    """The office's region, or without one that of the server's settings."""
    return await read_phone_region(session, visit[SERVER].region)
