"""Keeps one connection to a PBX: connects, logs in, notices silence, comes back.

A thin subclass of panoramisk's Manager. Of its life cycle only the making of a connection is kept:
the rest retries a refused login every two seconds for ever, reconnects after `close()`, and never
looks whether its pings are answered.
"""

import asyncio
import enum
import logging
import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from panoramisk import Manager

from crm_core.calls.pbx.settings import PbxSettings
from telephony.ami_action import AmiAction
from telephony.ami_protocol import AmiProtocol, AmiReply, TakeEvents
from telephony.counters import LinkCounters
from telephony.errors import LinkLost, LoginRefused, PbxUnreachable, in_words

logger = logging.getLogger(__name__)

ANSWER_SECONDS = 5.0


class LinkState(enum.StrEnum):
    """How a link to a PBX stands."""

    DISCONNECTED = "disconnected"
    CONNECTING = "connecting"
    REFUSED = "refused"
    UP = "up"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTiming:
    """How patient a link is, in seconds. Tests are less so."""

    connect: float = 5.0  # to connect, and again to be let in
    ping_every: float = 4.0
    silence: float = 10.0  # nothing at all for so long: the link is dead, whatever TCP says
    first_retry: float = 1.0  # doubled from failure to failure
    longest_retry: float = 5.0
    refused_retry: float = 30.0  # a wrong secret does not become right by hammering
    settled: float = 10.0  # a link that stood so long begins again with the first retry


OnState = Callable[[LinkState, str], None]
OnUp = Callable[[], Coroutine[Any, Any, None]]


class AmiClient(Manager):  # type: ignore[misc]  # panoramisk ships no types
    """One PBX link's connection. `run` keeps it until cancelled or closed.

    `take_events` gets the whole, wanted messages of each read, in order. `on_state` is called at
    the very moment of a change: "up" comes before the first event of that connection. `on_up` runs
    beside each connection from its login on and is cancelled with it.
    """

    def __init__(
        self,
        settings: PbxSettings,
        take_events: TakeEvents,
        *,
        on_state: OnState,
        on_up: OnUp,
        counters: LinkCounters,
        timing: LinkTiming,
    ) -> None:
        super().__init__(
            loop=asyncio.get_running_loop(),
            host=settings.host,
            port=settings.port,
            protocol_factory=self._new_protocol,
            log=logger,
        )
        self.state = LinkState.DISCONNECTED
        self.reason = ""
        self._settings = settings
        self._take_events = take_events
        self._on_state = on_state
        self._on_up = on_up
        self._counters = counters
        self._timing = timing
        self._closing = asyncio.Event()
        self._last_heard = self.loop.time()

    async def run(self) -> None:
        """Keep the link until cancelled or closed; no fault of the PBX ends this."""
        failures = 0
        try:
            while not self._closing.is_set():
                began = self.loop.time()
                delay = await self._one_connection(failures)
                failures = 0 if self.loop.time() - began > self._timing.settled else failures + 1
                await self._pause(delay)
        finally:
            self.close()

    @property
    def silent_for(self) -> timedelta:
        """How long ago the last byte came, on this connection or the last one."""
        last_heard = self.protocol.last_heard if self.protocol else self._last_heard
        return timedelta(seconds=self.loop.time() - last_heard)

    async def call(self, action: AmiAction, *, timeout: float = ANSWER_SECONDS) -> AmiReply:  # noqa: ASYNC109
        """Send an action at most once; see `AmiProtocol.call`."""
        if self.protocol is None:
            raise PbxUnreachable("there is no link to the PBX")
        reply: AmiReply = await self.protocol.call(action, timeout=timeout)
        return reply

    def close(self) -> None:
        """End the link for good, also a pending reconnect."""
        self._closing.set()
        self._drop()

    def connection_made(self, connecting: asyncio.Future[Any]) -> None:
        """Do nothing: panoramisk would log in and retry by itself here; `run` does both."""

    async def _one_connection(self, failures: int) -> float:
        """Connect, and stay until the link ends. The seconds to wait before the next try."""
        self._change(LinkState.CONNECTING, self.reason)
        try:
            await self._log_in()
            await self._stay()
        except LoginRefused as refusal:
            self._counters.logins_refused += 1
            self._change(LinkState.REFUSED, f"the PBX refused the login: {refusal}")
            return self._timing.refused_retry * random.uniform(1.0, 1.2)  # noqa: S311
        except OSError as error:
            self._change(LinkState.DISCONNECTED, f"the PBX cannot be reached: {in_words(error)}")
        except (LinkLost, PbxUnreachable) as error:
            self._change(LinkState.DISCONNECTED, str(error))
        finally:
            self._drop()
        doubled = self._timing.first_retry * float(2 ** min(failures, 8))
        patience = min(self._timing.longest_retry, doubled)
        return patience * random.uniform(0.75, 1.0)  # noqa: S311  # not all links at one moment

    async def _log_in(self) -> None:
        try:
            async with asyncio.timeout(self._timing.connect):
                _transport, self.protocol = await self.connect()
        except TimeoutError:
            raise LinkLost("the PBX cannot be reached: no answer") from None
        if self._closing.is_set():
            raise LinkLost("the link was closed")
        try:
            async with asyncio.timeout(self._timing.connect):
                await self.protocol.banner
                await self.protocol.log_in(
                    self._settings.username, self._settings.secret.get_secret_value()
                )
        except TimeoutError:
            raise LinkLost("the PBX did not answer the login") from None

    async def _stay(self) -> None:
        """Return never: raises `LinkLost` when the link ends."""
        async with asyncio.TaskGroup() as workers:
            beside = workers.create_task(self._work_beside(), name="after login")
            reason = await self._watch()
            beside.cancel()
        raise LinkLost(reason)

    async def _work_beside(self) -> None:
        try:
            await self._on_up()
        except Exception:  # the events go on coming whatever went wrong beside them
            logger.exception("work on the link to %s failed", self._settings.name)

    async def _watch(self) -> str:
        """Ping, and say why the link ended. Any byte is a sign of life."""
        timing, protocol = self._timing, self.protocol
        listened_from = wakes_at = self.loop.time()
        next_ping = listened_from + timing.ping_every
        while not protocol.lost.done():
            now = self.loop.time()
            if now - wakes_at > timing.ping_every:  # we stood still: what came waits to be read
                listened_from = now
            silent_at = max(protocol.last_heard, listened_from) + timing.silence
            if now >= silent_at:
                self._counters.silences += 1
                return f"nothing came from the PBX for {timing.silence:g} seconds"
            if now >= next_ping:
                protocol.ping()
                next_ping = now + timing.ping_every
            wakes_at = min(next_ping, silent_at)
            await asyncio.wait([protocol.lost], timeout=wakes_at - now)
        reason: str = protocol.lost.result()
        return reason

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        except TimeoutError:
            return

    def _new_protocol(self) -> AmiProtocol:
        return AmiProtocol(
            self._counters, self._take_events, lambda: self._change(LinkState.UP, "")
        )

    def _drop(self) -> None:
        if self.protocol is not None:
            self._last_heard = self.protocol.last_heard
            self.protocol.close()
            self.protocol = None

    def _change(self, state: LinkState, reason: str) -> None:
        if (state, reason) == (self.state, self.reason):
            return
        self.state, self.reason = state, reason
        try:
            self._on_state(state, reason)
        except Exception:
            logger.exception("nobody could be told that the link is %s", state)
