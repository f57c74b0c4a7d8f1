"""Actions: sent at most once, always answered or given up, never more than what was meant."""

import pytest

from telephony.ami_action import UnsafeAction
from telephony.ami_client import LinkState
from telephony.ami_event import AmiEvent
from telephony.errors import ActionUnanswered, PbxUnreachable
from tests.fakes.pbx import FakePbx, Session, fake_pbx, frame
from tests.integration.telephony.ami_listening import following


async def test_an_action_that_nobody_answered_is_never_sent_again() -> None:
    async def hang_up(pbx: FakePbx, _session: Session, _action: AmiEvent) -> None:
        pbx.hang_up()

    async with fake_pbx() as pbx, following(pbx) as heard:
        pbx.answers["Originate"] = hang_up
        await heard.up()
        with pytest.raises(ActionUnanswered):
            await heard.client.call({"Action": "Originate", "Channel": "PJSIP/101"})
        await pbx.login(times=2)
        await heard.up()
        await heard.client.call({"Action": "Ping"})

        assert len(pbx.asked("Originate")) == 1


async def test_an_answer_that_never_comes_ends_the_waiting() -> None:
    async def say_nothing(_pbx: FakePbx, _session: Session, _action: AmiEvent) -> None:
        return

    async with fake_pbx() as pbx, following(pbx) as heard:
        pbx.answers["Redirect"] = say_nothing
        await heard.up()
        with pytest.raises(ActionUnanswered):
            await heard.client.call({"Action": "Redirect"}, timeout=0.05)

        assert heard.client.state is LinkState.UP
        assert heard.counters.actions_unanswered == 1


async def test_a_late_answer_is_nobodys() -> None:
    late: list[AmiEvent] = []

    async def remember(_pbx: FakePbx, _session: Session, action: AmiEvent) -> None:
        late.append(action)

    async with fake_pbx() as pbx, following(pbx) as heard:
        pbx.answers["Redirect"] = remember
        await heard.up()
        with pytest.raises(ActionUnanswered):
            await heard.client.call({"Action": "Redirect"}, timeout=0.05)
        pbx.sessions[0].reply(late[0])
        reply = await heard.client.call({"Action": "Hangup"})

        assert reply.is_success


async def test_a_list_comes_whole() -> None:
    async with fake_pbx() as pbx, following(pbx) as heard:
        pbx.channels = [{"Channel": f"PJSIP/10{number}-1"} for number in range(3)]
        await heard.up()
        reply = await heard.client.call({"Action": "CoreShowChannels"})

        assert reply.is_success
        assert [item["Channel"] for item in reply.items] == [
            "PJSIP/100-1",
            "PJSIP/101-1",
            "PJSIP/102-1",
        ]


async def test_a_link_that_breaks_in_the_middle_of_a_list_ends_the_waiting() -> None:
    async def half_a_list(pbx: FakePbx, session: Session, action: AmiEvent) -> None:
        session.reply(action, EventList="start")
        session.write(frame(Event="CoreShowChannel", ActionID=action["ActionID"], Channel="1"))
        await session.writer.drain()
        pbx.answers.clear()
        session.writer.close()

    async with fake_pbx() as pbx, following(pbx) as heard:
        pbx.answers["CoreShowChannels"] = half_a_list
        await heard.up()
        with pytest.raises(ActionUnanswered):
            await heard.client.call({"Action": "CoreShowChannels"})
        await pbx.login(times=2)
        await heard.up()

        assert (await heard.client.call({"Action": "CoreShowChannels"})).items == ()


async def test_nothing_is_sent_without_a_link() -> None:
    async with fake_pbx() as pbx:
        async with following(pbx) as heard:
            await heard.up()
        with pytest.raises(PbxUnreachable):
            await heard.client.call({"Action": "Originate"})

        assert pbx.asked("Originate") == []


async def test_a_value_with_a_line_end_is_refused_and_the_link_stays() -> None:
    async with fake_pbx() as pbx, following(pbx) as heard:
        await heard.up()
        with pytest.raises(UnsafeAction):
            await heard.client.call({"Action": "Originate", "Channel": "x\r\nAction: Command"})
        reply = await heard.client.call({"Action": "Hangup"})

        assert reply.is_success
        assert pbx.asked("Originate") == []
