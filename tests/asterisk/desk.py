"""A person at a desk: a registered phone, a session and an open tab; and what they see of calls."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from tests.allo_clients import Api, Push, Refused, is_ringing, of_call, tab
from tests.allo_process import AlloProcess, Person
from tests.asterisk.office import Office
from tests.asterisk.sip_call import SipCall
from tests.asterisk.sip_phone import SipPhone
from tests.patience import PATIENCE_SECONDS

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Desk:
    """Whoever sits here hears the phone and sees the tab."""

    person: Person
    phone: SipPhone
    api: Api
    push: Push

    @classmethod
    @asynccontextmanager
    async def of(cls, person: Person, allo: AlloProcess, office: Office) -> AsyncIterator["Desk"]:
        assert person.extension, f"{person.name} has no phone"
        phone = await office.phone(person.extension)
        async with Api(allo) as api:
            await api.log_in(person)
            async with tab(api) as push:
                yield cls(person, phone, api, push)

    async def card(self, number: str | None) -> Json:
        """The frame that offers the card of this caller."""
        return await self.push.until(is_ringing(number))

    async def known_card(self, call_id: str) -> Json:
        """The card of a ringing call once it tells what is known; a busy look-up comes later."""
        frame = await self.push.until(
            lambda f: f.get("call_id") == call_id and bool(f.get("card")) and tells(f["card"])
        )
        return dict(frame["card"])

    async def withdrawn(self, call_id: str) -> tuple[Json, float]:
        """The frame that takes the card away, and when it came."""
        index = await self.push.index_of(of_call("call.withdrawn", call_id))
        return self.push.frames[index], self.push.arrived_at[index]

    async def ended(self, call_id: str) -> Json:
        return await self.push.until(of_call("call.ended", call_id))


def tells(card: Json) -> bool:
    """Whether a card tells more than a number."""
    return bool(card["client"] or card["candidates"] or card["facts"])


async def logged_call(api: Api, call_id: str) -> Json:
    """A finished call once it stands in the call log, where the next look-up finds it."""
    call = await finished_call(api, call_id)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            if any(one["id"] == call_id for one in await api.items("/api/calls")):
                return call
            await asyncio.sleep(0.05)


async def finished_call(api: Api, call_id: str) -> Json:
    """The call as REST tells it once it has ended: the row follows the screens within moments."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            try:
                call: Json = await api.get(f"/api/calls/{call_id}")
            except Refused as refused:
                if refused.status != 404:
                    raise
            else:
                if call["status"] == "ended":
                    return call
            await asyncio.sleep(0.05)


async def talk(call: SipCall, hangs_up: SipCall, *, packets: int = 60) -> None:
    """Two sides talk until `packets` of sound, 20 ms each, were heard; then one hangs up."""
    await call.up()
    await call.rtp.heard(packets)
    await hangs_up.hang_up()
    await call.over()


async def listed(api: Api, path: str, is_so: Callable[[list[Json]], bool]) -> list[Json]:
    """The items of a list once they are as they should be."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            items = await api.items(path)
            if is_so(items):
                return items
            await asyncio.sleep(0.1)
