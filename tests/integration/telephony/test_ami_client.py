"""The life of the AMI connection, with a PBX that is silent, strict, strange or gone."""

import asyncio
import time

from telephony.ami_client import LinkState, LinkTiming
from tests.fakes.pbx import fake_pbx
from tests.integration.telephony.ami_listening import (
    Heard,
    PausingClient,
    client,
    following,
    ringing,
)


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


async def test_a_machine_that_stood_still_itself_does_not_blame_the_pbx() -> None:
    async with fake_pbx() as pbx, following(pbx) as heard:
        await heard.up()
        time.sleep(0.6)  # noqa: ASYNC251 - longer than the PBX may be silent
        asked = len(pbx.asked("Ping"))
        await pbx.until(lambda: len(pbx.asked("Ping")) > asked + 3)

        assert heard.counters.silences == 0
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


async def test_why_there_is_no_link_is_said_in_words() -> None:
    async with fake_pbx() as pbx:
        await pbx.stop()
        async with following(pbx) as heard:
            await heard.until(lambda: bool(heard.client.pauses))

            assert heard.client.reason == "the PBX cannot be reached: connection refused"


async def test_closing_ends_a_pending_reconnect() -> None:
    async with fake_pbx() as pbx:
        await pbx.stop()
        async with following(pbx, LinkTiming(first_retry=5.0)) as heard:
            await heard.until(lambda: bool(heard.client.pauses))
            heard.client.close()
        await pbx.start()

        assert pbx.connections == 0
