"""The AMI connection against a PBX that behaves badly, on a real socket."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from telephony.ami_action import UnsafeAction
from telephony.ami_client import AmiClient, LinkState, LinkTiming
from telephony.ami_event import AmiEvent, parse_frame
from telephony.counters import LinkCounters
from telephony.errors import ActionUnanswered, PbxUnreachable
from telephony.pbx_settings import PbxSettings
from tests.fakes.pbx import FakePbx, Session, fake_pbx, frame

QUICK = LinkTiming(
    connect=2.0,
    ping_every=0.05,
    silence=0.4,
    first_retry=0.02,
    longest_retry=0.05,
    refused_retry=30.0,
)


@dataclass
class Heard:
    """What one client has told, with a way to wait for it."""

    events: list[AmiEvent] = field(default_factory=list)
    states: list[tuple[LinkState, str]] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    raises_on: str = ""
    client: "PausingClient" = field(init=False)
    counters: LinkCounters = field(default_factory=LinkCounters)

    def take(self, frames: list[bytes]) -> None:
        self.changed.set()
        for raw in frames:
            ami = parse_frame(raw)
            self.events.append(ami)
            if self.raises_on and ami["Event"] == self.raises_on:
                raise RuntimeError("the handler of this event is broken")

    def state(self, state: LinkState, reason: str) -> None:
        self.states.append((state, reason))
        self.changed.set()

    async def until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not is_so():
                self.changed.clear()
                await self.changed.wait()

    async def up(self) -> None:
        await self.until(lambda: self.client.state is LinkState.UP)

    def names(self) -> list[str]:
        return [ami["Event"] for ami in self.events if ami["Event"] != "FullyBooted"]

    def channels(self) -> list[str]:
        return [ami["Channel"] for ami in self.events if "Channel" in ami]


class PausingClient(AmiClient):
    """Tells how long it means to wait before it tries again."""

    def __init__(self, heard: Heard, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.pauses: list[float] = []
        self._heard = heard

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self._heard.changed.set()
        await super()._pause(seconds)


def client(
    kind: type[PausingClient], heard: Heard, settings: PbxSettings, timing: LinkTiming
) -> PausingClient:
    async def nothing() -> None:
        return

    return kind(
        heard,
        settings,
        heard.take,
        on_state=heard.state,
        on_up=nothing,
        counters=heard.counters,
        timing=timing,
    )


@contextlib.asynccontextmanager
async def following(
    pbx: FakePbx, timing: LinkTiming = QUICK, **settings: object
) -> AsyncIterator[Heard]:
    heard = Heard()
    heard.client = client(PausingClient, heard, pbx.settings(**settings), timing)
    async with asyncio.TaskGroup() as workers:
        running = workers.create_task(heard.client.run())
        yield heard
        running.cancel()


def ringing(number: int, name: str = "Anna") -> bytes:
    return frame(Event="Newchannel", Channel=f"PJSIP/101-{number:08x}", CallerIDName=name)


async def test_a_handler_that_raises_costs_neither_the_link_nor_the_events_after_it() -> None:
    async with fake_pbx() as pbx, following(pbx) as heard:
        heard.raises_on = "Hangup"
        await heard.up()
        await pbx.say(frame(Event="Hangup", Channel="1"))
        await heard.until(lambda: "Hangup" in heard.names())
        await pbx.say(ringing(1))
        await heard.until(lambda: "Newchannel" in heard.names())

        assert heard.client.state is LinkState.UP
        assert pbx.connections == 1


async def test_a_message_cut_at_every_byte_arrives_whole() -> None:
    message = ringing(1, "Анна Петрова")
    async with fake_pbx() as pbx, following(pbx) as heard:
        await heard.up()
        for cut in range(1, len(message)):
            await pbx.say(message[:cut], message[cut:])
        await heard.until(lambda: len(heard.names()) == len(message) - 1)

        assert {ami.get("CallerIDName") for ami in heard.events if "Channel" in ami} == {
            "Анна Петрова"
        }


async def test_a_name_in_an_encoding_of_its_own_is_read() -> None:
    old = "Event: Newchannel\r\nChannel: 1\r\nCallerIDName: Пётр Ильич\r\n\r\n".encode("cp1251")
    async with fake_pbx() as pbx, following(pbx) as heard:
        await heard.up()
        await pbx.say(old + ringing(2, "Анна"))
        await heard.until(lambda: len(heard.names()) == 2)

        assert [ami["CallerIDName"] for ami in heard.events[-2:]] == ["Пётр Ильич", "Анна"]


async def test_a_stray_empty_line_loses_no_message() -> None:
    async with fake_pbx() as pbx, following(pbx) as heard:
        await heard.up()
        await pbx.say(ringing(1) + b"\r\n" + frame(Event="Hangup", Channel="1") + b"\r\n\r\n\r\n")
        await pbx.say(ringing(2))
        await heard.until(lambda: len(heard.names()) == 3)

        assert heard.names() == ["Newchannel", "Hangup", "Newchannel"]


async def test_events_keep_their_order() -> None:
    async with fake_pbx() as pbx, following(pbx) as heard:
        await heard.up()
        for number in range(500):
            await pbx.say(ringing(number))
        await heard.until(lambda: len(heard.channels()) == 500)

        assert heard.channels() == [f"PJSIP/101-{number:08x}" for number in range(500)]


async def test_unwanted_events_are_counted_and_passed_over() -> None:
    async with fake_pbx() as pbx, following(pbx) as heard:
        await heard.up()
        noise = frame(Event="RTCPSent") + frame(Event="VarSet", Variable="SIPDOMAIN", Value="x")
        file = frame(Event="VarSet", Variable="MIXMONITOR_FILENAME", Value="/a.wav", Channel="1")
        await pbx.say(noise * 20 + file)
        await heard.until(lambda: bool(heard.names()))

        assert heard.names() == ["VarSet"]
        assert heard.counters.events_skipped == 40


async def test_marks_of_ours_that_come_over_the_wire_are_forged_and_dropped() -> None:
    async with fake_pbx() as pbx, following(pbx) as heard:
        await heard.up()
        await pbx.say(frame(Event="AlloBoot", Boot="x") + b"\r\n" + frame(Event="AlloTick"))
        await pbx.say(ringing(1))
        await heard.until(lambda: bool(heard.names()))

        assert heard.names() == ["Newchannel"]
        assert heard.counters.marks_forged == 2


async def test_a_flood_of_unknown_events_is_told_once_for_each_name_and_counted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    async with fake_pbx() as pbx, following(pbx) as heard:
        await heard.up()
        await pbx.say(frame(Event="Quux", Channel="1") * 1_000)
        await heard.until(lambda: heard.names() == ["Quux"] * 1_000)

        assert heard.counters.unknown == {b"Quux": 1_000}
        assert sum("Quux" in line for line in caplog.messages) == 1


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


async def test_a_pbx_that_falls_silent_is_noticed_and_left() -> None:
    async with fake_pbx() as pbx, following(pbx) as heard:
        await heard.up()
        pbx.is_silent = True
        await heard.until(lambda: heard.client.state is not LinkState.UP)
        pbx.is_silent = False
        await heard.up()

        assert heard.counters.silences >= 1
        assert "nothing came from the PBX for" in str(heard.states)


async def test_a_pbx_that_answers_pings_is_not_silent() -> None:
    async with fake_pbx() as pbx, following(pbx) as heard:
        await heard.up()
        await pbx.until(lambda: len(pbx.asked("Ping")) > 12)

        assert heard.client.state is LinkState.UP
        assert pbx.connections == 1


async def test_a_refused_login_is_a_state_and_is_not_tried_again_at_once() -> None:
    async with fake_pbx() as pbx, following(pbx, secret="wrong") as heard:
        await heard.until(lambda: bool(heard.client.pauses))

        assert heard.client.pauses[0] >= 30
        assert pbx.connections == 1
        assert heard.client.state is LinkState.REFUSED
        assert "Authentication failed" in heard.client.reason
        assert "wrong" not in heard.client.reason


async def test_a_login_that_is_never_answered_is_no_link() -> None:
    timing = LinkTiming(connect=0.05, first_retry=0.02, longest_retry=0.05)
    async with fake_pbx() as pbx:
        pbx.is_silent = True
        async with following(pbx, timing) as heard:
            await pbx.login(times=2)

            assert LinkState.UP not in [state for state, _reason in heard.states]


async def test_a_stranger_on_the_port_is_told_as_one() -> None:
    async with fake_pbx() as pbx:
        pbx.banner = b"SSH-2.0-OpenSSH_9.2\r\n"
        async with following(pbx) as heard:
            await heard.until(lambda: "not an Asterisk manager" in heard.client.reason)

            assert pbx.actions == []  # neither name nor secret was given away


async def test_the_link_comes_back_after_a_restart_of_the_pbx() -> None:
    async with fake_pbx() as pbx, following(pbx) as heard:
        await heard.up()
        await pbx.stop()
        await heard.until(lambda: heard.client.state is not LinkState.UP)
        await pbx.start()
        await heard.up()
        await pbx.say(ringing(7))
        await heard.until(lambda: bool(heard.names()))

        assert heard.channels() == ["PJSIP/101-00000007"]


async def test_tries_grow_apart_to_five_seconds_and_not_all_links_try_at_one_moment() -> None:
    class Hurried(PausingClient):
        async def _pause(self, seconds: float) -> None:
            self.pauses.append(seconds)
            self._heard.changed.set()
            await asyncio.sleep(0)

    heard = Heard()
    async with fake_pbx() as pbx:
        await pbx.stop()
        heard.client = client(Hurried, heard, pbx.settings(), LinkTiming())
        async with asyncio.TaskGroup() as workers:
            running = workers.create_task(heard.client.run())
            await heard.until(lambda: len(heard.client.pauses) >= 30)
            running.cancel()

    pauses = heard.client.pauses[:30]
    assert max(pauses) <= 5.0
    assert min(pauses[5:]) >= 3.0
    assert pauses[0] <= 1.0
    assert len(set(pauses)) == 30


async def test_closing_ends_a_pending_reconnect() -> None:
    async with fake_pbx() as pbx:
        await pbx.stop()
        async with following(pbx, LinkTiming(first_retry=5.0)) as heard:
            await heard.until(lambda: heard.client.state is LinkState.DISCONNECTED)
            heard.client.close()
        await pbx.start()

        assert pbx.connections == 0
