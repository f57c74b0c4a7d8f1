"""Rows as other PBXes write them, FreePBX above all: what is a call, whose, and what is none."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from crm_core.kernel.call_facts import TEST_RING, CallSnapshot
from tests.unit.telephony.call_records.recorded import calls_of
from tests.unit.telephony.tracker.replay import legs_of

BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EPOCH = int(BEGAN.timestamp())
CALLER = "79161234567"

Row = Mapping[str, str]


def row(
    channel: str,
    called: str = "",
    *,
    at: int = 0,
    seconds: int = 10,
    app: str = "Dial",
    data: str = "",
    answer: str = "NO ANSWER",
    **more: str,
) -> Row:
    """What the PBX wrote, `at` seconds after the call began, of its channel number one."""
    began = BEGAN + timedelta(seconds=at)
    return {
        "calldate": began.strftime("%Y-%m-%d %H:%M:%S"),
        "clid": f'"" <{CALLER}>',
        "src": CALLER,
        "dst": "101",
        "channel": channel,
        "dstchannel": called,
        "lastapp": app,
        "lastdata": data,
        "duration": str(seconds),
        "billsec": str(seconds if answer == "ANSWERED" else 0),
        "disposition": answer,
        "uniqueid": f"{EPOCH}.1",
        "linkedid": f"{EPOCH}.1",
        **more,
    }


TRUNK = "PJSIP/provider-00000001"


def only(*rows: Row) -> CallSnapshot:
    (call,) = calls_of(rows)
    return call


def test_a_queue_of_freepbx_rings_its_members_through_local_channels() -> None:
    call = only(
        row(TRUNK, "Local/101@from-queue-00000001;1", app="Queue", data="400,t,,,300", did="700"),
        row(
            "Local/101@from-queue-00000001;2",
            "PJSIP/101-00000002",
            data="PJSIP/101/sip:101@10.0.0.7:5060,,HhTtr",
            uniqueid=f"{EPOCH}.3",
        ),
        row(
            TRUNK,
            "Local/102@from-queue-00000002;1",
            at=12,
            seconds=40,
            app="Queue",
            data="400,t,,,300",
            answer="ANSWERED",
            did="700",
        ),
        row(
            "Local/102@from-queue-00000002;2",
            "PJSIP/102-00000003",
            at=12,
            seconds=40,
            answer="ANSWERED",
            billsec="35",
            uniqueid=f"{EPOCH + 12}.6",
        ),
    )
    assert legs_of(call) == [("101", "no_answer"), ("102", "answered")]
    assert [(one.name, one.outcome) for one in call.queues] == [("400", "answered")]
    assert (call.did, call.handled_by, call.talk_seconds) == ("700", "102", 35.0)
    assert call.wait_seconds == 17.0


def test_a_queue_that_gives_up_passes_the_caller_on() -> None:
    call = only(
        row(TRUNK, "PJSIP/101-00000002", app="Queue", data="sales,t,,,20", seconds=20),
        row(TRUNK, at=20, app="Playback", data="all-busy", answer="ANSWERED"),
    )
    assert [(one.name, one.outcome) for one in call.queues] == [("sales", "timeout")]
    assert call.result == "no_answer"


def test_two_queues_after_one_another_are_two_stays() -> None:
    call = only(
        row(TRUNK, "PJSIP/101-00000002", app="Queue", data="sales,t,,,20", seconds=20),
        row(TRUNK, "PJSIP/102-00000003", at=20, app="Queue", data="spare,t,,,60", seconds=9),
    )
    assert [(one.name, one.outcome) for one in call.queues] == [
        ("sales", "timeout"),
        ("spare", "abandoned"),
    ]
    assert (call.queue, call.result) == ("spare", "abandoned")


def test_a_caller_who_leaves_in_the_menu_has_abandoned() -> None:
    call = only(row(TRUNK, app="WaitExten", data="10", dst="s", did="74950000700"))
    assert (call.result, call.did, call.legs) == ("abandoned", "74950000700", ())


def test_voicemail_is_told_and_its_place_in_the_dialplan_is_no_number() -> None:
    call = only(
        row(TRUNK, "PJSIP/101-00000002", data="PJSIP/101,15", seconds=15, dst="vmu101"),
        row(TRUNK, at=15, app="VoiceMail", data='101@default,u""', dst="vmu101"),
    )
    assert (call.result, call.did) == ("voicemail", None)
    assert legs_of(call) == [("101", "no_answer")]


def test_follow_me_reaches_an_outside_number_for_the_caller() -> None:
    call = only(
        row(TRUNK, "Local/FMGL-79165550000#@from-internal-00000001;1", answer="ANSWERED"),
        row(
            "Local/FMGL-79165550000#@from-internal-00000001;2",
            "PJSIP/provider-00000004",
            data="PJSIP/79165550000@provider,300",
            answer="ANSWERED",
            billsec="6",
            uniqueid=f"{EPOCH}.4",
        ),
    )
    assert call.direction == "inbound"
    assert legs_of(call) == [("79165550000", "answered")]
    assert (call.raw_number, call.handled_by) == (CALLER, None)


def test_an_outside_caller_who_shows_one_of_our_numbers_is_an_outside_caller() -> None:
    call = only(row(TRUNK, "PJSIP/101-00000002", src="104", clid='"" <104>'))
    assert (call.direction, call.raw_number) == ("inbound", "104")


def test_a_second_line_that_takes_the_call_makes_it_one_call() -> None:
    ours, number = "PJSIP/102-00000001", "89165550000"
    call = only(
        row(ours, "PJSIP/provider2-00000002", answer="CONGESTION", seconds=1, dst=number),
        row(ours, "PJSIP/provider-00000003", at=1, answer="ANSWERED", data=DIALS, dst=number),
    )
    assert call.direction == "outbound"
    assert (call.raw_number, call.result, call.placed_by) == ("89165550000", "answered", "102")


DIALS = "PJSIP/89165550000@provider,300"


@pytest.mark.parametrize(
    "rows",
    [
        [row("PJSIP/101-00000001", app="Echo", dst="999", answer="ANSWERED")],
        [row("PJSIP/101-00000001", app="VoiceMailMain", dst="*97", answer="ANSWERED")],
        [row("PJSIP/101-00000001", app="Pickup", dst="*8")],
        [row("PJSIP/101-00000001", app="ParkedCall", dst="701", answer="ANSWERED")],
        [row("PJSIP/101-00000001", app="Playback", dst="0", answer="ANSWERED")],
        [row("Local/104@queue-members-00000001;2", "PJSIP/104-00000002", answer="ANSWERED")],
        [row("Local/1@x-00000001;1", app="Wait"), row("Local/1@x-00000001;2", app="Wait")],
        [row("Surrogate/x-00000001", app="Playback")],
        [
            row(
                "PJSIP/101-00000001",
                "PJSIP/102-00000002",
                uniqueid=f"{TEST_RING}1",
                linkedid=f"{TEST_RING}1",
            )
        ],
    ],
)
def test_what_nobody_would_name_a_call_is_none(rows: list[Row]) -> None:
    assert calls_of(rows) == []


def test_names_of_channels_come_again_after_a_restart_of_the_pbx() -> None:
    rows = [
        row(TRUNK, "PJSIP/101-00000002", answer="ANSWERED"),
        row(
            TRUNK,
            "PJSIP/101-00000002",
            at=60,
            answer="ANSWERED",
            uniqueid=f"{EPOCH + 60}.1",
            linkedid=f"{EPOCH + 60}.1",
        ),
    ]
    assert len(calls_of(rows)) == 2


def test_an_agent_who_stays_on_the_line_between_two_callers_has_two_calls() -> None:
    """A member who is logged in by a call has one channel for all whom he answers."""
    rows = [
        row(TRUNK, "PJSIP/101-00000009", answer="ANSWERED", app="Queue", data="sales"),
        row(
            "PJSIP/provider-00000005",
            "PJSIP/101-00000009",
            at=11,
            answer="ANSWERED",
            app="Queue",
            data="sales",
            uniqueid=f"{EPOCH + 5}.5",
            linkedid=f"{EPOCH + 5}.5",
        ),
    ]
    assert len(calls_of(rows)) == 2


def test_hostile_text_is_text() -> None:
    call = only(
        row(
            TRUNK,
            "PJSIP/101-00000002",
            src="<script>" * 40,
            clid='"\x00Robert\r\n; DROP" <1>',
            lastdata=",,,,\x00" * 50,
            linkedid=f"{EPOCH}.1",
        )
    )
    assert len(call.raw_number or "") <= 80
    assert call.caller_name is not None
    assert "\x00" not in call.caller_name
