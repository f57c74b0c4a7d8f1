"""The cards of one live call: one for everybody whose phone rings."""

from datetime import datetime
from uuid import UUID

from crm_core.calls.agents import AgentDirectory
from crm_core.calls.call_view import CallView
from crm_core.calls.card import NOTHING_FOUND, Card, make_card
from crm_core.calls.greeting import day_start
from crm_core.calls.live_calls import LiveCall, Parts
from crm_core.kernel.call_facts import Direction


def draw_cards(
    live: LiveCall, view: CallView, parts: Parts, directory: AgentDirectory, *, now: datetime
) -> dict[UUID, Card]:
    """Draw them; agents who would see the same get the same one. Who waits for a look-up: none.

    Nor does a number that the office has told us to leave alone.
    """
    if directory.shows_no_card(live.phone.number):
        return {}
    caller = _as_caller(view, directory)
    drawn: dict[tuple[object, ...], Card] = {}
    cards: dict[UUID, Card] = {}
    for user_id in parts.ringing:
        viewer = directory.viewer(user_id)
        found = live.found.get(day_start(now, viewer.time_zone))
        if found is None:
            if not live.is_overdue:
                continue
            found = NOTHING_FOUND
        owner = found.client.owner if found.client else None
        key = (viewer.language, viewer.time_zone, owner is not None and owner.id == user_id)
        if key not in drawn:
            drawn[key] = make_card(caller, found, viewer, now=now)
        cards[user_id] = drawn[key]
    return cards


def _as_caller(view: CallView, directory: AgentDirectory) -> CallView:
    """Return the call as the one who is called sees it: a colleague is the caller by name."""
    if view.direction is not Direction.INTERNAL or view.placed_by is None:
        return view
    name = directory.name_of(view.placed_by.user_id) or view.caller_name
    return view.model_copy(update={"number": view.placed_by.extension, "caller_name": name})
