"""Consultations: a colleague is called by somebody who has a client on the line.

While that goes on the colleague's phone rings, or talks, for that client as well: they see whose
call it is about, and may read that client's card as if the client's call rang at their own phone.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from crm_core.calls.live_calls import LiveCall
from crm_core.kernel.call_facts import CallSnapshot, CallStatus, Direction


def connect_question(live: LiveCall, calls: Iterable[LiveCall]) -> LiveCall | None:
    """Find out which client's call an internal call asks about, and let both know."""
    live.about = _find_client_call(live, calls)
    if live.about is not None:
        live.about.questions[live.call.call_id] = live
    return live.about


def _find_client_call(live: LiveCall, calls: Iterable[LiveCall]) -> LiveCall | None:
    """The client's call that the caller of this internal call was in already when they dialled.

    Of several the one on hold, and of these the one taken last.
    """
    asking = live.call.placed_by
    if live.call.direction is not Direction.INTERNAL or asking is None:
        return None
    found = [other for other in calls if _is_with_client(other.call, live.call, asking)]
    return max(found, key=_nearness, default=None)


def _is_with_client(call: CallSnapshot, question: CallSnapshot, extension: str) -> bool:
    if call.direction is Direction.INTERNAL or call.pbx != question.pbx:
        return False
    if call.answered_at is None or call.answered_at > question.started_at:
        return False
    return call.status is not CallStatus.ENDED and any(
        leg.extension == extension and not leg.ended_at
        for leg in call.legs
        if leg.answered_at or extension == call.placed_by
    )


def _nearness(live: LiveCall) -> tuple[bool, float]:
    at = live.call.answered_at
    return live.call.status is CallStatus.ON_HOLD, at.timestamp() if at else 0.0


def is_concerned(user_id: UUID, client_id: UUID, calls: Collection[LiveCall]) -> bool:
    """Tell whether a live call of this user is with that client, or may be, or asks about one."""
    for live in calls:
        if user_id not in live.shown:
            continue
        if client_id in live.client_ids:
            return True
        about = live.about
        if about and about.call.status is not CallStatus.ENDED and client_id in about.client_ids:
            return True
    return False
