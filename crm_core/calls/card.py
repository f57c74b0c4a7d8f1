"""The card: what an agent sees of a caller while the phone rings.

Pure: a card is made of what the look-up found, the call, and who is looking.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from crm_core.calls.baton import Baton
from crm_core.calls.call_view import CallView, ClientRef
from crm_core.calls.greeting import Addressee, greet
from crm_core.kernel.call_facts import CallResult, Direction
from crm_core.kernel.phone import format_number, place_of

CANDIDATES_SHOWN = 5
FACTS_SHOWN = 4
COUNT_LIMIT = 100  # counted no further: "100" then means "100 or more"


class _View(BaseModel):
    model_config = ConfigDict(frozen=True)


class UserRef(_View):
    """One of our people."""

    id: UUID
    name: str


class LastContact(_View):
    """The latest call with this client or number."""

    kind: Literal["last_contact"] = "last_contact"
    at: datetime
    direction: Direction
    result: CallResult | None
    user: UserRef | None
    talk_seconds: float


class MissedToday(_View):
    """Calls of today that nobody took and nobody has returned; `at` is the latest."""

    kind: Literal["missed_today"] = "missed_today"
    count: int
    at: datetime


class EarlierCalls(_View):
    """Calls of a number that belongs to no client yet; `at` is the latest."""

    kind: Literal["earlier_calls"] = "earlier_calls"
    count: int
    at: datetime


class Responsible(_View):
    """Who answers for this client."""

    kind: Literal["responsible"] = "responsible"
    user: UserRef


class OpenDeal(_View):
    """The newest open deal; `count` is how many are open, `amount_minor` in minor units."""

    kind: Literal["open_deal"] = "open_deal"
    deal_id: UUID
    title: str
    amount_minor: int | None
    currency: str
    stage: str
    count: int


class PendingTask(_View):
    """What was promised and is due first; it is overdue when `due_at` has passed."""

    kind: Literal["pending_task"] = "pending_task"
    task_id: UUID
    task_kind: str
    title: str
    due_at: datetime
    is_all_day: bool


Fact = Annotated[
    LastContact | MissedToday | EarlierCalls | Responsible | OpenDeal | PendingTask,
    Field(discriminator="kind"),
]


class CardClient(_View):
    """The client, as the card shows it."""

    id: UUID
    kind: Literal["person", "company"]
    name: str
    greeting_name: str | None
    company: ClientRef | None
    position: str | None
    is_vip: bool
    tags: tuple[str, ...]
    city: str | None
    owner: UserRef | None


class LastChosen(_View):
    """The one of them who was said to be calling the last time, and who said so."""

    at: datetime
    user: UserRef | None


class Candidate(_View):
    """One of several clients who share the number. `last_chosen` is set for one at most."""

    id: UUID
    name: str
    company: ClientRef | None
    last_contact: LastContact | None
    last_chosen: LastChosen | None = None


class Card(_View):
    """All that is offered about a caller, in one message."""

    client: CardClient | None
    candidates: tuple[Candidate, ...]
    greeting: str
    number: str | None
    number_formatted: str | None
    place: str | None
    is_withheld: bool
    caller_name: str | None
    queue: str | None
    did: str | None
    waiting_since: datetime
    facts: tuple[Fact, ...]
    baton: Baton | None = None  # set where the call was passed on, or its caller asks for advice


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A client who has the number, with the latest contact."""

    client: CardClient
    last_contact: LastContact | None
    open_deal: OpenDeal | None = None
    pending_task: PendingTask | None = None
    chosen: LastChosen | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the look-up knows of a number; `number_contact` is the latest call without a client."""

    matches: tuple[Match, ...] = ()
    number_contact: LastContact | None = None
    missed_today: MissedToday | None = None
    earlier_calls: EarlierCalls | None = None

    @property
    def client(self) -> CardClient | None:
        """The client, if there is exactly one to choose from."""
        return self.only.client if self.only else None

    @property
    def only(self) -> Match | None:
        """The match, if there is exactly one."""
        return self.matches[0] if len(self.matches) == 1 else None


NOTHING_FOUND = Found()


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who looks at the card."""

    user_id: UUID
    language: str
    time_zone: str


def make_card(call: CallView, found: Found, viewer: Viewer, *, now: datetime) -> Card:
    """Draw the card of `call` for one agent."""
    client = found.client
    addressee = (
        Addressee(
            name=client.name,
            greeting_name=client.greeting_name,
            is_company=client.kind == "company",
        )
        if client
        else None
    )
    return Card(
        client=client,
        candidates=_candidates(found.matches),
        greeting=greet(addressee, now, language=viewer.language, time_zone=viewer.time_zone),
        number=call.number,
        number_formatted=format_number(call.number) if call.number else None,
        place=place_of(call.number, viewer.language) if call.number else None,
        is_withheld=call.is_withheld,
        caller_name=call.caller_name,
        queue=call.queue,
        did=call.did,
        waiting_since=call.started_at,
        facts=tuple(_facts(found, viewer, now)[:FACTS_SHOWN]),
    )


def _candidates(matches: Sequence[Match]) -> tuple[Candidate, ...]:
    """Return several matches: who was chosen last, then by the latest contact.

    One match needs no choice. Nobody is ever chosen here: the last time says who it often is.
    """
    if len(matches) < 2:
        return ()
    chosen = _chosen_last(matches)
    ranked = sorted(matches, key=lambda match: match.client.name)
    ranked.sort(
        key=lambda match: match.last_contact.at.timestamp() if match.last_contact else 0.0,
        reverse=True,
    )
    ranked.sort(key=lambda match: match is not chosen)
    return tuple(
        Candidate(
            id=match.client.id,
            name=match.client.name,
            company=match.client.company,
            last_contact=match.last_contact,
            last_chosen=match.chosen if match is chosen else None,
        )
        for match in ranked[:CANDIDATES_SHOWN]
    )


def _chosen_last(matches: Sequence[Match]) -> Match | None:
    moments = [(match.chosen.at, place) for place, match in enumerate(matches) if match.chosen]
    return matches[max(moments)[1]] if moments else None


def _facts(found: Found, viewer: Viewer, now: datetime) -> list[Fact]:
    """Return what to know before "hello", most pressing first."""
    client, only = found.client, found.only
    task = only.pending_task if only else None
    is_late = task is not None and task.due_at < now
    facts: list[Fact] = []
    if task and is_late:
        facts.append(task)
    if only and only.open_deal:
        facts.append(only.open_deal)
    last = _last_contact(found)
    if last:
        facts.append(last)
    if found.missed_today:
        facts.append(found.missed_today)
    if found.earlier_calls and not found.matches:
        facts.append(found.earlier_calls)
    if task and not is_late:
        facts.append(task)
    if client and client.owner and client.owner.id != viewer.user_id:
        facts.append(Responsible(user=client.owner))
    return facts


def _last_contact(found: Found) -> LastContact | None:
    if not found.matches:
        return found.number_contact
    contacts = [match.last_contact for match in found.matches] + [found.number_contact]
    return max((c for c in contacts if c), key=lambda contact: contact.at, default=None)
