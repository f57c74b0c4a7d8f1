"""The cards of one live call: one for everybody whose phone rings."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from crm_core.calls.agents.directory import AgentDirectory
from crm_core.calls.baton import Baton, baton_of_question, baton_of_ring
from crm_core.calls.call_view import CallView
from crm_core.calls.card import NOTHING_FOUND, Card, make_card
from crm_core.calls.greeting import day_start
from crm_core.calls.live_calls import LiveCall, Parts
from crm_core.kernel.call_facts import Direction


@dataclass(frozen=True, slots=True)
class Shape:
    """What a call looks like, and the client's call that its caller asks about, if that is so."""

    view: CallView
    about: CallView | None = None


def draw_cards(
    live: LiveCall, shape: Shape, parts: Parts, directory: AgentDirectory, *, now: datetime
) -> dict[UUID, Card]:
    """Draw them; agents who would see the same get the same one. Who waits for a look-up: none.

    Nor does a number that the office has told us to leave alone.
    """
    if directory.shows_no_card(live.phone.number):
        return {}
    caller = _as_caller(shape.view, directory)
    drawn: dict[tuple[object, ...], Card] = {}
    cards: dict[UUID, Card] = {}
    for user_id, extension in parts.ringing.items():
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
        baton = _baton(shape, extension, directory)
        cards[user_id] = drawn[key].model_copy(update={"baton": baton}) if baton else drawn[key]
    return cards


def _baton(shape: Shape, extension: str, directory: AgentDirectory) -> Baton | None:
    view, about = shape.view, shape.about
    if about is not None and view.placed_by is not None:
        asking = view.placed_by.extension
        return baton_of_question(about, asking, view.started_at, directory.name_of)
    return baton_of_ring(view, extension, directory.name_of)


def _as_caller(view: CallView, directory: AgentDirectory) -> CallView:
    """Return the call as the one who is called sees it: a colleague is the caller by name."""
    if view.direction is not Direction.INTERNAL or view.placed_by is None:
        return view
    name = directory.name_of(view.placed_by.user_id) or view.caller_name
    return view.model_copy(update={"number": view.placed_by.extension, "caller_name": name})
