"""What a PBX may ask before any phone rings: who is calling, and where such a call belongs.

The PBX has a default way for every call, so an answer is a help and never a condition: whoever
cannot be told something is told what changes nothing.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from crm_core.calls.agents.directory import AgentDirectory
from crm_core.calls.card import CardClient, Found
from crm_core.calls.earlier_talks import earlier_talks
from crm_core.calls.greeting import Addressee, day_start, spoken_name
from crm_core.calls.look_up import look_up
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import Database
from crm_core.kernel.phone import read_number

CallerStatus = Literal["found", "several", "unknown", "withheld"]
IsOpen = Callable[[str, str | None, datetime], bool]
"""Whether a queue of a PBX (None: the office) has its working hours at that moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerQuestion:
    """A call has come in: `raw_number` is as the PBX shows it."""

    pbx: str
    raw_number: str | None
    queue: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerAnswer:
    """Who it is, and what the office wants for this call."""

    status: CallerStatus
    client_id: UUID | None = None
    name: str = ""
    greeting_name: str = ""
    is_vip: bool = False
    is_blocked: bool = False
    is_owed_a_call: bool = False
    is_open: bool = True
    extension: str | None = None
    """Of the one who answers for the client, else of who spoke with the caller last."""


AskAboutCaller = Callable[[CallerQuestion], Awaitable[CallerAnswer]]


def always_open(_pbx: str, _queue: str | None, _at: datetime) -> bool:
    """Nobody has said when the office is closed."""
    return True


class CallerDesk:
    """Answers from the very look-up that draws the card, so that phone and screen agree."""

    def __init__(
        self,
        database: Database,
        directory: AgentDirectory,
        regions: Mapping[str, str],
        *,
        default_region: str,
        is_open: IsOpen = always_open,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._directory = directory
        self._regions = regions
        self._default_region = default_region
        self._is_open = is_open
        self._clock = clock

    async def answer(self, question: CallerQuestion) -> CallerAnswer:
        """Say who calls; raises what the database raises."""
        now = self._clock()
        is_open = self._is_open(question.pbx, question.queue, now)
        region = self._regions.get(question.pbx, self._default_region)
        phone = read_number(question.raw_number, region)
        if phone.number is None:
            return CallerAnswer(status="withheld", is_open=is_open)
        ring = self._database.ring
        found = await look_up(ring, phone, day=day_start(now, self._directory.time_zone))
        client = found.client
        client_id = client.id if client else None
        before = await earlier_talks(ring, phone.number, client_id)
        people = [client.owner.id] if client and client.owner else []
        return CallerAnswer(
            status=_status(found),
            client_id=client_id,
            name=client.name if client else "",
            greeting_name=_greeting_name(client) if client else "",
            is_vip=any(match.client.is_vip for match in found.matches),
            is_blocked=self._directory.is_blocked(phone.number),
            is_owed_a_call=before.is_owed_a_call,
            is_open=is_open,
            extension=self._seat_of(question.pbx, [*people, *before.user_ids]),
        )

    def _seat_of(self, pbx: str, people: Sequence[UUID]) -> str | None:
        """Where the first of them sits who is still here."""
        for user_id in people:
            for at, extension in self._directory.extensions_of(user_id):
                if at == pbx and self._directory.user_at(pbx, extension) == user_id:
                    return extension
        return None


def _status(found: Found) -> CallerStatus:
    if found.client:
        return "found"
    return "several" if found.matches else "unknown"


def _greeting_name(client: CardClient) -> str:
    return spoken_name(
        Addressee(
            name=client.name,
            greeting_name=client.greeting_name,
            is_company=client.kind == "company",
        )
    )
