"""F12 and the manners of browsers: tabs that stall, babble, or say nothing harm only themselves."""

import asyncio
import socket
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from websockets.exceptions import ConnectionClosed

from crm_core.calls.frames import CallWithdrawnFrame, LinkChangedFrame
from crm_core.kernel.clock import utc_now
from crm_core.kernel.events import LinkChanged
from tests.integration.web.office import Browser, Office
from tests.integration.web.push_tab import open_tab
from web.push.hub import OUTBOX_BYTES, OUTBOX_FRAMES, Outbox, PushHub
from web.push.listening import RUBBISH_LIMIT

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def withdrawn(reason: str = "cancelled") -> CallWithdrawnFrame:
    return CallWithdrawnFrame(
        call_id=uuid4(), extension="101", reason=reason, answered_by=None, answered_by_name=None
    )


def link_down() -> LinkChangedFrame:
    return LinkChangedFrame(pbx="main", is_up=False, reason="silent", at=START)


def small_buffers() -> socket.socket:
    """A browser whose machine keeps little: what it does not read soon waits at the server."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    return sock


async def stalled_tab(office: Office, browser: Browser) -> socket.socket:
    """A WebSocket that is opened by hand, and never read again."""
    loop = asyncio.get_running_loop()
    sock = small_buffers()
    sock.setblocking(False)
    await loop.sock_connect(sock, ("127.0.0.1", office.addresses.push_port))
    head = (
        f"GET /push HTTP/1.1\r\nHost: localhost\r\nOrigin: {office.origin}\r\n"
        f"Cookie: allo_session={browser.session_cookie}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    await loop.sock_sendall(sock, head.encode())
    assert (await loop.sock_recv(sock, 64)).startswith(b"HTTP/1.1 101")
    return sock


async def test_one_tab_that_does_not_read_is_cut_off_and_the_rest_hear_everything(
    office: Office,
) -> None:
    user_id = await office.hire("anna")
    big = "x" * 10_000
    async with office.browser("anna") as browser, AsyncExitStack() as stack:
        tabs = [await stack.enter_async_context(open_tab(office, browser)) for _ in range(10)]
        for tab in tabs:
            await tab.frame()
        sock = await stalled_tab(office, browser)
        told = 0
        while office.hub.figures.tabs_cut_off == 0:
            office.hub.show(user_id, withdrawn(big))
            told += 1
            frames = await asyncio.gather(*(tab.frame() for tab in tabs))
            assert all(frame["reason"] == big for frame in frames)
        await office.until_tabs(10)
        office.hub.show(user_id, withdrawn("after"))
        last = await asyncio.gather(*(tab.frame() for tab in tabs))
        sock.close()

    assert [frame["reason"] for frame in last] == ["after"] * 10
    assert [frame["seq"] for frame in last] == [told + 2] * 10
    assert office.hub.figures.tabs_cut_off == 1


async def test_a_stop_does_not_wait_for_a_tab_that_does_not_read(office: Office) -> None:
    user_id = await office.hire("anna")
    async with office.browser("anna") as browser:
        sock = await stalled_tab(office, browser)
        for _ in range(80):
            office.hub.show(user_id, withdrawn("x" * 10_000))
        assert office.hub.count_tabs() == 1
        office.hub.part_from_all()
        await office.until_tabs(0)
        sock.close()


async def test_a_tab_that_missed_something_gets_the_whole_picture_and_the_numbers_go_on(
    office: Office,
) -> None:
    user_id = await office.hire("anna")
    async with office.browser("anna") as browser, open_tab(office, browser) as tab:
        await tab.frame()
        office.hub.show(user_id, withdrawn())
        await tab.frame()
        await tab.say({"type": "resync"})
        again = await tab.frame()

    assert (again["type"], again["seq"]) == ("snapshot", 3)


async def test_a_painted_card_is_told_to_the_core(office: Office) -> None:
    user_id, call_id = await office.hire("anna"), uuid4()
    async with office.browser("anna") as browser, open_tab(office, browser) as tab:
        await tab.frame()
        await tab.say({"type": "painted", "call_id": str(call_id), "seq": 1})
        await tab.say({"type": "resync"})
        await tab.frame()

    assert office.painted == [(user_id, call_id)]


@pytest.mark.parametrize(
    ("said", "heard_as"), [("dismissed", "call.dismissed"), ("wrapped_up", "call.wrapped_up")]
)
async def test_what_is_done_on_one_screen_is_done_on_all_of_that_person_s_and_on_nobody_else_s(
    office: Office, said: str, heard_as: str
) -> None:
    await office.hire("anna")
    boris, call_id = await office.hire("boris"), str(uuid4())
    async with (
        office.browser("anna") as here,
        office.browser("anna") as there,
        office.browser("boris") as his,
        open_tab(office, here) as one,
        open_tab(office, there) as other,
        open_tab(office, his) as colleague,
    ):
        for tab in (one, other, colleague):
            await tab.frame()
        await one.say({"type": said, "call_id": call_id})
        heard = await asyncio.gather(one.frame(), other.frame())
        office.hub.show(boris, withdrawn())
        his_next = await colleague.frame()

    assert [(frame["type"], frame["call_id"]) for frame in heard] == [(heard_as, call_id)] * 2
    assert his_next["type"] == "call.withdrawn"


RUBBISH = [
    "",
    "{",
    "null",
    "[]",
    '"painted"',
    "[" * 2_000,
    '{"type": "painted"}',
    '{"type": "painted", "call_id": "1", "seq": "x"}',
    '{"type": "call.ringing", "seq": 1}',
    '{"type": {"$ne": null}}',
    "\x00\u202e💥" * 100,
]


@pytest.mark.parametrize("rubbish", RUBBISH)
async def test_rubbish_is_counted_and_then_its_tab_is_closed(office: Office, rubbish: str) -> None:
    user_id = await office.hire("anna")
    async with (
        office.browser("anna") as browser,
        open_tab(office, browser) as quiet,
        open_tab(office, browser) as babbler,
    ):
        await quiet.frame()
        for _ in range(RUBBISH_LIMIT + 1):
            await babbler.say(rubbish)
        code = await babbler.close_code()
        office.hub.show(user_id, withdrawn())
        assert (await quiet.frame())["type"] == "call.withdrawn"

    assert code == 1008
    assert office.hub.figures.rubbish == RUBBISH_LIMIT + 1


async def test_one_huge_message_closes_its_tab(office: Office) -> None:
    await office.hire("anna")
    async with office.browser("anna") as browser, open_tab(office, browser) as tab:
        await tab.say("x" * 5_000)

        assert await tab.close_code() == 1009


async def test_a_tab_that_never_stops_talking_is_closed(office: Office) -> None:
    await office.hire("anna")
    async with office.browser("anna") as browser, open_tab(office, browser) as tab:
        closed = asyncio.create_task(tab.close_code())
        with suppress(ConnectionClosed):
            while True:
                await tab.say({"type": "resync"})

        assert await closed == 1008


async def test_everybody_hears_that_a_pbx_is_lost_and_newcomers_find_it_in_their_snapshot(
    office: Office,
) -> None:
    await office.hire("anna")
    await office.hire("boris")
    async with (
        office.browser("anna") as anna,
        office.browser("boris") as boris,
        open_tab(office, anna) as hers,
        open_tab(office, boris) as his,
    ):
        await hers.frame()
        await his.frame()
        office.bus.publish(LinkChanged(at=START, pbx="main", is_up=False, reason="silent"))
        heard = await asyncio.gather(hers.frame(), his.frame())
        async with open_tab(office, anna) as late:
            snapshot = await late.frame()

    assert [frame["type"] for frame in heard] == ["link.changed"] * 2
    assert snapshot["links"] == [
        {"pbx": "main", "is_up": False, "reason": "silent", "since": "2026-03-02T09:00:00Z"}
    ]


async def test_a_closed_tab_is_noticed(office: Office) -> None:
    await office.hire("anna")
    async with office.browser("anna") as browser:
        async with open_tab(office, browser) as tab:
            await tab.frame()
            assert office.hub.count_tabs() == 1
        await office.until_tabs(0)


class TestOutbox:
    """The outbox alone: bounded by bytes and by count, and never short of a snapshot."""

    async def test_it_overflows_by_bytes(self) -> None:
        outbox = Outbox(uuid4(), "session:1")
        body = b'{"a":"%b"}' % (b"x" * 100_000)

        put = [outbox.put(body) for _ in range(OUTBOX_BYTES // 100_000 + 2)]

        assert (put[0], put[-2]) == (True, False)
        assert outbox.goodbye.result().code == 1013

    async def test_it_overflows_by_count(self) -> None:
        outbox = Outbox(uuid4(), "session:1")

        put = [outbox.put(b"{}") for _ in range(OUTBOX_FRAMES + 1)]

        assert put == [True] * OUTBOX_FRAMES + [False]

    async def test_one_frame_of_any_size_is_always_taken(self) -> None:
        outbox = Outbox(uuid4(), "session:1")

        assert outbox.put(b'{"a":"%b"}' % (b"x" * 2 * OUTBOX_BYTES))

    async def test_a_frame_is_put_into_words_once_for_all_tabs_of_a_user(self) -> None:
        hub, user_id = PushHub(), uuid4()
        words = 0

        class Counted(LinkChangedFrame):
            def model_dump_json(self, **more: Any) -> str:
                nonlocal words
                words += 1
                return super().model_dump_json(**more)

        frame = Counted(pbx="main", is_up=True, reason="", at=utc_now())
        with hub.connect(user_id, "session:1"), hub.connect(user_id, "session:2"):
            hub.show(user_id, frame)

        assert words == 1
