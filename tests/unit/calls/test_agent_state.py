"""What somebody's line does: every case of the table, and what the PBX is asked for."""

from typing import Any

import pytest

from crm_core.calls.agents.state import (
    WRAP_UP,
    AgentState,
    LineFacts,
    orders_to_hold,
    orders_to_pause,
    orders_to_release,
    orders_to_unpause,
    pause_reason_of,
    state_of,
)
from crm_core.kernel.events import QueueMemberFact


def place(queue: str = "sales", reason: str | None = None, **more: Any) -> QueueMemberFact:
    """Gleb's place in a queue; with a reason he is paused there."""
    told: dict[str, Any] = {
        "extension": "104",
        "name": "Gleb",
        "interface": "PJSIP/104",
        "is_paused": reason is not None,
        "pause_reason": reason,
    }
    return QueueMemberFact(queue=queue, **(told | more))


READY = (place(), place("support"))
PAUSED = (place(reason="lunch"), place("support", reason="lunch"))
HALF = (place(reason="lunch"), place("support"))
HELD = (place(reason=WRAP_UP), place("support", reason=WRAP_UP))
MIXED = (place(reason="lunch"), place("support", reason=WRAP_UP))
GONE = (place(is_reachable=False), place("support", is_reachable=False))
ONE_GONE = (place(is_reachable=False), place("support"))
NO_SCREEN: dict[str, Any] = {"has_screen": False}
LOST_SCREEN: dict[str, Any] = {"has_screen": False, "has_lost_screen": True}


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        # the link outranks all: of a PBX that is not heard nothing is known
        ({"is_link_up": False}, "lost"),
        ({"is_link_up": False, "is_in_call": True, "places": READY}, "lost"),
        ({"is_link_up": False, "is_writing_up": True, "places": HELD}, "lost"),
        # a talk outranks whatever else: hold, consultation and dialling are parts of one
        ({"is_in_call": True}, "on_call"),
        ({"is_in_call": True, "is_ringing": True}, "on_call"),
        ({"is_in_call": True, "places": PAUSED}, "on_call"),
        ({"is_in_call": True, "places": GONE}, "on_call"),
        ({"is_in_call": True, "is_writing_up": True, "places": HELD}, "on_call"),
        ({"is_in_call": True, **NO_SCREEN}, "on_call"),
        # a ring outranks what one does between calls
        ({"is_ringing": True, "places": READY}, "ringing"),
        ({"is_ringing": True, "places": PAUSED}, "ringing"),
        ({"is_ringing": True, "is_writing_up": True, "places": HELD}, "ringing"),
        # without a phone nobody is called, paused or not
        ({"places": GONE}, "offline"),
        ({"places": GONE, "is_writing_up": True}, "offline"),
        ({"places": ONE_GONE}, "ready"),
        # writing up stands before every pause, by the clock or by what the PBX still has of it
        ({"is_writing_up": True}, "wrap_up"),
        ({"is_writing_up": True, "places": READY}, "wrap_up"),
        ({"is_writing_up": True, "places": HELD}, "wrap_up"),
        ({"is_writing_up": True, "places": PAUSED}, "wrap_up"),
        ({"is_writing_up": True, "places": MIXED}, "wrap_up"),
        ({"places": HELD}, "wrap_up"),
        # paused is who is paused everywhere
        ({"places": PAUSED}, "paused"),
        ({"places": MIXED}, "paused"),
        ({"places": HALF}, "ready"),
        ({"places": PAUSED, **NO_SCREEN}, "paused"),
        # the screen speaks for who answers no queue, and for nobody else
        ({}, "ready"),
        (NO_SCREEN, "offline"),
        (LOST_SCREEN, "lost"),
        ({"places": READY, **NO_SCREEN}, "ready"),
        ({"places": READY, **LOST_SCREEN}, "ready"),
        ({"places": READY}, "ready"),
    ],
)
def test_the_first_fact_that_holds_is_the_state(facts: dict[str, Any], state: AgentState) -> None:
    assert state_of(LineFacts(**facts)) == state


def test_the_reason_shown_is_a_human_being_s() -> None:
    assert pause_reason_of(PAUSED) == "lunch"
    assert pause_reason_of(MIXED) == "lunch"
    assert pause_reason_of(HELD) is None
    assert pause_reason_of(READY) is None


def asked(orders: Any) -> list[tuple[str, str | None, bool, str]]:
    return [(one.interface, one.queue, one.is_paused, one.reason) for one in orders]


LOCAL = "Local/104@queue-members/n"


def test_a_pause_is_asked_once_for_every_name_that_the_pbx_has_for_the_phone() -> None:
    places = (place(), place("vip"), place("support", interface=LOCAL))

    assert asked(orders_to_pause(places, "lunch")) == [
        ("PJSIP/104", None, True, "lunch"),
        (LOCAL, None, True, "lunch"),
    ]
    assert asked(orders_to_unpause(places)) == [
        ("PJSIP/104", None, False, ""),
        (LOCAL, None, False, ""),
    ]


def test_wrap_up_pauses_where_nobody_has_paused_and_ends_its_own_pauses_alone() -> None:
    assert asked(orders_to_hold(READY)) == [("PJSIP/104", None, True, WRAP_UP)]
    assert asked(orders_to_hold(HALF)) == [("PJSIP/104", "support", True, WRAP_UP)]
    assert asked(orders_to_hold(PAUSED)) == []
    assert asked(orders_to_release(HELD)) == [("PJSIP/104", None, False, "")]
    assert asked(orders_to_release(MIXED)) == [("PJSIP/104", "support", False, "")]
    assert asked(orders_to_release(PAUSED)) == []
    assert asked(orders_to_release(READY)) == []
