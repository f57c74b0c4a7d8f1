"""What one of our people does, told from what is known of their line. Pure.

The first of these that holds is the state:

1. `lost`: the PBX is not heard; whatever was known of the line is a guess now.
2. `on_call`: they have a part in a call: they talk, hold it, consult somebody or have dialled.
3. `ringing`: their phone rings for somebody else's call. A second call never hides the talk.
4. `offline`: they answer queues, and no phone of theirs is there.
5. `wrap_up`: the time for writing up a talk runs, or our pause for it is still on them. It stands
   before every pause: that of a human being is shown again when the time is over.
6. `paused`: they are paused in all their queues. Who is still called from one of them is not.
7. For who answers no queue, the screen says whether they are there: `lost` if it has vanished
   without a farewell, `offline` if there is none.
8. `ready`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from crm_core.calls.control import PauseOrder
from crm_core.kernel.events import QueueMemberFact

WRAP_UP = "wrap_up"
"""The reason of the pauses that we hold ourselves; no reason of people has this code."""

AgentState = Literal["offline", "ready", "ringing", "on_call", "wrap_up", "paused", "lost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFacts:
    """All that decides what somebody does, at one moment."""

    is_link_up: bool = True
    is_in_call: bool = False  # talks, holds, consults, or has dialled
    is_ringing: bool = False
    places: Sequence[QueueMemberFact] = ()
    is_writing_up: bool = False  # the time that we give runs
    has_screen: bool = True
    has_lost_screen: bool = False  # it was there a moment ago, and nobody logged out


def state_of(line: LineFacts) -> AgentState:
    """Tell the state; the order of the questions stands at the head of this file."""
    if not line.is_link_up:
        return "lost"
    if line.is_in_call:
        return "on_call"
    if line.is_ringing:
        return "ringing"
    if line.places and not any(place.is_reachable for place in line.places):
        return "offline"
    if line.is_writing_up or is_held_by_us(line.places):
        return "wrap_up"
    if line.places and all(place.is_paused for place in line.places):
        return "paused"
    if not line.places and not line.has_screen:
        return "lost" if line.has_lost_screen else "offline"
    return "ready"


def is_held_by_us(places: Sequence[QueueMemberFact]) -> bool:
    """Whether our pause, and no other, keeps somebody out of all their queues."""
    return bool(places) and all(is_ours(place) for place in places)


def pause_reason_of(places: Sequence[QueueMemberFact]) -> str | None:
    """Why somebody is paused, as the PBX was told by a human being."""
    reasons = (place.pause_reason for place in places if place.is_paused and not is_ours(place))
    return next((reason for reason in reasons if reason), None)


def orders_to_hold(places: Sequence[QueueMemberFact]) -> list[PauseOrder]:
    """Pause somebody for wrap-up where nobody has paused them, and nowhere else."""
    free = [place for place in places if not place.is_paused]
    return _orders(places, free, is_paused=True, reason=WRAP_UP)


def orders_to_release(places: Sequence[QueueMemberFact]) -> list[PauseOrder]:
    """End our own pauses. What a human being has paused stays paused."""
    return _orders(places, [place for place in places if is_ours(place)], is_paused=False)


def orders_to_pause(places: Sequence[QueueMemberFact], reason: str) -> list[PauseOrder]:
    """Pause somebody everywhere, as a human being wants it."""
    return _orders(places, places, is_paused=True, reason=reason)


def orders_to_unpause(places: Sequence[QueueMemberFact]) -> list[PauseOrder]:
    """Let somebody be called from everywhere."""
    return _orders(places, places, is_paused=False)


def _orders(
    places: Sequence[QueueMemberFact],
    wanted: Sequence[QueueMemberFact],
    *,
    is_paused: bool,
    reason: str = "",
) -> list[PauseOrder]:
    """One order an interface where that says it, which reaches queues we may not know of yet."""
    orders = []
    for interface in dict.fromkeys(place.interface for place in wanted if place.interface):
        chosen = [place.queue for place in wanted if place.interface == interface]
        is_all = len(chosen) == sum(place.interface == interface for place in places)
        orders += [
            PauseOrder(interface=interface, queue=queue, is_paused=is_paused, reason=reason)
            for queue in ([None] if is_all else chosen)
        ]
    return orders


def is_ours(place: QueueMemberFact) -> bool:
    """Whether a place is paused by ourselves, for wrap-up."""
    return place.is_paused and place.pause_reason == WRAP_UP
