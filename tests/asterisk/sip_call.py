"""One call as a SIP phone sees it: a dialog with the PBX, and what became of it."""

import asyncio
from typing import TYPE_CHECKING

from tests.asterisk.rtp import RtpStream
from tests.asterisk.sip_message import (
    SipMessage,
    audio_address,
    audio_offer,
    new_token,
    tag_in,
    uri_in,
    user_in,
)
from tests.patience import PATIENCE_SECONDS

if TYPE_CHECKING:
    from tests.asterisk.sip_phone import SipPhone


class CallIsOver(Exception):
    """The call ended before what the test waited for; the text is how it ended."""


class SipCall:
    """A dialog. Times are `loop.time()`, None is "not yet"; `end` tells how, in SIP's words."""

    def __init__(
        self, phone: "SipPhone", invite: SipMessage, rtp: RtpStream, *, incoming: bool
    ) -> None:
        self.phone = phone
        self.invite = invite
        self.rtp = rtp
        self.is_incoming = incoming
        self.tag = new_token()
        self.remote_tag = tag_in(invite["From"]) if incoming else ""
        self.remote_target = uri_in(invite["Contact"]) if incoming else invite.start_line.split()[1]
        self.cseq = 1 if incoming else invite.cseq
        self.end: str | None = None
        self.invited_at = phone.now()
        self.ringing_at: float | None = None
        self.up_at: float | None = None
        self.over_at: float | None = None
        self._ringing, self._up, self._over = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._acknowledged = asyncio.Event()

    @property
    def caller(self) -> str:
        """The number in the From header: who calls, as this phone is told."""
        return user_in(self.invite["From"])

    @property
    def number(self) -> str:
        """The number that was asked for."""
        return user_in(f"<{self.invite.start_line.split()[1]}>")

    @property
    def is_over(self) -> bool:
        return self._over.is_set()

    @property
    def is_up(self) -> bool:
        return self._up.is_set() and not self.is_over

    async def ringing(self) -> None:
        """Wait until the far end rings."""
        await self._reach(self._ringing)

    async def up(self) -> None:
        """Wait until the call is answered."""
        await self._reach(self._up)

    async def over(self) -> str:
        """Wait until the call has ended, and give how."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._over.wait()
        return self.end or ""

    async def answer(self) -> None:
        response = self.invite.response(200, "OK", tag=self.tag)
        self.phone.add_contact(response)
        response.headers.append(("Content-Type", "application/sdp"))
        response.body = audio_offer(self.phone.host, self.rtp.port)
        self.mark_up(self.invite.body)
        self.phone.respond(self.invite, response)
        await self._reach(self._acknowledged)

    async def refuse(self, status: int, reason: str) -> None:
        """End a ringing call with a final answer of the test's choice."""
        self.phone.respond(self.invite, self.invite.response(status, reason, tag=self.tag))
        self.mark_over(f"{status} {reason}")

    async def decline(self) -> None:
        await self.refuse(603, "Decline")

    async def busy(self) -> None:
        await self.refuse(486, "Busy Here")

    async def forward(self, number: str) -> None:
        """Send the caller on to another number before anybody answers (302)."""
        moved = self.invite.response(302, "Moved Temporarily", tag=self.tag)
        moved.headers.append(("Contact", f"<sip:{number}@{self.phone.pbx[0]}>"))
        self.phone.respond(self.invite, moved)
        self.mark_over("302 Moved Temporarily")

    def play_early(self) -> None:
        """Be heard before the answer: an announcement of the provider (183 with sound)."""
        progress = self.invite.response(183, "Session Progress", tag=self.tag)
        self.phone.add_contact(progress)
        progress.headers.append(("Content-Type", "application/sdp"))
        progress.body = audio_offer(self.phone.host, self.rtp.port)
        self.phone.respond(self.invite, progress)

    async def cancel(self) -> None:
        """Give up a call that nobody has answered yet; one answered at that moment is hung up."""
        cancel = SipMessage(self.invite.start_line.replace("INVITE", "CANCEL", 1))
        kept = ("Via", "Max-Forwards", "From", "To", "Call-ID")
        cancel.headers = [(key, value) for key, value in self.invite.headers if key in kept]
        cancel.headers.append(("CSeq", f"{self.invite.cseq} CANCEL"))
        self.phone.send(cancel)
        try:
            await self.up()
        except CallIsOver:
            return
        await self.hang_up()

    async def hang_up(self) -> None:
        """Put the receiver down, whatever state the call is in."""
        if self.is_over:
            return
        if self.is_up:
            bye = self.request("BYE")
            self.mark_over("bye")
            await self.phone.ask(bye)
        elif self.is_incoming:
            await self.decline()
        else:
            await self.cancel()

    async def hold(self) -> None:
        await self._renegotiate("sendonly")

    async def resume(self) -> None:
        await self._renegotiate("sendrecv")

    def request(self, method: str) -> SipMessage:
        """A request inside this dialog."""
        self.cseq += 1
        ours, theirs = ("To", "From") if self.is_incoming else ("From", "To")
        local = self.invite[ours] if not self.is_incoming else f"{self.invite[ours]};tag={self.tag}"
        remote = self.invite[theirs]
        if "tag=" not in remote:
            remote = f"{remote};tag={self.remote_tag}"
        return self.phone.new_request(
            method, self.remote_target, local, remote, self.invite.call_id, self.cseq
        )

    def on_response(self, response: SipMessage) -> None:
        """What the far end says to our INVITE."""
        self.remote_tag = tag_in(response["To"]) or self.remote_tag
        if response["Contact"]:
            self.remote_target = uri_in(response["Contact"])
        if response.status in (180, 183):
            self.ringing_at = self.ringing_at or self.phone.now()
            self._ringing.set()
        elif 200 <= response.status < 300:
            self._acknowledge(response.cseq)
            if not self._up.is_set():
                self.mark_up(response.body)
        elif response.status >= 300:
            self._acknowledge_refusal(response)
            self.mark_over(response.start_line.removeprefix("SIP/2.0 "))

    def on_ring(self) -> None:
        self.ringing_at = self.phone.now()
        self._ringing.set()

    def on_acknowledged(self) -> None:
        self._acknowledged.set()

    def mark_up(self, description: str) -> None:
        self.up_at = self.phone.now()
        self._up.set()
        if (address := audio_address(description)) and not self.phone.is_muted:
            self.rtp.play(address)

    def mark_over(self, end: str) -> None:
        if not self.is_over:
            self.over_at, self.end = self.phone.now(), end
            self.rtp.close()
            self._over.set()

    async def _renegotiate(self, direction: str) -> None:
        invite = self.request("INVITE")
        self.phone.add_contact(invite)
        invite.headers.append(("Content-Type", "application/sdp"))
        invite.body = audio_offer(self.phone.host, self.rtp.port, direction)
        response = await self.phone.ask(invite)
        self._acknowledge(response.cseq)

    def _acknowledge(self, cseq: int) -> None:
        counted = self.cseq
        ack = self.request("ACK")
        self.cseq = counted
        ack.headers = [
            (key, f"{cseq} ACK" if key == "CSeq" else value) for key, value in ack.headers
        ]
        self.phone.send(ack)

    def _acknowledge_refusal(self, response: SipMessage) -> None:
        """The ACK of a refusal belongs to the INVITE's own transaction: same Via."""
        ack = SipMessage(self.invite.start_line.replace("INVITE", "ACK", 1))
        ack.headers = [("Via", self.invite["Via"]), ("Max-Forwards", "70")]
        ack.headers += [("From", self.invite["From"]), ("To", response["To"])]
        ack.headers += [("Call-ID", self.invite.call_id), ("CSeq", f"{response.cseq} ACK")]
        self.phone.send(ack)

    async def _reach(self, wanted: asyncio.Event) -> None:
        """Wait for `wanted`, but not longer than the call lives."""
        waiting = [asyncio.ensure_future(e.wait()) for e in (wanted, self._over)]
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for waiter in waiting:
                waiter.cancel()
        if not wanted.is_set():
            raise CallIsOver(self.end)
