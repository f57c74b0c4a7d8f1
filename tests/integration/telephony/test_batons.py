"""Recorded calls that were passed on: the tracker's own words give the next agent's card."""

import pytest

from crm_core.calls.frames import CallRingingFrame
from crm_core.kernel.database import Database
from tests.patience import wait_for_look_ups
from tests.unit.calls.floor import Floor
from tests.unit.telephony.tracker.replay import replay

Handed = tuple[str, str, str | None]  # to whom, how, by whom

STORIES: dict[str, list[Handed]] = {
    "blind_refer_answered": [("102", "blind", "101")],
    "blind_transfer_feature": [("102", "blind", "101")],
    "blind_refer_returned": [("102", "blind", "101")],  # 101 knows, when it comes back
    "blind_refer_to_group": [("102", "blind", "101"), ("103", "blind", "101")],
    "blind_refer_to_queue": [("102", "blind", "101"), ("103", "blind", "101")],
    "attended_refer_answered": [("102", "consultation", "101")],
    # asked first, and handed the caller while the phone still rings
    "attended_refer_ringing": [("102", "consultation", "101"), ("102", "attended", "101")],
    "attended_transfer_feature": [("102", "consultation", "101")],
    "feature_attended_recalled": [("102", "consultation", "101")],
    "outbound_attended": [("102", "consultation", "101")],
    "outbound_passed_on": [("102", "blind", "101")],
    "passed_on_twice": [("102", "blind", "101"), ("103", "blind", "102")],
    "queue_passed_on": [("104", "blind", "102")],
    "redirect_answered": [("102", "redirect", "101")],
    "forwarded_to_colleague": [("102", "forward", "101")],
    "parked_and_came_back": [],
    "internal_answered": [],
    "internal_attended": [],
    "queue_ringall_answered": [],
    "queue_rrmemory_rna_then_answer": [],
    "group_answered": [],
    "call_waiting_answered": [],
}


@pytest.mark.parametrize("story", STORIES)
async def test_whoever_is_handed_a_caller_knows_by_whom(
    database: Database, story: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_for_look_ups(monkeypatch)
    floor = Floor(database)
    people = {await floor.hire(f"Агент {one}", one): one for one in ("101", "102", "103", "104")}
    for event in replay(story).events:
        floor.now = event.at
        await floor.pop.on_call_event(event)

    batons = [
        (people[user_id], frame.card.baton)
        for user_id, frame in floor.wall.frames
        if isinstance(frame, CallRingingFrame) and frame.card.baton
    ]
    handed = [(to, baton.kind, baton.passer.extension) for to, baton in batons]
    assert sorted(handed) == sorted(STORIES[story])
    # who only sends callers on has not spoken with them
    assert all(baton.spent_seconds > 0 or baton.kind == "forward" for _to, baton in batons)
