"""What no recording shows yet, written by hand after the recorded orders of events."""

from datetime import timedelta

import pytest

from crm_core.kernel.call_facts import TEST_RING
from telephony.tracker import CallTracker, TrackerSettings
from telephony.tracker.names import call_id
from tests.unit.telephony.tracker.replay import START, Told, legs_of, tick
from tests.unit.telephony.tracker.script import (
    ANNA,
    BORIS,
    CLIENT,
    EPOCH,
    Script,
    client_calls,
    rings_at,
    talk_and_end,
)


def told_of(script: Script) -> Told:
    told = Told().feed(script.frames)
    assert told.tracker.errors == 0
    return told


def test_a_queue_that_times_out_into_another_is_answered_there() -> None:
    script = client_calls().up(CLIENT).say("QueueCallerJoin", CLIENT, Queue="sales")
    rings_at(script, ANNA).wait(5)
    script.say("QueueCallerAbandon", CLIENT, Queue="sales")
    script.dial_end(CLIENT, ANNA, "NOANSWER").dial_end(CLIENT, ANNA, "CANCEL")
    script.hang_up(ANNA, cause="0").say("QueueCallerLeave", CLIENT, Queue="sales")
    script.wait(0.1).say("QueueCallerJoin", CLIENT, Queue="support")
    rings_at(script, BORIS).wait(2).up(BORIS).dial_end(CLIENT, BORIS, "ANSWER")
    script.say("QueueCallerLeave", CLIENT, Queue="support")
    script.bridge("b1", BORIS, CLIENT).wait(4).asks_to_hang_up(CLIENT)
    call = told_of(script.leave("b1", CLIENT, BORIS).hang_up(CLIENT, BORIS)).call
    assert [(visit.name, visit.outcome) for visit in call.queues] == [
        ("sales", "timeout"),
        ("support", "answered"),
    ]
    assert (call.result, call.queue, call.handled_by) == ("answered", "support", "102")
    assert legs_of(call) == [("101", "no_answer"), ("102", "answered")]


def test_a_queue_that_gives_up_is_no_answer_even_if_nobody_could_ring() -> None:
    script = client_calls().up(CLIENT).say("QueueCallerJoin", CLIENT, Queue="sales").wait(20)
    script.say("QueueCallerAbandon", CLIENT, Queue="sales")
    script.say("QueueCallerLeave", CLIENT, Queue="sales").wait(5)
    call = told_of(script.hang_up(CLIENT)).call
    assert (call.result, call.queues[0].outcome) == ("no_answer", "timeout")


def test_up_of_the_clients_channel_is_no_answer() -> None:
    told = told_of(client_calls().up(CLIENT).wait(30))
    (live,) = told.tracker.live_calls()
    assert (live.status, live.answered_at) == ("ringing", None)


def test_an_announcement_that_ran_to_its_end_is_never_answered() -> None:
    call = told_of(client_calls().up(CLIENT).wait(12).hang_up(CLIENT)).call
    assert (call.result, call.talk_seconds, call.answered_at) == ("no_answer", 0, None)


def test_a_call_that_nothing_was_done_with_has_failed() -> None:
    assert told_of(client_calls().hang_up(CLIENT, cause="3")).call.result == "failed"


def test_a_phone_of_ours_that_never_rang_has_failed_when_it_times_out() -> None:
    script = client_calls().channel(ANNA, number="101", linked=CLIENT).dial(CLIENT, ANNA, "101")
    script.wait(12).dial_end(CLIENT, ANNA, "NOANSWER").hang_up(ANNA, CLIENT, cause="0")
    call = told_of(script).call
    assert (call.result, legs_of(call)) == ("failed", [("101", "failed")])
    assert call.legs[0].rang_at is None


def test_a_forward_to_a_mobile_is_a_leg_with_a_number() -> None:
    mobile = "PJSIP/provider-0000000d"
    script = client_calls().channel(mobile, number="s", linked=CLIENT)
    script.dial(CLIENT, mobile, "79991112233@provider").ring(mobile).wait(3)
    told = told_of(talk_and_end(script, mobile, 5))
    assert legs_of(told.call) == [("79991112233", "answered")]
    assert (told.call.result, told.call.handled_by) == ("answered", None)
    assert told.story() == ["ended"]


def test_local_channels_that_optimise_themselves_away_do_not_end_the_talk() -> None:
    one, two = "Local/101@floor-00000001;1", "Local/101@floor-00000001;2"
    script = client_calls().channel(one, exten="101", linked=CLIENT)
    script.channel(two, exten="101", linked=CLIENT).dial(CLIENT, one, "Local/101@floor")
    rings_at(script, ANNA, caller=two).ring(one).wait(2)
    script.up(ANNA).dial_end(two, ANNA, "ANSWER").up(two).up(one).dial_end(CLIENT, one, "ANSWER")
    script.bridge("b1", ANNA, two).bridge("b2", one, CLIENT).wait(0.4)
    script.leave("b2", CLIENT).leave("b1", two).bridge("b1", CLIENT).hang_up(two)
    script.leave("b2", one).hang_up(one).wait(6).asks_to_hang_up(ANNA)
    told = told_of(script.leave("b1", ANNA, CLIENT).hang_up(ANNA, CLIENT))
    assert told.story() == ["101 rings", "ended"]
    assert legs_of(told.call) == [("101", "answered")]
    assert told.call.talk_seconds == pytest.approx(6.4, abs=0.05)


def test_a_local_member_with_no_phone_behind_stands_in_for_the_extension() -> None:
    one, two = "Local/101@agents-00000001;1", "Local/101@agents-00000001;2"
    script = client_calls().up(CLIENT).say("QueueCallerJoin", CLIENT, Queue="sales")
    script.channel(one, exten="101", linked=CLIENT).channel(two, exten="101", linked=CLIENT)
    script.dial(CLIENT, one, "Local/101@agents/n").ring(one).wait(2)
    script.up(one).dial_end(CLIENT, one, "ANSWER").bridge("b1", one, CLIENT).wait(3)
    script.asks_to_hang_up(CLIENT).leave("b1", CLIENT, one)
    told = told_of(script.hang_up(CLIENT, one, two))
    assert told.story() == ["101 rings", "ended"]
    assert (legs_of(told.call), told.call.handled_by) == ([("101", "answered")], "101")


def test_a_number_learnt_late_is_shown_at_once() -> None:
    told = told_of(rings_at(client_calls(number="<unknown>"), ANNA))
    assert told.events[-1].call.is_withheld
    late = Script(START + timedelta(seconds=1)).channel(CLIENT, number="+79160000000")
    late.frames = [(at, {**ami, "Event": "NewCallerid"}) for at, ami in late.frames]
    told.feed(late.frames)
    assert told.events[-1].call.raw_number == "+79160000000"
    assert not told.events[-1].call.is_withheld
    assert told.events[-1].call.ringing_extensions == ("101",)


@pytest.mark.parametrize(
    "number", ["anonymous", "Anonymous", "<unknown>", "", "unknown", "Restricted", "0000000"]
)
def test_numbers_that_are_none_are_withheld(number: str) -> None:
    assert told_of(client_calls(number=number)).tracker.live_calls()[0].is_withheld


def test_the_clients_hangup_a_moment_after_a_refusal_means_that_nobody_decided() -> None:
    script = rings_at(client_calls(), ANNA).wait(5)
    script.asks_to_hang_up(ANNA, "21", "603").dial_end(CLIENT, ANNA, "NOANSWER").wait(0.05)
    call = told_of(script.asks_to_hang_up(CLIENT).hang_up(ANNA, CLIENT)).call
    assert (call.result, legs_of(call)) == ("abandoned", [("101", "cancelled")])


def test_a_call_asked_of_the_trunk_first_is_outbound_and_rings_a_card() -> None:
    script = Script().channel(CLIENT, number="s", ChannelState="0")
    script.dial("", CLIENT, "79161234567@provider").ring(CLIENT).wait(2).up(CLIENT)
    script.dial_end("", CLIENT, "ANSWER")
    told = told_of(talk_and_end(rings_at(script, ANNA).wait(1), ANNA, 4))
    assert (told.call.direction, told.call.raw_number) == ("outbound", "79161234567")
    assert told.story() == ["101 rings", "ended"]
    assert told.call.talk_seconds == pytest.approx(4, abs=0.05)


def test_a_group_dialled_by_a_colleague_keeps_the_number_that_was_dialled() -> None:
    caller = "PJSIP/104-00000001"
    script = Script().channel(caller, number="104", exten="600")
    rings_at(rings_at(script, ANNA, caller), BORIS, caller).wait(1)
    told = told_of(talk_and_end(script, BORIS, 3, caller))
    assert (told.call.direction, told.call.raw_number) == ("internal", "600")
    assert (told.call.placed_by, told.call.handled_by) == ("104", "102")


def test_a_trunk_that_is_down_makes_an_outbound_call_that_failed() -> None:
    script = Script().channel(ANNA, number="101", exten="89161234567").hang_up(ANNA, cause="34")
    script.say(
        "Cdr",
        UniqueID=script.uniqueid(ANNA),
        LastApplication="Dial",
        LastData="PJSIP/89161234567@provider,40,tT",
        Disposition="FAILED",
    )
    call = told_of(script).call
    assert (call.direction, call.result, call.raw_number, call.placed_by) == (
        "outbound",
        "failed",
        "89161234567",
        "101",
    )


def test_with_trunks_named_a_door_phone_is_neither_ours_nor_outside() -> None:
    settings = TrackerSettings("main", r"\d{3}", trunks=("PJSIP/provider",))
    door = "PJSIP/door-00000001"
    script = rings_at(Script().channel(door, number="door", exten="101"), ANNA, door)
    told = Told(CallTracker(settings)).feed(script.frames)
    (live,) = told.tracker.live_calls()
    assert (live.direction, live.placed_by, live.raw_number) == ("internal", None, "101")


def test_a_group_in_the_pattern_makes_two_endpoints_one_extension() -> None:
    settings = TrackerSettings("main", r"(\d{3})(?:-web)?")
    web = "PJSIP/101-web-0000000d"
    script = rings_at(client_calls(), ANNA)
    script.channel(web, number="101", linked=CLIENT).dial(CLIENT, web, "101-web").ring(web)
    told = Told(CallTracker(settings)).feed(talk_and_end(script, web, 3).hang_up(ANNA).frames)
    assert told.story() == ["101 rings", "ended"]
    assert told.call.legs[0].device == "PJSIP/101-web"


def test_settings_on_the_tape_replace_those_given() -> None:
    told = Told().feed([(START, {"Event": "AlloSettings", "ExtensionPattern": "x", "Trunks": ""})])
    told.feed(rings_at(client_calls(), ANNA).frames)
    assert told.story() == []


def test_a_clock_set_back_makes_no_negative_talk() -> None:
    script = rings_at(client_calls(), ANNA).wait(2).answer(CLIENT, ANNA, "b1").wait(30)
    script.wait(-3600).asks_to_hang_up(CLIENT).wait(1)
    call = told_of(script.leave("b1", CLIENT, ANNA).hang_up(CLIENT, ANNA)).call
    assert call.talk_seconds >= 0
    assert call.ended_at is not None
    assert call.ended_at >= call.started_at


def test_a_lost_hangup_is_made_up_for_by_the_calls_record() -> None:
    script = rings_at(client_calls(), ANNA).wait(1).answer(CLIENT, ANNA, "b1").wait(5)
    script.leave("b1", CLIENT, ANNA).hang_up(ANNA)
    script.say("Cdr", UniqueID=script.uniqueid(CLIENT), Disposition="ANSWERED")
    told = told_of(script)
    assert len(told.tracker.live_calls()) == 1
    told.feed(tick(script.at, 12))
    assert told.tracker.live_calls() == []
    assert (told.call.result, told.call.ended_at) == ("answered", script.at)


def test_a_call_of_which_nothing_was_heard_for_a_day_is_over() -> None:
    script = client_calls().up(CLIENT)
    told = told_of(script)
    told.feed(tick(script.at + timedelta(hours=23), 1))
    assert len(told.tracker.live_calls()) == 1
    told.feed(tick(script.at + timedelta(hours=25), 1))
    assert (told.call.status, told.call.is_recovered) == ("ended", True)


def test_a_late_word_of_a_call_that_ended_opens_no_ghost() -> None:
    script = talk_and_end(rings_at(client_calls(), ANNA).wait(1), ANNA, 2)
    frames = list(script.frames)
    told = told_of(script)
    told.feed((at + timedelta(seconds=30), ami) for at, ami in frames[-4:])
    assert told.tracker.live_calls() == []
    assert told.tracker.oldest_position() is None
    assert len(told.calls) == 1


def test_memory_is_bounded_by_living_calls() -> None:
    tracker, at = CallTracker(TrackerSettings("main")), START
    for number in range(2_000):
        script = talk_and_end(rings_at(client_calls(Script(at)), ANNA).wait(1), ANNA, 2)
        for moment, ami in script.frames:
            own = {k: v.replace("1772442000", str(1_500_000_000 + number)) for k, v in ami.items()}
            tracker.feed(own, moment, number)
        at = script.at
        tracker.take_changed()
    board = tracker._board
    assert (len(board.calls), len(board.bridges)) < (20, 1)
    assert len(board.channels) < 200
    assert len(board.by_name) == 0


def test_hours_of_ringing_in_a_queue_make_no_endless_list_of_legs() -> None:
    script = client_calls().up(CLIENT).say("QueueCallerJoin", CLIENT, Queue="sales")
    for attempt in range(50):
        phone = f"PJSIP/101-{attempt:08x}"
        rings_at(script, phone).wait(15).dial_end(CLIENT, phone, "NOANSWER").hang_up(phone)
    told = told_of(script)
    (live,) = told.tracker.live_calls()
    assert len(live.legs) == 8
    assert told.story().count("101 rings") == 50
    assert told.story().count("101 withdrawn: no_answer") == 50


def test_a_phone_that_hangs_up_in_the_moment_of_its_answer_has_spoken() -> None:
    script = rings_at(client_calls(), ANNA).wait(2)
    script.up(ANNA).dial_end(CLIENT, ANNA, "ANSWER").up(CLIENT).asks_to_hang_up(ANNA)
    script.bridge("b1", ANNA).leave("b1", ANNA)  # the client never came to stand in it
    told = told_of(script.hang_up(ANNA).hang_up(CLIENT))
    assert (told.call.result, told.call.handled_by, told.call.answered_at) == (
        "answered",
        "101",
        told.call.legs[0].answered_at,
    )


def test_a_caller_who_hangs_up_in_the_moment_of_the_answer_has_given_up() -> None:
    script = rings_at(client_calls(), ANNA).wait(2).asks_to_hang_up(CLIENT)
    script.up(ANNA).dial_end(CLIENT, ANNA, "ANSWER")
    script.bridge("b1", ANNA).leave("b1", ANNA)
    call = told_of(script.hang_up(CLIENT).hang_up(ANNA)).call
    assert (call.result, call.handled_by) == ("abandoned", None)


def test_a_phone_that_we_ring_as_a_test_shows_a_card_and_is_nobodys_own_click() -> None:
    linkedid = f"{TEST_RING}{EPOCH}.77"
    script = Script().channel(
        ANNA, ChannelState="0", Uniqueid=linkedid, Linkedid=linkedid, CallerIDNum="000"
    )
    script.dial("", ANNA).ring(ANNA)
    told = told_of(script)
    (live,) = told.tracker.live_calls()
    assert (live.direction, live.raw_number, live.placed_by) == ("internal", "Allo", None)
    assert live.ringing_extensions == ("101",)
    assert live.call_id == call_id("main", linkedid, START)

    script.wait(3).up(ANNA).dial_end("", ANNA, "ANSWER").wait(2).hang_up(ANNA)
    call = told_of(script).call
    assert (call.result, call.talk_seconds, call.handled_by) == ("answered", 2.0, "101")
    assert legs_of(call) == [("101", "answered")]


def test_a_test_ring_that_nobody_takes_is_no_answer() -> None:
    linkedid = f"{TEST_RING}{EPOCH}.78"
    script = Script().channel(ANNA, ChannelState="0", Uniqueid=linkedid, Linkedid=linkedid)
    script.dial("", ANNA).ring(ANNA).wait(20)
    call = told_of(script.dial_end("", ANNA, "NOANSWER").hang_up(ANNA, cause="0")).call
    assert (call.result, legs_of(call)) == ("no_answer", [("101", "no_answer")])
