"""Commands over a standing link: at most once, with an answer, and nothing but what was meant."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from crm_core.calls.control import ActionUnanswered, PbxRefused, PbxUnreachable, RingOrder
from crm_core.kernel.bus import EventBus
from telephony import call_control
from telephony.ami_action import UnsafeAction
from telephony.ami_event import AmiEvent
from telephony.call_control import LinkControl
from telephony.link import PbxLink
from tests.fakes.pbx import FakePbx, Session, fake_pbx


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
async def control(pbx: FakePbx, bus: EventBus, tmp_path: Path) -> AsyncIterator[LinkControl]:
    link = PbxLink(pbx.settings(), tape_directory=tmp_path, bus=bus, call_log=Log())
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


@pytest.mark.parametrize("field", ["endpoint", "caller_name", "caller_number", "uniqueid"])
async def test_no_value_becomes_another_action(
    pbx: FakePbx, control: LinkControl, field: str
) -> None:
    with pytest.raises(UnsafeAction):
        await control.originate("main", an_order(**{field: "x\r\nAction: Command"}))

    assert pbx.asked("Originate") == []
