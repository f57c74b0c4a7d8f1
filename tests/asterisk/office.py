"""The office of the tests: phones on agents' desks and the line to the outside, round one PBX."""

import asyncio
from types import TracebackType
from typing import Self

from tests.asterisk.pbx import PROVIDER_HOST, Pbx
from tests.asterisk.sip_call import SipCall
from tests.asterisk.sip_phone import SipPhone


class Trunk(SipPhone):
    """The provider: clients call through it, and the office's calls to the outside arrive at it."""

    async def call(
        self, did: str, *, caller: str = "+79161234567", name: str | None = None
    ) -> SipCall:
        """A client calls `did`."""
        return await self.dial(did, caller=caller, name=name)

    async def withheld_call(self, did: str) -> SipCall:
        """A client who hides the number calls `did`."""
        return await self.dial(
            did,
            caller="sip:anonymous@anonymous.invalid",
            name="Anonymous",
            headers=[("Privacy", "id")],
        )


class Office:
    """Opens phones as the test asks for them; hangs up and signs off all of them at the end."""

    def __init__(self, pbx: Pbx) -> None:
        self.pbx = pbx
        self.trunk = Trunk("provider", ("127.0.0.1", pbx.sip_port), tone_hertz=700)
        self.phones: list[SipPhone] = []

    async def phone(self, extension: str) -> SipPhone:
        """A new registered device of `extension`."""
        phone = SipPhone(extension, ("127.0.0.1", self.pbx.sip_port))
        await phone.open()
        self.phones.append(phone)
        await phone.register()
        return phone

    async def __aenter__(self) -> Self:
        await self.trunk.open(PROVIDER_HOST, self.pbx.provider_port)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        devices = [self.trunk, *self.phones]
        if self.pbx.is_running:
            await asyncio.gather(*(device.close_calls() for device in devices))
            await asyncio.gather(*(phone.register(seconds=0) for phone in self.phones))
        for device in devices:
            device.close()
