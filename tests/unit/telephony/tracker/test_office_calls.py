"""Calls recorded from the office of the tests, each held against what its phones did."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from crm_core.kernel.call_facts import CallSnapshot, CallStatus
from tests.unit.telephony.tracker.office_legs import LEGS
from tests.unit.telephony.tracker.replay import (
    ALL_CAPTURES,
    RECORDED,
    START,
    legs_of,
    phones,
    replay,
    truth,
)

OFFICE = tuple(name for name in ALL_CAPTURES if name not in RECORDED)
BY_FEATURE_CODE = ("feature_", "ami_attended")
"""While an agent presses keys and asks, the client hears music, of which no phone knows."""

TWO_PHONES_ONE_LEG = ("two_devices_second_answers", "two_devices_one_declines")
ONE_PHONE_ONE_LEG = tuple(name for name in OFFICE if name not in TWO_PHONES_ONE_LEG)


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
        rang = {leg.extension for leg in call.legs if leg.extension and leg.rang_at}
        assert rang == {who for who in fact["rang"] if len(who) == 3}


@pytest.mark.parametrize("name", OFFICE)
def test_who_answered_is_who_spoke(name: str) -> None:
    for fact, call in facts_and_calls(name):
        answered_by = fact.get("answered_by", [])
        outside = [each for each in fact.get("outside", ()) if each["outcome"] == "answered"]
        assert (call.answered_at is not None) == bool(answered_by or outside)
        if call.direction != "outbound":
            assert call.handled_by == (answered_by[-1] if answered_by else None)
        elif answered_by:
            assert call.handled_by == fact.get("handled_by", fact["agent"])


@pytest.mark.parametrize("name", OFFICE)
def test_outside_numbers_that_were_rung_for_the_caller_are_legs(name: str) -> None:
    for fact, call in facts_and_calls(name):
        outside = [(leg.raw_number, leg.outcome) for leg in call.legs if leg.raw_number]
        assert outside == [(each["number"], each["outcome"]) for each in fact.get("outside", ())]


@pytest.mark.parametrize("name", OFFICE)
def test_stays_in_queues_are_told_in_order_with_what_came_of_them(name: str) -> None:
    for fact, call in facts_and_calls(name):
        if "queues" in fact:
            assert [[visit.name, visit.outcome] for visit in call.queues] == fact["queues"]


@pytest.mark.parametrize("name", ONE_PHONE_ONE_LEG)
def test_each_leg_rang_answered_and_ended_when_its_phone_did(name: str) -> None:
    legs = [
        leg for call in replay(name).calls.values() if not call.merged_into for leg in call.legs
    ]
    for phone in phones(name):
        if phone["leg"] != "terminating" or "ringing" not in phone or phone["phone"] == "provider":
            continue
        own = [leg for leg in legs if leg.extension == phone["phone"]]
        leg = next(leg for leg in own if is_about(leg.rang_at, phone["ringing"]))
        legs.remove(leg)
        assert (leg.answered_at is not None) == ("up" in phone)
        if "up" in phone:
            assert is_about(leg.answered_at, phone["up"])
        if "over" in phone:
            assert is_about(leg.ended_at, phone["over"])


def is_about(moment: datetime | None, seconds: float) -> bool:
    """Whether a phone's clock and the PBX's word agree: within the time of a few frames."""
    return moment is not None and abs((moment - START).total_seconds() - seconds) < 0.15


@pytest.mark.parametrize("name", OFFICE)
def test_numbers_queue_and_hold_are_right(name: str) -> None:
    for fact, call in facts_and_calls(name):
        assert call.raw_number == fact.get("callee", fact.get("caller"))
        assert (call.did, call.queue) == (fact.get("did"), fact.get("queue"))
        if not name.startswith(BY_FEATURE_CODE):
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
    answered = sum(bool(leg.extension and leg.rang_at and leg.answered_at) for leg in legs)
    own_clicks = sum(bool(fact.get("click")) for fact in truth(name)["calls"])
    assert rang == withdrawn + answered - (own_clicks if answered else 0)


def came_of(transfer: dict[str, Any]) -> str:
    return str(transfer.get("outcome", "completed" if transfer.get("ok", True) else "failed"))


@pytest.mark.parametrize("name", OFFICE)
def test_calls_passed_on_say_by_whom_and_to_whom(name: str) -> None:
    for fact, call in facts_and_calls(name):
        expected = [
            (t["type"], t["from"] or None, t["to"], came_of(t)) for t in fact.get("transfers", [])
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


def test_a_call_that_nobody_took_comes_back_to_who_passed_it_on_with_a_card() -> None:
    told = replay("feature_attended_recalled")
    assert told.story() == [
        "101 rings",
        "102 rings",
        "102 withdrawn: no_answer",
        "101 rings",
        "ended",
    ]


def test_two_clients_who_are_joined_stay_two_calls() -> None:
    calls = replay("two_clients_joined").calls.values()
    assert [call.merged_into for call in calls] == [None, None]
    assert {call.handled_by for call in calls} == {"101"}


def test_a_consultation_with_an_outside_number_is_part_of_the_clients_call() -> None:
    told = replay("attended_refer_outside")
    (folded,) = [call for call in told.calls.values() if call.merged_into]
    assert (folded.direction, folded.recordings) == ("outbound", ())
    assert len(told.call.recordings) == 1
    assert told.call.talk_seconds == pytest.approx(5.52, abs=0.1)


def test_everybody_in_a_meeting_with_a_client_speaks_with_that_client() -> None:
    call = replay("conference_with_client").call
    assert [round(leg.talk_seconds) for leg in call.legs] == [3, 3]
    assert call.talk_seconds == pytest.approx(3.52, abs=0.1)


def test_a_supervisor_who_listens_is_no_party_to_the_call() -> None:
    told = replay("listened_to")
    assert [leg.extension for leg in told.call.legs] == ["101"]
    assert told.story() == ["101 rings", "ended"]


def test_a_phone_that_sends_its_callers_on_has_refused_unless_somebody_answers() -> None:
    told = replay("forwarded_to_colleague")
    assert told.story()[:3] == ["101 rings", "101 withdrawn: declined", "102 rings"]
