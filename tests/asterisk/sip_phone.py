"""A SIP phone that does what the test says: rings, and answers, declines or holds when told to.

Speaks UDP on loopback, where nothing is lost, so requests are not repeated; repeated ones
of the PBX get the same answer again. The trunk is a phone that does not register.
"""

import asyncio
from collections.abc import Iterable

from tests.asterisk.rtp import RtpStream
from tests.asterisk.sip_call import SipCall
from tests.asterisk.sip_message import SipMessage, audio_offer, new_token
from tests.patience import PATIENCE_SECONDS

ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, NOTIFY, INFO, UPDATE"


class SipPhone(asyncio.DatagramProtocol):
    """One device. `calls` are all it has had, oldest first."""

    def __init__(self, user: str, pbx: tuple[str, int], *, tone_hertz: int = 440) -> None:
        self.user = user
        self.pbx = pbx
        self.host, self.port = "", 0
        self.calls: list[SipCall] = []
        # A final answer for every new call, sent before any ringing: (486, "Busy Here").
        self.refuses_with: tuple[int, str] | None = None
        self.is_muted = False  # a muted phone sends no sound: fifty calls at once cost little
        self._tone_hertz = tone_hertz
        self._arrived: asyncio.Queue[SipCall] = asyncio.Queue()
        self._asked: dict[tuple[str, int], asyncio.Future[SipMessage]] = {}
        self._said: dict[tuple[str, str], SipMessage] = {}
        self._arriving: set[asyncio.Task[None]] = set()
        self._register_cseq = 0
        self._register_call_id = new_token()
        self._transport: asyncio.DatagramTransport | None = None

    async def open(self, host: str = "127.0.0.1", port: int = 0) -> "SipPhone":
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: self, local_addr=(host, port))
        return self

    async def close_calls(self) -> None:
        """Hang up what is left."""
        for call in self.calls:
            await call.hang_up()

    def close(self) -> None:
        """Give the sockets back, without a word to the PBX."""
        for call in self.calls:
            call.mark_over("forgotten")
        for arrival in self._arriving:
            arrival.cancel()
        if self._transport is not None:
            self._transport.close()

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    # ---- what a test does with it ---------------------------------------------------------------

    async def register(self, *, seconds: int = 600) -> None:
        """Tell the PBX where this device is; zero seconds signs it off."""
        self._register_cseq += 1
        request = self.new_request(
            "REGISTER",
            f"sip:{self.pbx[0]}:{self.pbx[1]}",
            f"<{self.address}>;tag={new_token()}",
            f"<{self.address}>",
            self._register_call_id,
            self._register_cseq,
        )
        self.add_contact(request)
        request.headers.append(("Expires", str(seconds)))
        response = await self.ask(request)
        if response.status != 200:
            raise AssertionError(f"{self.user} could not register: {response.start_line}")

    async def ringing(self) -> SipCall:
        """Wait until this phone rings for a call that the test has not been given yet."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self._arrived.get()

    async def dial(
        self,
        number: str,
        *,
        caller: str | None = None,
        name: str | None = None,
        headers: Iterable[tuple[str, str]] = (),
    ) -> SipCall:
        """Call `number`; gives the call at once, before anybody rings."""
        quoted = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '" ' if name else ""
        address = f"sip:{caller or self.user}@{self.host}" if "@" not in (caller or "") else caller
        invite = self.new_request(
            "INVITE",
            f"sip:{number}@{self.pbx[0]}:{self.pbx[1]}",
            f"{quoted}<{address}>;tag={new_token()}",
            f"<sip:{number}@{self.pbx[0]}>",
            new_token(),
            1,
        )
        self.add_contact(invite)
        invite.headers += [*headers, ("Content-Type", "application/sdp")]
        call = SipCall(self, invite, await self._sound(), incoming=False)
        invite.body = audio_offer(self.host, call.rtp.port)
        self.calls.append(call)
        self.send(invite)
        return call

    async def answer(self) -> SipCall:
        await self.current.answer()
        return self.current

    async def decline(self) -> None:
        await self.current.decline()

    async def busy(self) -> None:
        await self.current.busy()

    async def hang_up(self) -> None:
        await self.current.hang_up()

    @property
    def current(self) -> SipCall:
        """The newest call that is not over."""
        return next(call for call in reversed(self.calls) if not call.is_over)

    @property
    def address(self) -> str:
        return f"sip:{self.user}@{self.pbx[0]}"

    # ---- messages -------------------------------------------------------------------------------

    def new_request(
        self, method: str, uri: str, sender: str, to: str, call_id: str, cseq: int
    ) -> SipMessage:
        via = f"SIP/2.0/UDP {self.host}:{self.port};rport;branch=z9hG4bK{new_token()}"
        headers = [("Via", via), ("Max-Forwards", "70"), ("From", sender), ("To", to)]
        headers += [("Call-ID", call_id), ("CSeq", f"{cseq} {method}"), ("Allow", ALLOW)]
        return SipMessage(f"{method} {uri} SIP/2.0", headers)

    def add_contact(self, message: SipMessage) -> None:
        message.headers.append(("Contact", f"<sip:{self.user}@{self.host}:{self.port}>"))

    def send(self, message: SipMessage) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(message.encode(), self.pbx)

    async def ask(self, request: SipMessage) -> SipMessage:
        """Send a request and wait for its final answer."""
        key = (request.call_id, request.cseq)
        answer: asyncio.Future[SipMessage] = asyncio.get_running_loop().create_future()
        self._asked[key] = answer
        self.send(request)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await answer
        finally:
            del self._asked[key]

    def respond(self, request: SipMessage, response: SipMessage) -> None:
        self._said[request["Via"], request.method] = response
        self.send(response)

    # ---- asyncio's side -------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport
        self.host, self.port = transport.get_extra_info("sockname")

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        message = SipMessage.parse(data)
        if message.is_response:
            self._on_response(message)
        elif said := self._said.get((message["Via"], message.method)):
            self.send(said)
        else:
            self._on_request(message)

    def _on_response(self, response: SipMessage) -> None:
        asked = self._asked.get((response.call_id, response.cseq))
        if asked is not None:
            if response.status >= 200 and not asked.done():
                asked.set_result(response)
        elif response.method == "INVITE" and (call := self._call(response)) is not None:
            call.on_response(response)
        elif response.status == 481 and (call := self._call(response)) is not None:
            call.mark_over("the PBX knows of no such call")  # it was started anew meanwhile

    def _on_request(self, request: SipMessage) -> None:
        call = self._call(request)
        match request.method:
            case "INVITE" if call is None:
                arrival = asyncio.ensure_future(self._on_call(request))
                self._arriving.add(arrival)
                arrival.add_done_callback(self._arriving.discard)
            case "INVITE" if call is not None:
                self._agree_again(call, request)
            case "ACK":
                if call is not None:
                    call.on_acknowledged()
            case "CANCEL" if call is not None:
                self.respond(request, request.response(200, "OK", tag=call.tag))
                cancelled = call.invite.response(487, "Request Terminated", tag=call.tag)
                self.respond(call.invite, cancelled)
                call.mark_over("487 cancelled")
            case "BYE" if call is not None:
                self.respond(request, request.response(200, "OK"))
                call.mark_over("remote bye")
            case _:  # OPTIONS, NOTIFY of a mailbox, INFO, UPDATE
                self.respond(request, request.response(200, "OK", tag=new_token()))

    async def _on_call(self, invite: SipMessage) -> None:
        self.respond(invite, invite.response(100, "Trying"))
        call = SipCall(self, invite, await self._sound(), incoming=True)
        self.calls.append(call)
        if self.refuses_with is not None:
            await call.refuse(*self.refuses_with)
            return
        ringing = invite.response(180, "Ringing", tag=call.tag)
        self.add_contact(ringing)
        self.respond(invite, ringing)
        call.on_ring()
        self._arrived.put_nowait(call)

    def _agree_again(self, call: SipCall, invite: SipMessage) -> None:
        response = invite.response(200, "OK", tag=call.tag)
        self.add_contact(response)
        response.headers.append(("Content-Type", "application/sdp"))
        response.body = audio_offer(self.host, call.rtp.port)
        self.respond(invite, response)

    def _call(self, message: SipMessage) -> SipCall | None:
        calls = (call for call in self.calls if call.invite.call_id == message.call_id)
        return next(calls, None)

    async def _sound(self) -> RtpStream:
        return await RtpStream.open(self.host, self._tone_hertz)
