"""A PBX asks who is calling: it is told in time, or told so, whatever anybody does to the port."""

import asyncio

import pytest

from crm_core.calls.caller_answer import CallerAnswer, CallerQuestion
from telephony.agi.neighbours import Neighbours
from telephony.agi.server import HELD_AT_ONCE
from telephony.agi.session import AgiTiming
from tests.integration.telephony.agi_asking import KNOWN, ask, question, service
from tests.patience import PATIENCE_SECONDS

QUICK = AgiTiming(ask=0.2, look_up=0.05, tell=0.2)


async def test_a_channel_is_told_who_calls_and_let_go() -> None:
    asked: list[CallerQuestion] = []

    async def answer(one: CallerQuestion) -> CallerAnswer:
        asked.append(one)
        return KNOWN

    async with service(answer) as (server, port):
        told = await ask(port, question("caller?queue=sales"))

    assert asked == [CallerQuestion(pbx="main", raw_number="89161234567", queue="sales")]
    assert told.is_closed
    assert told.variables["ALLO_NAME"] == "Анна «Мир»"
    assert (told.variables["ALLO_VIP"], told.variables["ALLO_STATUS"]) == ("1", "found")
    assert told.variables["ALLO_AGENT_INTERFACE"] == "PJSIP/101"
    assert (server.counters.requests, server.counters.seconds.total) == (1, 1)


async def test_a_look_up_that_takes_too_long_is_given_up_and_nothing_else_is_told() -> None:
    never = asyncio.Event()

    async def answer(_question: CallerQuestion) -> CallerAnswer:
        await never.wait()
        return KNOWN

    async with service(answer, timing=QUICK) as (server, port):
        told = await ask(port, question())

    assert (told.variables, told.is_closed) == ({"ALLO_STATUS": "timeout"}, True)
    assert server.counters.timeouts == 1


async def test_a_look_up_that_fails_is_said_so_and_the_next_is_answered() -> None:
    is_broken = True

    async def answer(_question: CallerQuestion) -> CallerAnswer:
        if is_broken:
            raise OSError("the database is away")
        return KNOWN

    async with service(answer) as (server, port):
        failed = await ask(port, question())
        is_broken = False
        told = await ask(port, question())

    assert (failed.variables, failed.is_closed) == ({"ALLO_STATUS": "error"}, True)
    assert told.variables["ALLO_STATUS"] == "found"
    assert server.counters.failures == 1


@pytest.mark.parametrize("script", ["", "robot", "caller/../etc", "caller?pbx=elsewhere"])
async def test_a_question_that_nobody_answers_is_an_error_to_the_dialplan(script: str) -> None:
    async with service() as (server, port):
        told = await ask(port, question(script))

    assert told.variables == {"ALLO_STATUS": "error"}
    assert server.counters.failures == 1


@pytest.mark.parametrize(
    ("links", "asked", "pbx"),
    [
        (("main",), question("caller"), "main"),
        (("main", "south"), question("caller?pbx=south"), "south"),
        (("main", "south"), question("caller", "89161234567", "south"), "south"),
        (("main", "south"), question("caller"), ""),  # who calls can be said all the same
        ((), question("caller"), ""),
    ],
)
async def test_the_pbx_is_the_one_that_is_named_else_the_only_one(
    links: tuple[str, ...], asked: bytes, pbx: str
) -> None:
    seen: list[str] = []

    async def answer(one: CallerQuestion) -> CallerAnswer:
        seen.append(one.pbx)
        return KNOWN

    async with service(answer, links=links) as (_server, port):
        told = await ask(port, asked)

    assert seen == [pbx]
    assert told.variables["ALLO_STATUS"] == "found"


RUBBISH = [
    b"GET / HTTP/1.1\r\nHost: allo\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"agi_network: yes\n" * 4_000,
    b"agi_callerid: " + b"7" * 1_000_000 + b"\n\n",
    b"agi_network: yes\n\n",
    b"agi_network_script: //[\n\n",
    b"\n",
    b"agi_network: yes\nagi_net",  # and then nothing
    b"",
]


@pytest.mark.parametrize("said", RUBBISH, ids=range(len(RUBBISH)))
async def test_rubbish_and_silence_are_left_and_nobody_else_waits_for_them(said: bytes) -> None:
    async with service(timing=QUICK) as (server, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(said)
        told = await ask(port, question())
        async with asyncio.timeout(PATIENCE_SECONDS):
            await _left(reader)
        writer.transport.abort()

    assert told.variables["ALLO_STATUS"] == "found"
    assert (server.counters.rubbish, server.counters.requests) == (1, 1)


async def _left(reader: asyncio.StreamReader) -> None:
    """Wait until the service has closed the connection."""
    try:
        while await reader.read(4_096):
            pass
    except ConnectionError:
        pass


async def test_a_question_letter_by_letter_is_left_in_time() -> None:
    async with service(timing=QUICK) as (server, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        left = asyncio.create_task(_left(reader))
        for letter in question():
            if left.done():
                break
            writer.write(bytes([letter]))
            await asyncio.wait([left], timeout=0.01)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await left
        writer.transport.abort()

    assert (server.counters.rubbish, server.counters.requests) == (1, 0)


@pytest.mark.parametrize(
    "reply",
    [
        b"HANGUP\n",
        b"510 Invalid or unknown command\n",
        b"520-Invalid command syntax.  Proper usage follows:\n",
        b"\n" * 50,
        b"x" * 100_000,
        b"",  # the PBX says nothing any more
    ],
)
async def test_a_channel_that_does_not_go_along_is_let_go(reply: bytes) -> None:
    async with service(timing=QUICK) as (server, port):
        told = await ask(port, question(), reply=reply)
        again = await ask(port, question())

    assert len(told.variables) == 1
    assert "ALLO_STATUS" not in told.variables
    assert server.counters.cut_off == 1
    assert again.variables["ALLO_STATUS"] == "found"


async def test_a_notice_of_a_hang_up_before_an_answer_ends_it() -> None:
    async with service(timing=QUICK) as (server, port):
        told = await ask(port, question(), reply=b"HANGUP\n200 result=1\n")

    assert len(told.variables) == 1
    assert server.counters.cut_off == 1


async def test_a_thousand_that_say_nothing_hold_only_so_many_and_not_for_long() -> None:
    async with service(timing=AgiTiming(ask=2.0)) as (server, port):
        silent = await asyncio.gather(
            *(asyncio.open_connection("127.0.0.1", port) for _ in range(HELD_AT_ONCE + 300))
        )
        async with asyncio.timeout(PATIENCE_SECONDS):
            await asyncio.gather(*(_left(reader) for reader, _writer in silent))
        told = await ask(port, question())
        for _reader, writer in silent:
            writer.transport.abort()

    assert server.counters.rubbish >= HELD_AT_ONCE
    assert server.counters.rubbish + server.counters.refused == HELD_AT_ONCE + 300
    assert told.variables["ALLO_STATUS"] == "found"


async def test_two_hundred_calls_at_once_are_all_answered() -> None:
    async with service() as (server, port):
        answers = await asyncio.gather(*(ask(port, question()) for _ in range(200)))

    assert {told.variables.get("ALLO_STATUS") for told in answers} == {"found"}
    assert server.counters.requests == 200


async def test_a_stranger_is_not_asked_what_he_wants() -> None:
    async with service(allow=["192.0.2.0/24"]) as (server, port):
        told = await ask(port, question())

    assert told.variables == {}
    assert (server.counters.refused, server.counters.requests) == (1, 0)


async def test_the_service_ends_with_questions_open() -> None:
    async with service() as (_server, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"agi_network: yes\n")
        await asyncio.sleep(0)
    async with asyncio.timeout(PATIENCE_SECONDS):
        await _left(reader)
    writer.transport.abort()


@pytest.mark.parametrize(
    ("networks", "hosts", "peer", "may"),
    [
        (None, (), "127.0.0.1", True),
        (None, (), "::1", True),
        (None, (), "::ffff:127.0.0.1", True),
        (None, (), "192.0.2.7", False),
        (None, ("192.0.2.7",), "192.0.2.7", True),
        (None, ("localhost", "192.0.2.8"), "192.0.2.7", False),
        (None, ("no.such.host.invalid",), "192.0.2.7", False),
        (["192.0.2.0/24"], (), "192.0.2.7", True),
        (["192.0.2.0/24"], (), "::ffff:192.0.2.7", True),
        (["192.0.2.0/24"], ("198.51.100.1",), "198.51.100.1", False),
        (["192.0.2.0/24"], (), "127.0.0.1", False),
        ([], (), "127.0.0.1", False),
        (None, (), "", False),
        (None, (), "fe80::1%eth0", False),
    ],
)
async def test_this_machine_and_the_pbxes_may_ask_unless_networks_are_named(
    networks: list[str] | None, hosts: tuple[str, ...], peer: str, may: bool
) -> None:
    assert await Neighbours(networks, lambda: hosts).may_ask(peer) is may
