"""A floor for the tests of calls: people at phones, clients with numbers, calls in every state."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from crm_core.access.tables import Extension, User
from crm_core.access.teams import DEFAULT_TEAM_ID
from crm_core.calls.agents.directory import AgentDirectory
from crm_core.calls.call_store import CallStore
from crm_core.calls.frames import LiveCallView
from crm_core.calls.screen_pop import ScreenPop
from crm_core.kernel.call_facts import (
    CallResult,
    CallSnapshot,
    CallStatus,
    Direction,
    Leg,
    LegOutcome,
)
from crm_core.kernel.database import Database
from crm_core.kernel.events import (
    CallEnded,
    CallRinging,
    CallsReplaced,
    CallUpdated,
    CallWithdrawn,
)
from crm_core.kernel.frames import Frame
from crm_core.kernel.phone import read_number
from crm_core.records.search_text import search_text, sort_name
from crm_core.records.tables import Client, ClientPhone, Record, Relation

NOON = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # 12:00 in Moscow, a Monday
CALLER = "+79161234567"


def moment(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def ringing(*extensions: str, number: str | None = "89161234567", **more: object) -> CallSnapshot:
    """An inbound call that rings at these extensions."""
    call = CallSnapshot(
        call_id=uuid5(NAMESPACE_URL, str(more.pop("name", "call"))),
        pbx="main",
        linkedid="1772442000.1",
        direction=Direction.INBOUND,
        status=CallStatus.RINGING,
        result=None,
        raw_number=number,
        is_withheld=False,
        caller_name=None,
        did="74950000701",
        queue="sales",
        queues=(),
        started_at=NOON,
        answered_at=None,
        ended_at=None,
        wait_seconds=0.0,
        talk_seconds=0.0,
        hold_seconds=0.0,
        placed_by=None,
        handled_by=None,
        legs=tuple(
            Leg(key=extension, extension=extension, rang_at=moment(1)) for extension in extensions
        ),
    )
    return replace(call, **more)  # type: ignore[arg-type]  # any field of a call


def with_leg(call: CallSnapshot, extension: str, **changes: object) -> CallSnapshot:
    """The call with one phone's leg changed."""
    legs = tuple(
        replace(leg, **changes) if leg.extension == extension else leg  # type: ignore[arg-type]
        for leg in call.legs
    )
    return replace(call, legs=legs)


def answered(call: CallSnapshot, extension: str, at: datetime = NOON) -> CallSnapshot:
    """The call after one phone took it: the others have stopped ringing."""
    for leg in call.legs:
        if leg.extension != extension and not leg.ended_at and leg.extension:
            outcome = LegOutcome.ANSWERED_ELSEWHERE
            call = with_leg(call, leg.extension, ended_at=at, outcome=outcome)
    call = with_leg(call, extension, answered_at=at, outcome=LegOutcome.ANSWERED)
    return replace(
        call, status=CallStatus.ANSWERED, answered_at=at, handled_by=extension, wait_seconds=5.0
    )


def hung_up(
    call: CallSnapshot, result: CallResult | None = None, at: datetime | None = None
) -> CallSnapshot:
    """The call after its end."""
    at = at or moment(60)
    default = CallResult.ANSWERED if call.answered_at else CallResult.ABANDONED
    legs = tuple(
        leg
        if leg.ended_at
        else replace(leg, ended_at=at, outcome=leg.outcome or LegOutcome.CANCELLED)
        for leg in call.legs
    )
    return replace(
        call,
        status=CallStatus.ENDED,
        result=result or default,
        ended_at=at,
        legs=legs,
        talk_seconds=30.0 if call.answered_at else 0.0,
    )


@dataclass
class Wall:
    """All screens: keeps what was shown to whom."""

    frames: list[tuple[UUID, Frame]] = field(default_factory=list)
    on_end: Callable[[], None] = lambda: None  # what a test does at a call's end

    def has_screen(self, user_id: UUID) -> bool:
        return True

    def show(self, user_id: UUID, frame: Frame) -> None:
        self.frames.append((user_id, frame))
        if frame.type == "call.ended":
            self.on_end()

    def of(self, user_id: UUID) -> list[Frame]:
        return [frame for shown_to, frame in self.frames if shown_to == user_id]

    def kinds(self, user_id: UUID) -> list[str]:
        return [frame.type for frame in self.of(user_id)]

    def clear(self) -> None:
        self.frames.clear()


class Floor:
    """People, clients and the screen pop, on a real database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.directory = AgentDirectory()
        self.wall = Wall()
        self.now = NOON
        self.pop = ScreenPop(
            database, self.directory, self.wall, {"main": "RU"}, clock=lambda: self.now
        )
        self.store = CallStore(self.directory, {"main": "RU"})

    async def hire(
        self,
        name: str,
        *extensions: str,
        pbx: str = "main",
        language: str = "ru",
        zone: str = "Europe/Moscow",
    ) -> UUID:
        """Make a user who sits at these phones."""
        user_id = uuid4()
        async with self.database.write() as unit:
            unit.session.add(
                User(
                    id=user_id,
                    login=name.lower(),
                    name=name,
                    password_hash="-",
                    role="agent",
                    team_id=DEFAULT_TEAM_ID,
                    language=language,
                    time_zone=zone,
                    created_at=NOON,
                    updated_at=NOON,
                )
            )
            await unit.session.flush()
            for extension in extensions:
                unit.session.add(Extension(pbx=pbx, extension=extension, user_id=user_id))
        await self.directory.reload(self.database)
        return user_id

    async def meet(
        self,
        name: str,
        *numbers: str,
        greeting_name: str | None = None,
        kind: str = "person",
        works_at: UUID | None = None,
        owner: UUID | None = None,
    ) -> UUID:
        """Make a client with these numbers."""
        client_id = uuid4()
        async with self.database.write() as unit:
            unit.session.add(
                Record(
                    id=client_id,
                    kind="client",
                    title=name,
                    owner_id=owner,
                    team_id=DEFAULT_TEAM_ID,
                    created_at=NOON,
                    updated_at=NOON,
                )
            )
            await unit.session.flush()
            read = [(number, read_number(number, "RU")) for number in numbers]
            unit.session.add(
                Client(
                    id=client_id,
                    kind=kind,
                    name=name,
                    greeting_name=greeting_name,
                    sort_name=sort_name(name),
                    search_text=search_text(name, company=None, numbers=numbers, email=None),
                )
            )
            await unit.session.flush()
            for written, phone in read:
                unit.session.add(
                    ClientPhone(
                        id=uuid4(),
                        client_id=client_id,
                        number=phone.number or "",
                        tail=phone.tail,
                        raw_number=written,
                    )
                )
            if works_at:
                unit.session.add(
                    Relation(id=uuid4(), from_id=client_id, to_id=works_at, type="works_at")
                )
        return client_id

    async def log(self, *calls: CallSnapshot) -> None:
        """Put calls into the call log."""
        async with self.database.write() as unit:
            await self.store.store(unit, calls)

    async def ring(self, call: CallSnapshot) -> None:
        """Tell of every phone that rings."""
        for extension in call.ringing_extensions:
            await self.pop.on_call_event(CallRinging(at=self.now, call=call, extension=extension))

    async def update(self, call: CallSnapshot) -> None:
        await self.pop.on_call_event(CallUpdated(at=self.now, call=call))

    async def withdraw(
        self, call: CallSnapshot, extension: str, reason: str, answered_by: str | None = None
    ) -> None:
        await self.pop.on_call_event(
            CallWithdrawn(
                at=self.now, call=call, extension=extension, reason=reason, answered_by=answered_by
            )
        )

    async def end(self, call: CallSnapshot) -> None:
        await self.pop.on_call_event(CallEnded(at=self.now, call=call))

    async def replace(self, *calls: CallSnapshot, pbx: str = "main") -> None:
        await self.pop.on_call_event(CallsReplaced(at=self.now, pbx=pbx, calls=calls))

    def screen(self, user_id: UUID) -> list[LiveCallView]:
        return self.pop.snapshot(user_id)

    def cards(self, user_ids: Iterable[UUID]) -> list[bool]:
        """Whether each user sees a card."""
        return [any(call.card for call in self.screen(user_id)) for user_id in user_ids]
