"""What comes over a real socket arrives whole, in order, and costs nothing when it is rubbish."""

import pytest

from telephony.ami_client import LinkState
from tests.fakes.pbx import fake_pbx, frame
from tests.integration.telephony.ami_listening import following, ringing


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
