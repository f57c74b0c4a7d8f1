"""What kind of call is to be played, with whom and for how long. Chosen by chance from a seed."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from telephony.simulator.channels import Phone


class CallKind(StrEnum):
    """The kinds of call that the simulator can play."""

    DIRECT = "direct"
    WITHHELD = "withheld"
    UNANSWERED = "unanswered"
    ABANDONED = "abandoned"
    BUSY = "busy"
    GROUP = "group"
    QUEUE = "queue"
    QUEUE_TIMEOUT = "queue_timeout"
    OUTBOUND = "outbound"
    INTERNAL = "internal"
    TRANSFER = "transfer"


INBOUND = frozenset(CallKind) - {CallKind.OUTBOUND, CallKind.INTERNAL}
IN_QUEUE = frozenset({CallKind.QUEUE, CallKind.QUEUE_TIMEOUT})
NOBODY_ANSWERS = frozenset(
    {CallKind.UNANSWERED, CallKind.ABANDONED, CallKind.BUSY, CallKind.QUEUE_TIMEOUT}
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody outside: the number as the operator sends it, and a name if he sends one."""

    number: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPlan:
    """One call to be played. `answered_by` is None when nobody answers."""

    kind: CallKind
    caller: Caller
    extensions: tuple[str, ...]  # the phones that ring; for outbound and internal: who dials
    answered_by: str | None = None
    did: str = "74950000700"
    queue: str | None = None
    ring_seconds: float = 8.0
    talk_seconds: float = 30.0
    caller_hangs_up: bool = True
    passed_on_to: str | None = None  # after a talk of `before_seconds` with `answered_by`
    before_seconds: float = 12.0


class Planner:
    """Draws plans: the same seed and the same questions give the same calls.

    `dids` are the public numbers that lead into queues.
    """

    def __init__(
        self,
        callers: Sequence[Caller],
        *,
        dids: Mapping[str | None, str] | None = None,
        seed: int | None,
    ) -> None:
        self._callers = callers
        self._dids = dids or {}
        self._chance = random.Random(seed)  # noqa: S311  # calls of a play, not secrets

    def plan(
        self,
        kind: CallKind,
        phones: Sequence[Phone],
        *,
        at: Phone | None = None,
        caller: Caller | None = None,
    ) -> CallPlan:
        """A call of this kind among these free phones; `at` is surely among those that ring."""
        chance = self._chance
        chosen = at or chance.choice(phones)
        plan = CallPlan(
            kind=kind,
            caller=caller or self._caller(kind),
            extensions=(chosen.extension,),
            ring_seconds=chance.uniform(6, 11),
            talk_seconds=chance.uniform(20, 60),
            caller_hangs_up=chance.random() < 0.6,
        )
        if kind in IN_QUEUE:
            queue = (chosen.queues or ("sales",))[0]
            plan = replace(plan, queue=queue, did=self._dids.get(queue, plan.did))
        if kind in IN_QUEUE or kind is CallKind.GROUP:
            plan = replace(plan, extensions=self._group(plan.queue, phones, chosen))
        if kind is CallKind.TRANSFER:
            return self._passed_on(plan, phones, chosen)
        if kind in (CallKind.OUTBOUND, CallKind.INTERNAL):
            others = [phone.extension for phone in phones if phone is not chosen]
            callee = chance.choice(others) if others and kind is CallKind.INTERNAL else ""
            return replace(plan, extensions=(chosen.extension, callee), answered_by=callee)
        if kind in NOBODY_ANSWERS:
            return replace(plan, ring_seconds=chance.uniform(9, 14))
        return replace(plan, answered_by=(at or self._one_of(plan.extensions, phones)).extension)

    def _passed_on(self, plan: CallPlan, phones: Sequence[Phone], to: Phone) -> CallPlan:
        """A colleague takes the call and sends it on to this phone; without one it is direct."""
        others = [phone.extension for phone in phones if phone is not to]
        if not others:
            return replace(plan, kind=CallKind.DIRECT, answered_by=to.extension)
        first = self._chance.choice(others)
        return replace(
            plan,
            extensions=(first,),
            answered_by=first,
            passed_on_to=to.extension,
            ring_seconds=self._chance.uniform(6, 9),
        )

    def choose(self, kinds: Sequence[CallKind], weights: Sequence[int]) -> CallKind:
        """One of the kinds, the heavier ones more often."""
        return self._chance.choices(kinds, weights)[0]

    def _caller(self, kind: CallKind) -> Caller:
        if kind is CallKind.WITHHELD:
            return Caller("anonymous", "Anonymous")
        return self._chance.choice(self._callers)

    def _group(self, queue: str | None, phones: Sequence[Phone], chosen: Phone) -> tuple[str, ...]:
        mates = [
            phone.extension
            for phone in phones
            if phone is chosen or queue is None or queue in phone.queues
        ]
        return tuple(mates[:4]) if chosen.extension in mates[:4] else (chosen.extension, *mates[:3])

    def _one_of(self, extensions: Sequence[str], phones: Sequence[Phone]) -> Phone:
        return self._chance.choice([phone for phone in phones if phone.extension in extensions])
