"""The calls of the demo: one soon after an agent sits down, then a steady pace, and on demand."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from crm_core.kernel.errors import Conflict, InvalidValue
from telephony.simulator.channels import Phone
from telephony.simulator.pbx import SimulatedPbx
from telephony.simulator.plans import Caller, CallKind, CallPlan, Planner

LOOK_SECONDS = 0.3
FIRST_CALL_SECONDS = 1.5  # after the screen has opened: time to see the page, and no more
BETWEEN_CALLS_SECONDS = (14.0, 26.0)
ELSEWHERE_SECONDS = (15.0, 40.0)  # between calls to colleagues who are not at their screens

KINDS = {
    CallKind.QUEUE: 30,
    CallKind.DIRECT: 26,
    CallKind.GROUP: 10,
    CallKind.OUTBOUND: 8,
    CallKind.ABANDONED: 7,
    CallKind.WITHHELD: 5,
    CallKind.INTERNAL: 5,
    CallKind.UNANSWERED: 5,
    CallKind.QUEUE_TIMEOUT: 4,
    CallKind.TRANSFER: 6,
}

TakeNote = Callable[[str], Awaitable[None]]
"""Lets whoever talks at this extension write down what the caller wants."""

AtDesk = Callable[[], frozenset[str]]
"""The extensions whose people have a screen open now."""


@dataclass(slots=True, kw_only=True)
class DemoCalls:
    """Decides who is called when."""

    pbx: SimulatedPbx
    planner: Planner
    at_desk: AtDesk
    take_note: TakeNote | None = None
    well_known: Sequence[Caller] = ()  # one of these is the first to call
    pace: float = 1.0
    seed: int | None = None
    _due: dict[str, float] = field(default_factory=dict, init=False)  # extension: when to call
    _notes_due: dict[str, float] = field(default_factory=dict, init=False)  # by who writes
    _waits_for_first: set[str] = field(default_factory=set, init=False)  # has just sat down
    _has_been_called: set[str] = field(default_factory=set, init=False)
    _chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311

    async def run(self) -> None:
        """Look now and then who sits where, and let phones ring, until cancelled."""
        loop = asyncio.get_running_loop()
        elsewhere = loop.time() + self._wait(ELSEWHERE_SECONDS)
        while True:
            now, seated = loop.time(), self.at_desk()
            self._note_arrivals(seated, now)
            for extension, due in list(self._due.items()):
                if now < due or not self.pbx.listeners:
                    continue
                if self.pbx.board.is_paused(extension):
                    continue  # a break is a break; the next call waits for "ready"
                if self.pbx.board.is_free(extension):
                    self._call(extension, now)
                elif extension in self._waits_for_first and self.pbx.board.is_talking(extension):
                    self._knock(extension)
            await self._write_notes(now)
            if now >= elsewhere:
                elsewhere = now + self._wait(ELSEWHERE_SECONDS)
                self._call_elsewhere(seated)
            await asyncio.sleep(LOOK_SECONDS)

    async def call_now(self, extension: str, scenario: str | None) -> None:
        """Ring this phone at once, for the "call me now" button."""
        phone = self.pbx.board.phones.get(extension)
        if phone is None:
            raise Conflict("this user has no phone in the demo")
        if scenario is not None and scenario not in set(CallKind):
            raise InvalidValue("scenario", f"one of {', '.join(sorted(CallKind))}")
        if self.pbx.board.is_free(extension):
            self._play(CallKind(scenario) if scenario else CallKind.DIRECT, phone)
        elif self.pbx.board.is_talking(extension):
            self._knock(extension)
        else:
            raise Conflict("the phone rings already")

    async def _write_notes(self, now: float) -> None:
        """Whoever will pass a caller on writes down first what it is about."""
        for extension in [one for one, due in self._notes_due.items() if due <= now]:
            del self._notes_due[extension]
            if self.take_note is not None:
                await self.take_note(extension)

    def _note_arrivals(self, seated: frozenset[str], now: float) -> None:
        for extension in seated - self._due.keys():
            self._due[extension] = now + FIRST_CALL_SECONDS
            self._waits_for_first.add(extension)
        for extension in self._due.keys() - seated:
            del self._due[extension]

    def _knock(self, extension: str) -> None:
        """Ring a phone that talks: a second call knocks meanwhile, and its caller gives up."""
        self._waits_for_first.discard(extension)
        phone = self.pbx.board.phones[extension]
        caller = self._chance.choice(self.well_known) if self.well_known else None
        plan = self.planner.plan(CallKind.ABANDONED, [phone], at=phone, caller=caller)
        self.pbx.start_call(plan)

    def _call(self, extension: str, now: float) -> None:
        """The first call is one that shows a card and is answered; then anything may come."""
        self._waits_for_first.discard(extension)
        phone = self.pbx.board.phones[extension]
        if extension in self._has_been_called:
            plan = self._play(self.planner.choose(tuple(KINDS), tuple(KINDS.values())), phone)
        else:
            self._has_been_called.add(extension)
            caller = self._chance.choice(self.well_known) if self.well_known else None
            plan = self._play(CallKind.QUEUE if phone.queues else CallKind.DIRECT, phone, caller)
        busy = plan.ring_seconds + (plan.talk_seconds if plan.answered_by is not None else 0)
        if plan.passed_on_to is not None:
            busy += plan.ring_seconds + plan.before_seconds
        self._due[extension] = now + busy + self._wait(BETWEEN_CALLS_SECONDS)

    def _call_elsewhere(self, seated: frozenset[str]) -> None:
        free = [phone for phone in self._free_phones() if phone.extension not in seated]
        if free:
            kind = self.planner.choose(tuple(KINDS), tuple(KINDS.values()))
            if kind is CallKind.INTERNAL and len(free) < 2:
                kind = CallKind.OUTBOUND
            self.pbx.start_call(self.planner.plan(kind, free))

    def _play(self, kind: CallKind, phone: Phone, caller: Caller | None = None) -> CallPlan:
        free = self._free_phones()
        if kind is CallKind.INTERNAL and len(free) < 2:
            kind = CallKind.DIRECT
        plan = self.planner.plan(kind, free, at=phone, caller=caller)
        self.pbx.start_call(plan)
        if plan.passed_on_to is not None and plan.answered_by is not None:
            begins = asyncio.get_running_loop().time() + plan.ring_seconds
            self._notes_due[plan.answered_by] = begins + plan.before_seconds / 2
        return plan

    def _free_phones(self) -> Sequence[Phone]:
        board = self.pbx.board
        return [
            phone
            for phone in board.phones.values()
            if board.is_free(phone.extension) and not board.is_paused(phone.extension)
        ]

    def _wait(self, between: tuple[float, float]) -> float:
        return self._chance.uniform(*between) / self.pace


def callers_of(
    known: Sequence[str], recently_missed: Sequence[str], *, strangers: int, seed: int | None
) -> list[Caller]:
    """Who may call, each as often as he stands in the list: mostly people we know."""
    chance = random.Random(seed)  # noqa: S311
    unknown = [f"+7999555{chance.randrange(10_000):04d}" for _ in range(strangers)]
    numbers = [*known, *list(recently_missed) * 4, *unknown]
    return [Caller(_as_sent(number, chance)) for number in numbers]


def _as_sent(number: str, chance: random.Random) -> str:
    """Operators write one and the same number in several ways."""
    return chance.choice((number, number.removeprefix("+"), number.replace("+7", "8", 1)))
