"""Calls recorded from the office of the tests, each held against what its phones did."""

from collections.abc import Iterator
from typing import Any

import pytest

from crm_core.kernel.call_facts import CallSnapshot, CallStatus
from tests.unit.telephony.tracker.replay import ALL_CAPTURES, RECORDED, legs_of, replay, truth

OFFICE = tuple(name for name in ALL_CAPTURES if name not in RECORDED)

LEGS = {
    "direct_busy": [("101", "busy")],
    "direct_busy_without_ringing": [("101", "busy")],
    "direct_declined": [("101", "declined")],
    "direct_declined_without_ringing": [("101", "declined")],
    "direct_no_answer_voicemail": [("101", "no_answer")],
    "direct_unregistered": [("109", "failed")],
    "group_all_refuse": [("101", "busy"), ("102", "declined"), ("103", "failed")],
    "group_caller_hangs_up": [("101", "cancelled"), ("102", "cancelled"), ("103", "cancelled")],
    "group_one_declines_one_answers": [
        ("101", "declined"),
        ("102", "answered"),
        ("103", "answered_elsewhere"),
    ],
    "blind_refer_declined": [("101", "answered"), ("102", "declined")],
    "blind_refer_given_up": [("101", "answered"), ("102", "cancelled")],
    "click_not_picked_up": [("101", "no_answer")],
    "internal_declined": [("104", "declined")],
    "internal_given_up": [("104", "cancelled")],
    "internal_unregistered": [("109", "failed")],
    "outbound_busy": [("102", "busy")],
    "outbound_declined": [("102", "declined")],
    "outbound_given_up": [("102", "cancelled")],
    "outbound_no_answer": [("102", "no_answer")],
    "outbound_wrong_number": [("102", "failed")],
    "parked_and_retrieved": [("101", "answered"), ("102", "answered")],
    "pickup_answered": [("101", "answered_elsewhere"), ("103", "answered")],
    "queue_one_declines": [
        ("101", "declined"),
        ("102", "answered_elsewhere"),
        ("103", "answered"),
    ],
    "queue_timeout_voicemail": [
        ("101", "no_answer"),
        ("102", "no_answer"),
        ("101", "no_answer"),
        ("102", "no_answer"),
    ],
}


def facts_and_calls(name: str) -> Iterator[tuple[dict[str, Any], CallSnapshot]]:
    facts = truth(name)["calls"]
    told = [call for call in replay(name).calls.values() if call.merged_into is None]
    return zip(facts, sorted(told, key=lambda call: call.started_at), strict=True)


@pytest.mark.parametrize("name", OFFICE)
def test_as_many_calls_are_told_as_there_were_and_all_have_ended(name: str) -> None:
    for fact, call in facts_and_calls(name):
        assert call.status is CallStatus.ENDED
        assert call.direction == fact.get("direction", truth(name)["direction"])
        assert call.result in fact["outcome"].split(" or ")


@pytest.mark.parametrize("name", OFFICE)
def test_exactly_the_phones_that_rang_are_told_as_ringing(name: str) -> None:
    for fact, call in facts_and_calls(name):
        rang = {leg.extension for leg in call.legs if leg.rang_at}
        assert rang == {who for who in fact["rang"] if len(who) == 3}


@pytest.mark.parametrize("name", OFFICE)
def test_who_answered_is_who_spoke(name: str) -> None:
    for fact, call in facts_and_calls(name):
        answered_by = fact.get("answered_by", [])
        assert (call.answered_at is not None) == bool(answered_by)
        if call.direction != "outbound":
            assert call.handled_by == (answered_by[-1] if answered_by else None)


@pytest.mark.parametrize("name", OFFICE)
def test_numbers_queue_and_hold_are_right(name: str) -> None:
    for fact, call in facts_and_calls(name):
        assert call.raw_number == fact.get("callee", fact.get("caller"))
        assert (call.did, call.queue) == (fact.get("did"), fact.get("queue"))
        assert call.hold_seconds == pytest.approx(fact.get("hold_seconds", 0), abs=0.2)


@pytest.mark.parametrize("name", LEGS)
def test_each_leg_says_what_its_phone_did(name: str) -> None:
    assert legs_of(replay(name).call) == LEGS[name]


@pytest.mark.parametrize("name", OFFICE)
def test_every_card_is_withdrawn_or_answered(name: str) -> None:
    told = replay(name)
    for call in told.calls.values():
        assert call.ringing_extensions == ()
    rang = sum(line.endswith("rings") for line in told.story())
    withdrawn = sum("withdrawn" in line for line in told.story())
    legs = [leg for call in told.calls.values() for leg in call.legs]
    answered = sum(bool(leg.rang_at and leg.answered_at) for leg in legs)
    own_clicks = sum(bool(fact.get("click")) for fact in truth(name)["calls"])
    assert rang == withdrawn + answered - (own_clicks if answered else 0)


@pytest.mark.parametrize("name", OFFICE)
def test_calls_passed_on_say_by_whom_and_to_whom(name: str) -> None:
    for fact, call in facts_and_calls(name):
        expected = [
            (t["type"], t["from"] or None, t["to"], "completed" if t.get("ok", True) else "failed")
            for t in fact.get("transfers", [])
        ]
        told = [(t.kind, t.by, t.to, t.outcome) for t in call.transfers if t.kind != "pickup"]
        assert told == expected


def test_a_consultation_on_a_second_line_is_folded_into_the_clients_call() -> None:
    told = replay("attended_refer_answered")
    (folded,) = [call for call in told.calls.values() if call.merged_into]
    client = told.call
    assert folded.merged_into == client.call_id
    assert (folded.direction, folded.status) == ("internal", "ended")
    assert legs_of(client) == [("101", "answered"), ("102", "answered")]
    assert client.handled_by == "102"
    assert client.talk_seconds == pytest.approx(4.5, abs=0.1)


def test_a_pickup_is_told_with_the_one_who_took_the_call() -> None:
    told = replay("pickup_answered")
    assert told.story() == ["101 rings", "101 withdrawn: answered_elsewhere by 103", "ended"]
    assert [(t.kind, t.by, t.outcome) for t in told.call.transfers] == [
        ("pickup", "103", "completed")
    ]


def test_feature_codes_and_echo_tests_make_no_call() -> None:
    assert replay("feature_codes").calls == {}


@pytest.mark.parametrize("name", ["two_devices_second_answers", "two_devices_one_declines"])
def test_two_devices_of_one_extension_are_one_card_and_one_leg(name: str) -> None:
    told = replay(name)
    assert told.story() == ["101 rings", "ended"]
    (leg,) = told.call.legs
    assert leg.device is not None
    assert leg.device.startswith("PJSIP/101/sip:101@")


def test_a_queue_that_times_out_is_no_abandonment() -> None:
    call = replay("queue_timeout_voicemail").call
    assert [visit.outcome for visit in call.queues] == ["timeout"]
    assert call.result == "voicemail"


def test_a_second_call_during_a_talk_is_a_call_of_its_own() -> None:
    one, two = sorted(
        replay("second_call_while_talking").calls.values(), key=lambda call: call.started_at
    )
    assert (one.result, two.result) == ("answered", "abandoned")


def test_the_same_pair_of_numbers_twice_at_once_is_two_calls() -> None:
    calls = replay("same_client_twice").calls.values()
    assert {call.raw_number for call in calls} == {"+79161234567"}
    assert len({call.call_id for call in calls}) == 2
