"""Let a phone of ours ring, and measure how long its agent's card took to stand on a screen.

For the settings page and the first-run wizard. Rings one endpoint of ours and never a number: what
could be read by the PBX as more than one endpoint's name is refused before anything is sent.
"""

import asyncio
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlmodel import select

from crm_core.calls.agents.directory import AgentDirectory
from crm_core.calls.control import CallControl, RingOrder
from crm_core.calls.pbx.settings import PbxSettings, extension_of
from crm_core.calls.tables import Call, ShownCard
from crm_core.kernel.call_facts import TEST_RING
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import Database
from crm_core.kernel.errors import Conflict, InvalidValue

Outcome = Literal["painted", "sent", "rang", "not_rung"]

CALLER_NAME = "Allo"
CALLER_NUMBER = "000"
RING_SECONDS = 20
LOOK_SECONDS = 0.25
WRITTEN_SECONDS = 1.5  # the proof of pop is written behind the ring
TECHNOLOGIES = ("PJSIP", "SIP", "IAX2", "SCCP")

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,40}", re.ASCII)


class PhoneIsTried(Conflict):
    """A phone of this PBX is being tried at this moment."""

    code = "phone_is_tried"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneChecked:
    """What came of the ring.

    `painted`: the card stood on a visible page, `seconds` after the phone began to ring. `sent`:
    nobody had a page to see it on. `rang`: nobody sits at that phone. `not_rung`: no ring was seen.
    """

    outcome: Outcome
    linkedid: str
    call_id: UUID | None
    user_id: UUID | None
    user_name: str | None
    seconds: float | None


def read_endpoint(settings: PbxSettings, technology: str, name: str) -> str:
    """The channel of one endpoint of ours; raises `InvalidValue` for everything else."""
    if technology not in TECHNOLOGIES:
        raise InvalidValue("technology", "there is no such technology")
    if not _NAME.fullmatch(name) or extension_of(settings, name) is None:
        raise InvalidValue("extension", "this is not the name of one of our phones")
    endpoint = f"{technology}/{name}"
    if any(f"{endpoint}-".startswith(trunk) for trunk in settings.trunks):
        raise InvalidValue("extension", "this is an outside line")
    return endpoint


class PhoneCheck:
    """One try at a time on each PBX."""

    def __init__(
        self,
        database: Database,
        directory: AgentDirectory,
        control: CallControl,
        *,
        patience: float = RING_SECONDS + 2.0,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._directory = directory
        self._control = control
        self._patience = patience
        self._clock = clock
        self._tried: set[str] = set()

    async def ring(self, settings: PbxSettings, technology: str, name: str) -> PhoneChecked:
        """Ring the phone and wait until its card is painted, or it is plain that it will not be."""
        endpoint = read_endpoint(settings, technology, name)
        if settings.name in self._tried:
            raise PhoneIsTried("a phone is being tried already: wait until it has rung")
        self._tried.add(settings.name)
        try:
            # the second stands in it as in all of Asterisk's ids, so the call is known by it
            began = int(self._clock().timestamp())
            linkedid = f"{TEST_RING}{began}.{secrets.randbelow(10**9)}"
            order = RingOrder(
                endpoint=endpoint,
                caller_name=CALLER_NAME,
                caller_number=CALLER_NUMBER,
                ring_seconds=RING_SECONDS,
                uniqueid=linkedid,
            )
            await self._control.originate(settings.name, order)
            extension = extension_of(settings, name) or name
            return await self._watch(linkedid, self._directory.user_at(settings.name, extension))
        finally:
            self._tried.discard(settings.name)

    async def _watch(self, linkedid: str, user_id: UUID | None) -> PhoneChecked:
        clock = asyncio.get_running_loop().time
        until = clock() + self._patience
        while True:
            call, card = await self._look(linkedid)
            if call is not None and call.ended_at is not None:
                until = min(until, clock() + WRITTEN_SECONDS)
            if (card is not None and card.painted_at is not None) or clock() >= until:
                return self._told(linkedid, user_id, call, card)
            await asyncio.sleep(LOOK_SECONDS)

    async def _look(self, linkedid: str) -> tuple[Call | None, ShownCard | None]:
        async with self._database.read() as session:
            call = (await session.exec(select(Call).where(Call.linkedid == linkedid))).first()
            if call is None:
                return None, None
            cards = select(ShownCard).where(ShownCard.call_id == call.id)
            return call, (await session.exec(cards)).first()

    def _told(
        self, linkedid: str, user_id: UUID | None, call: Call | None, card: ShownCard | None
    ) -> PhoneChecked:
        outcome: Outcome = "not_rung" if call is None else "rang"
        seconds = None
        if card is not None:
            outcome = "sent"
            if card.painted_at is not None:
                outcome, seconds = "painted", (card.painted_at - card.rang_at).total_seconds()
        return PhoneChecked(
            outcome=outcome,
            linkedid=linkedid,
            call_id=call.id if call else None,
            user_id=user_id,
            user_name=self._directory.name_of(user_id),
            seconds=seconds,
        )
