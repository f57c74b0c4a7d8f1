"""How far an office has come since it was set up."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import exists, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.tables import Extension
from crm_core.records.tables import Client


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Whether anybody sits at a phone, and whether there is any client."""

    people: bool
    clients: bool


async def steps_taken(session: AsyncSession) -> Steps:
    """Look for one row of each."""

    async def is_any(column: Any) -> bool:
        return bool((await session.exec(select(exists(select(column))))).one())

    return Steps(people=await is_any(Extension.user_id), clients=await is_any(Client.id))
