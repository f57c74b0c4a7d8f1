"""Every recorded stream, told once more from Asterisk's call records alone.

What the tracker told of the same stream, event by event, is what the phones saw (its own tests say
so); so the two tellings must agree, but for what records cannot know, which is listed here.
"""

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from crm_core.kernel.call_facts import CallSnapshot
from tests.unit.telephony.call_records.recorded import as_in_freepbx, calls_of, rows_of
from tests.unit.telephony.tracker.replay import ALL_CAPTURES, capture, legs_of, replay

# A transfer by the phone or the AMI, and a menu, write their own target over what was dialled.
UNCLEAR_DID = {
    "ami_blind_answered",
    "blind_refer_declined",
    "blind_refer_outside",
    "blind_refer_returned",
    "blind_refer_to_group",
    "blind_refer_to_queue_given_up",
    "blind_transfer_feature",
    "menu_then_given_up",
    "menu_then_queue",
    "passed_on_twice",
    "redirect_answered",
    "redirect_given_up",
    "redirected_to_meeting",
}
# The phone rang for its own click and nobody took it: the records do not say whom it was for.
UNTOLD = {"click_not_picked_up"}
# Handed over while it rang: its row stands under the consultation, which is told as a call.
ONE_MORE = {"attended_refer_ringing_declined"}
# NO ANSWER stands for all of these: the far side refused, does not exist, or did not answer.
UNCLEAR_RESULT = {"early_media_failed", "outbound_declined", "outbound_wrong_number"}
# A call of ours that was passed on: the rows after that are those of the client's own channel.
PASSED_ON = {"internal_attended", "internal_passed_on", "outbound_attended", "outbound_passed_on"}
# A phone that refused while others rang on, or in a queue, looks like one that was not answered;
# who was asked, picked a call up or sent it on stands in no row, or in another's place.
UNCLEAR_LEGS = {
    *UNCLEAR_RESULT,
    *PASSED_ON,
    "attended_refer_outside",
    "click_client_busy",
    "click_colleague",
    "feature_attended_aborted",
    "feature_attended_no_answer",
    "feature_attended_recalled",
    "feature_attended_refused",
    "forwarded_outside",
    "forwarded_to_colleague",
    "group_one_declines_one_answers",
    "pickup_from_queue",
    "pickup_internal",
    "queue_local_declined_then_answered",
    "queue_one_declines",
    "two_clients_joined",
}
# The caller's channel was up already, so its row does not say when the next one answered.
UNCLEAR_TALK = {
    *PASSED_ON,
    "ami_attended_completed",
    "attended_transfer_feature",
    "blind_refer_answered",
    "blind_transfer_feature",
    "feature_attended_blonde",
    "queue_overflow_answered",
    "queue_passed_on",
    "two_clients_joined",
}
UNCLEAR_WAIT = {"pickup_from_queue", "queue_dynamic_member", "queue_overflow_answered"}
# The row of a queue says how it ended for the channel that it was, not for the one that came in.
UNCLEAR_VISITS = {
    "blind_refer_to_queue",
    "blind_refer_to_queue_given_up",
    "queue_overflow_answered",
}
# Several rows of a meeting end at one second.
UNCLEAR_HANDLER = {*PASSED_ON, "conference_with_client"}
# The agent's phone is answered first: the row begins there, and the client answers some time later.
CLICKS = {"click2call_answered", "click_answered", "click_colleague", "click_local_answered"}

TOLD = [name for name in ALL_CAPTURES if name not in UNTOLD | ONE_MORE]


def heard(stream: str) -> list[CallSnapshot]:
    """What the tracker told, folded consultations apart."""
    calls = [call for call in replay(stream).calls.values() if call.merged_into is None]
    return sorted(calls, key=lambda call: call.linkedid)


def told(stream: str) -> list[CallSnapshot]:
    return sorted(calls_of(rows_of(stream)), key=lambda call: call.linkedid)


def pairs(stream: str) -> list[tuple[CallSnapshot, CallSnapshot]]:
    return list(zip(told(stream), heard(stream), strict=True))


@pytest.mark.parametrize("stream", TOLD)
def test_there_are_as_many_calls_and_each_has_the_id_that_hearing_it_would_give(
    stream: str,
) -> None:
    assert [call.call_id for call in told(stream)] == [call.call_id for call in heard(stream)]


@pytest.mark.parametrize("stream", TOLD)
def test_who_called_whom_is_told_as_it_was_heard(stream: str) -> None:
    for call, truth in pairs(stream):
        assert call.direction == truth.direction
        assert call.raw_number == truth.raw_number or stream == "internal_passed_on"
        assert call.caller_name == truth.caller_name
        assert call.is_withheld == truth.is_withheld
        assert call.did == truth.did or stream in UNCLEAR_DID
        assert call.placed_by == truth.placed_by
        assert call.handled_by == truth.handled_by or stream in UNCLEAR_HANDLER


@pytest.mark.parametrize("stream", TOLD)
def test_what_came_of_it_is_told_as_it_was_heard(stream: str) -> None:
    for call, truth in pairs(stream):
        assert call.result == ("no_answer" if stream in UNCLEAR_RESULT else truth.result)
        if stream not in UNCLEAR_LEGS:
            assert [leg.key for leg in call.legs] == [leg.key for leg in truth.legs]
            assert legs_of(call) == legs_of(truth)
        if stream in UNCLEAR_VISITS:
            continue
        visits = [(visit.name, visit.outcome) for visit in truth.queues]
        assert [(visit.name, visit.outcome) for visit in call.queues] == visits


@pytest.mark.parametrize("stream", TOLD)
def test_talk_and_wait_are_right_to_the_second(stream: str) -> None:
    for call, truth in pairs(stream):
        if stream not in CLICKS | UNCLEAR_TALK:
            assert call.talk_seconds == pytest.approx(truth.talk_seconds, abs=1.0)
        if stream not in CLICKS | UNCLEAR_WAIT:
            assert call.wait_seconds == pytest.approx(truth.wait_seconds, abs=1.0)


@pytest.mark.parametrize("stream", TOLD)
def test_it_lasted_from_its_first_channel_to_its_last(stream: str) -> None:
    for call, truth in pairs(stream):
        assert call.ended_at is not None
        assert truth.ended_at is not None
        lasted = (truth.ended_at - truth.started_at).total_seconds()
        assert (call.ended_at - call.started_at).total_seconds() == pytest.approx(lasted, abs=1.0)
        began = datetime.fromtimestamp(int(call.linkedid.partition(".")[0]), UTC)
        assert call.started_at - began <= timedelta(seconds=1)


@pytest.mark.parametrize("stream", TOLD)
def test_every_call_is_marked_and_over(stream: str) -> None:
    assert all(call.is_recovered and call.status == "ended" for call in told(stream))


def test_nobody_can_tell_a_click_that_was_not_picked_up() -> None:
    assert [told(stream) for stream in UNTOLD] == [[]]


@pytest.mark.parametrize("stream", ["feature_codes", "unknown_did"])
def test_feature_codes_and_unknown_numbers_are_no_calls(stream: str) -> None:
    assert told(stream) == []


@pytest.mark.parametrize("stream", TOLD)
def test_the_order_of_the_rows_says_nothing(stream: str) -> None:
    rows = list(rows_of(stream))
    random.Random(stream).shuffle(rows)
    assert sorted(calls_of(rows), key=lambda call: call.linkedid) == told(stream)


@pytest.mark.parametrize("stream", TOLD)
def test_the_table_of_freepbx_tells_the_same_to_the_second(stream: str) -> None:
    calls = calls_of(as_in_freepbx(row) for row in rows_of(stream))
    for call, truth in zip(
        sorted(calls, key=lambda call: call.linkedid), told(stream), strict=True
    ):
        assert legs_of(call) == legs_of(truth)
        assert (call.call_id, call.result, call.did) == (truth.call_id, truth.result, truth.did)
        assert call.ended_at is not None
        assert truth.ended_at is not None
        assert abs(call.ended_at - truth.ended_at) <= timedelta(seconds=1)
        off = 2.0 if stream in UNCLEAR_TALK else 1.0
        assert call.talk_seconds == pytest.approx(truth.talk_seconds, abs=off)


def test_all_streams_of_a_day_in_one_file_are_the_same_calls() -> None:
    """Streams of one Asterisk run share its counters; names of channels come again later."""
    rows = [row for stream in TOLD for row in rows_of(stream)]
    every = {call.call_id: call for stream in TOLD for call in told(stream)}
    assert {call.call_id: call for call in calls_of(rows)} == every


def test_a_row_whose_linkedid_is_missing_is_found_by_its_channels() -> None:
    """Members of a queue are rung through Local channels with ids of their own."""
    stream = "queue_rrmemory_rna_then_answer"
    bare: list[Mapping[str, str]] = [{**row, "linkedid": ""} for row in rows_of(stream)]
    (call,) = calls_of(bare)
    assert legs_of(call) == [("106", "no_answer"), ("104", "answered")]
    assert call == told(stream)[0]


def test_streams_with_linkedids_are_among_these() -> None:
    assert sum(1 for stream in TOLD if any(row.get("linkedid") for row in rows_of(stream))) >= 15
    assert len(capture("direct_answered")) > 0
