"""Commands over a standing link: at most once, with an answer, and nothing but what was meant."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_core.calls.control import (
    ActionUnanswered,
    DialOrder,
    PbxRefused,
    PbxUnreachable,
    PickUpOrder,
    RingOrder,
)
from crm_core.kernel.bus import EventBus
from crm_core.kernel.errors import InvalidValue
from telephony import call_control
from telephony.ami_action import UnsafeAction
from telephony.ami_event import AmiEvent
from telephony.call_control import LinkControl
from telephony.link import PbxLink
from tests.fakes.pbx import FakePbx, Session, fake_pbx, frame
from tests.patience import PATIENCE_SECONDS

HANDLING = ("Hangup", "BlindTransfer", "Atxfer", "CancelAtxfer", "Park", "Originate")


class Log:
    def put(self, *_told: object) -> None:
        pass


def an_order(**values: object) -> RingOrder:
    usual: dict[str, object] = {
        "endpoint": "PJSIP/101",
        "caller_name": "Allo",
        "caller_number": "000",
        "ring_seconds": 20,
        "uniqueid": "allo-ring-1763000000.1",
    }
    return RingOrder(**{**usual, **values})  # type: ignore[arg-type]


@pytest.fixture
async def pbx() -> AsyncIterator[FakePbx]:
    async with fake_pbx() as pbx:
        yield pbx


@pytest.fixture
async def link(pbx: FakePbx, bus: EventBus, tmp_path: Path) -> PbxLink:
    return PbxLink(pbx.settings(), tape_directory=tmp_path, bus=bus, call_log=Log())


@pytest.fixture
async def control(pbx: FakePbx, link: PbxLink) -> AsyncIterator[LinkControl]:
    running = asyncio.create_task(link.run())
    await pbx.until(lambda: bool(pbx.asked("QueueStatus")))
    yield LinkControl({"main": link}.get)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_phone_is_rung_by_exactly_this_action(pbx: FakePbx, control: LinkControl) -> None:
    await control.originate("main", an_order())

    (action,) = pbx.asked("Originate")
    action.pop("ActionID")
    assert action == {
        "Action": "Originate",
        "Channel": "PJSIP/101",
        "Application": "Echo",
        "CallerID": '"Allo" <000>',
        "Timeout": "20000",
        "ChannelId": "allo-ring-1763000000.1",
        "Async": "true",
    }


async def test_a_refusal_is_told_in_the_pbxs_words(pbx: FakePbx, control: LinkControl) -> None:
    pbx.denied.add("Originate")

    with pytest.raises(PbxRefused, match="Permission denied"):
        await control.originate("main", an_order())


async def test_a_command_that_got_no_answer_is_never_sent_again(
    pbx: FakePbx, control: LinkControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang_up(_pbx: FakePbx, session: Session, _action: AmiEvent) -> None:
        session.writer.transport.abort()

    monkeypatch.setattr(call_control, "QUEUED_SECONDS", 2.0)
    pbx.answers["Originate"] = hang_up

    with pytest.raises(ActionUnanswered):
        await control.originate("main", an_order())
    await pbx.login(times=2)
    await pbx.until(lambda: len(pbx.asked("QueueStatus")) >= 2)

    assert len(pbx.asked("Originate")) == 1
    with pytest.raises(PbxUnreachable):
        await control.originate("south", an_order())


def a_click(**values: object) -> DialOrder:
    usual: dict[str, object] = {
        "extension": "101",
        "number": "+79161234567",
        "caller_name": 'Анна "<>\\',
        "ring_seconds": 30,
        "uniqueid": "allo-call-1763000000.1",
    }
    return DialOrder(**{**usual, **values})  # type: ignore[arg-type]


async def say_context(pbx: FakePbx, session: Session, action: AmiEvent) -> None:
    session.reply(action, Variable=action["Variable"], Value="agents")


async def test_a_click_dials_in_the_context_of_the_agents_phone(
    pbx: FakePbx, control: LinkControl
) -> None:
    pbx.answers["Getvar"] = say_context
    await control.dial("main", a_click())
    await control.dial("main", a_click())

    (asked,) = pbx.asked("Getvar")  # once: it is remembered
    assert asked["Variable"] == "PJSIP_ENDPOINT(101,context)"
    action = pbx.asked("Originate")[-1]
    action.pop("ActionID")
    assert action == {
        "Action": "Originate",
        "Channel": "PJSIP/101",
        "CallerID": '"Анна " <101>',
        "Timeout": "30000",
        "ChannelId": "allo-call-1763000000.1",
        "Async": "true",
        "Context": "agents",
        "Exten": "+79161234567",
        "Priority": "1",
    }


async def test_how_a_phone_is_rung_is_learnt_from_its_own_calls(
    pbx: FakePbx, control: LinkControl, link: PbxLink
) -> None:
    seen = frame(
        Event="Newchannel",
        Channel="SIP/102-1",
        Uniqueid="1763000000.1",
        Linkedid="1763000000.1",
        ChannelState="0",
        Context="office",
        Exten="s",
    )
    await pbx.say(seen)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while link.phones.context("102") is None:  # noqa: ASYNC110 - nobody tells of it
            await asyncio.sleep(0.01)
    pbx.denied.add("Getvar")
    await control.dial("main", a_click(extension="102"))
    await control.dial("main", a_click(extension="103"))

    (known, guessed) = pbx.asked("Originate")
    assert (known["Channel"], known["Context"]) == ("SIP/102", "office")
    assert (guessed["Channel"], guessed["Context"]) == ("PJSIP/103", "office")
    assert [one["Variable"] for one in pbx.asked("Getvar")] == ["PJSIP_ENDPOINT(103,context)"]


async def test_calls_that_go_on_are_handled_by_exactly_these_actions(
    pbx: FakePbx, control: LinkControl
) -> None:
    pbx.answers["Getvar"] = say_context
    own, client = "PJSIP/101-1", "PJSIP/provider-1"
    await control.hang_up("main", own)
    await control.transfer("main", own, "104", "blind")
    await control.transfer("main", own, "104", "attended")
    await control.cancel_transfer("main", own)
    await control.park("main", client, own)
    order = PickUpOrder(
        extension="103",
        channel="PJSIP/101-1",
        caller_name="+79161234567",
        ring_seconds=30,
        uniqueid="allo-call-1763000000.2",
    )
    await control.pick_up("main", order)

    told = [one for one in pbx.actions if one["Action"] in HANDLING]
    for action in told:
        action.pop("ActionID")
    where = {"Channel": own, "Context": "agents", "Exten": "104"}
    assert told == [
        {"Action": "Hangup", "Channel": own, "Cause": "16"},
        {"Action": "BlindTransfer", **where},
        {"Action": "Atxfer", **where},
        {"Action": "CancelAtxfer", "Channel": own},
        {"Action": "Park", "Channel": client, "TimeoutChannel": own},
        {
            "Action": "Originate",
            "Channel": "PJSIP/103",
            "CallerID": '"+79161234567" <103>',
            "Timeout": "30000",
            "ChannelId": "allo-call-1763000000.2",
            "Async": "true",
            "Application": "PickupChan",
            "Data": own,
        },
    ]


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.text())
async def test_no_exten_is_anything_but_a_number(
    pbx: FakePbx, control: LinkControl, number: str
) -> None:
    with contextlib.suppress(InvalidValue):
        await control.dial("main", a_click(number=number))
    with contextlib.suppress(InvalidValue):
        await control.transfer("main", "PJSIP/101-1", number, "blind")

    for action in pbx.actions:
        if "Exten" in action:
            assert re.fullmatch(r"\+?[0-9*#]{2,32}", action["Exten"], re.ASCII)


@pytest.mark.parametrize("field", ["endpoint", "caller_name", "caller_number", "uniqueid"])
async def test_no_value_becomes_another_action(
    pbx: FakePbx, control: LinkControl, field: str
) -> None:
    with pytest.raises(UnsafeAction):
        await control.originate("main", an_order(**{field: "x\r\nAction: Command"}))

    assert pbx.asked("Originate") == []
