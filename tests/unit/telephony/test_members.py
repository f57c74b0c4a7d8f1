"""Queue members: who answers which queue, told whole whenever people would see a difference."""

from datetime import UTC, datetime

import pytest

from crm_core.kernel.events import QueueMemberFact
from telephony.ami_event import AmiEvent
from telephony.members import QueueMembers
from telephony.tracker.names import TrackerSettings

NOON = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def member(event: str, number: str = "101", **values: str) -> AmiEvent:
    told = {
        "Event": event,
        "Queue": "sales",
        "MemberName": f"Anna {number}",
        "Interface": f"PJSIP/{number}",
        "StateInterface": f"PJSIP/{number}",
        "Status": "1",
        "Paused": "0",
        "PausedReason": "",
    }
    return told | values


class Told:
    def __init__(self) -> None:
        self.members = QueueMembers(TrackerSettings(pbx="main", trunks=("PJSIP/provider",)))

    def say(self, *events: AmiEvent) -> tuple[QueueMemberFact, ...] | None:
        changes = [self.members.feed(event, NOON) for event in events]
        return changes[-1].members if changes[-1] else None


def test_the_list_is_told_when_it_is_whole() -> None:
    told = Told()

    assert told.say(member("QueueMember", "101")) is None
    listed = told.say(member("QueueMember", "102"), {"Event": "QueueStatusComplete"})

    assert listed is not None
    assert [(one.queue, one.extension) for one in listed] == [("sales", "101"), ("sales", "102")]
    assert told.say(member("QueueMember", "101"), {"Event": "QueueStatusComplete"}) is not None


def test_a_pause_is_told_with_its_reason_and_a_ringing_phone_is_not() -> None:
    told = Told()
    told.say(member("QueueMember"), {"Event": "QueueStatusComplete"})

    assert told.say(member("QueueMemberStatus", Status="6")) is None
    (paused,) = told.say(member("QueueMemberPause", Paused="1", PausedReason="обед")) or ()
    assert (paused.is_paused, paused.pause_reason) == (True, "обед")
    (back,) = told.say(member("QueueMemberPause")) or ()
    assert (back.is_paused, back.pause_reason) == (False, None)


def test_a_phone_that_is_gone_is_told_and_so_is_a_member_who_leaves() -> None:
    told = Told()
    told.say(member("QueueMember"), {"Event": "QueueStatusComplete"})

    (gone,) = told.say(member("QueueMemberStatus", Status="5")) or ()
    assert not gone.is_reachable
    assert told.say(member("QueueMemberRemoved")) == ()


def test_a_local_member_is_known_by_the_phone_behind_it() -> None:
    told = Told()
    local = member("QueueMemberAdded", Interface="Local/104@agents/n", StateInterface="PJSIP/104")

    (one,) = told.say(local) or ()

    assert one.extension == "104"


def test_what_is_no_member_changes_nothing() -> None:
    told = Told()

    for event in ({"Event": "QueueMemberStatus"}, {"Event": "QueueMemberRemoved", "Queue": "x"}):
        assert told.say(event) is None


@pytest.mark.parametrize(
    ("interface", "state_interface"),
    [
        ("PJSIP/104", "PJSIP/104"),
        ("SIP/104", "SIP/104"),
        ("IAX2/104", ""),
        ("Local/104@from-queue/n", "hint:104@ext-local"),
        ("Local/104@queue-members/n", "PJSIP/104"),
        ("Local/104@queue-members", ""),
    ],
)
def test_whatever_a_queue_calls_a_member_it_is_the_agent_at_that_phone(
    interface: str, state_interface: str
) -> None:
    """And by that very name the queue is asked to pause it."""
    told = Told()
    added = member("QueueMemberAdded", Interface=interface, StateInterface=state_interface)

    (one,) = told.say(added) or ()

    assert (one.extension, one.interface) == ("104", interface)


def test_every_list_is_told_though_nothing_differs_from_what_is_known() -> None:
    """Nobody knows what was missed before it, and after a restart views know nothing at all."""
    told = Told()
    told.say(member("QueueMember"), {"Event": "QueueStatusComplete"})

    event = told.members.feed(member("QueueMember"), NOON)
    again = told.members.feed({"Event": "QueueStatusComplete"}, NOON)

    assert event is None
    assert again is not None
    assert (again.is_listed, len(again.members)) == (True, 1)


def test_an_extension_is_dialled_as_its_queue_says_a_phone_before_a_local_channel() -> None:
    told = Told()
    hinted = member(
        "QueueMember", "102", Interface="Local/102@members/n", StateInterface="hint:102"
    )
    local = member("QueueMember", "103", Interface="Local/103@members/n")
    told.say(member("QueueMember", "101"), hinted, local, {"Event": "QueueStatusComplete"})

    dialled = [told.members.interface_of(extension) for extension in ("101", "102", "103", "104")]

    assert dialled == ["PJSIP/101", "Local/102@members/n", "PJSIP/103", None]
