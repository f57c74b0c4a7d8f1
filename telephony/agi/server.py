"""The FastAGI service: takes the questions of the dialplans, many at once, and never holds one up.

`caller` is the one script there is. Whatever goes wrong, the channel is told so by `ALLO_STATUS`
alone and its dialplan goes on at once.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from crm_core.calls.caller_answer import AskAboutCaller, CallerQuestion
from telephony.agi.counters import AgiCounters
from telephony.agi.neighbours import Neighbours
from telephony.agi.protocol import LINE_LIMIT, AgiRequest, NotAgi
from telephony.agi.session import AgiTiming, CutOff, Variables, read_request, tell
from telephony.agi.variables import STATUS, InterfaceOf, variables_of

logger = logging.getLogger(__name__)

SCRIPT = "caller"
HELD_AT_ONCE = 500  # questions; the next are refused at once, which a dialplan notices at once
BACKLOG = 512
COMPLAINS_EVERY = 60.0


class NotUnderstood(Exception):
    """A question that no script answers; the text says what is wrong with the dialplan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgiOffice:
    """Whom the questions are put to. `links` are the names of the PBXes that are followed."""

    ask: AskAboutCaller
    links: Callable[[], Sequence[str]]
    interface_of: InterfaceOf
    neighbours: Neighbours
    timing: AgiTiming = field(default_factory=AgiTiming)


class AgiServer:
    """Serve with `serve`; all that is open is closed with it."""

    def __init__(self, office: AgiOffice) -> None:
        self.counters = AgiCounters()
        self._office = office
        self._complained_at: dict[str, float] = {}

    @asynccontextmanager
    async def serve(
        self, workers: asyncio.TaskGroup, *, host: str, port: int
    ) -> AsyncIterator[int]:
        """Listen until the block ends, each question among the `workers`; gives the port."""
        asking: set[asyncio.Task[None]] = set()

        def arrived(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if len(asking) >= HELD_AT_ONCE:
                self._refuse(writer, "too many questions at once")
                return
            task = workers.create_task(self._attend(reader, writer), name="question of a PBX")
            asking.add(task)
            task.add_done_callback(asking.discard)

        server = await asyncio.start_server(arrived, host, port, limit=LINE_LIMIT, backlog=BACKLOG)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            for task in asking:
                task.cancel()
            if asking:
                await asyncio.wait(asking)

    async def _attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            peer = writer.get_extra_info("peername")
            if not await self._office.neighbours.may_ask(str(peer[0]) if peer else ""):
                self._refuse(writer, f"{peer[0] if peer else 'somebody'} may not ask")
                return
            await self._converse(reader, writer)
            writer.close()
        except NotAgi as error:
            self.counters.rubbish += 1
            self._complain("rubbish", f"a connection to the AGI port was left: {error}")
        except CutOff as error:
            self.counters.cut_off += 1
            logger.info("a channel was not told everything: %s", error)
        except Exception:  # one question must not take the service from all the others
            self.counters.failures += 1
            logger.exception("a question of the PBX failed")
        finally:
            if not writer.is_closing():
                writer.transport.abort()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await read_request(reader, self._office.timing.ask)
        began = time.perf_counter()
        self.counters.requests += 1
        variables = await self._answer(request)
        await tell(reader, writer, variables, self._office.timing.tell)
        self.counters.seconds.add(time.perf_counter() - began)

    async def _answer(self, request: AgiRequest) -> Variables:
        try:
            async with asyncio.timeout(self._office.timing.look_up):
                return await self._look_up(request)
        except TimeoutError:
            self.counters.timeouts += 1
            self._complain("timeout", "the PBX was not told in time who calls")
            return {STATUS: "timeout"}
        except NotUnderstood as error:
            self.counters.failures += 1
            self._complain(str(error), f"the dialplan asks what nobody answers: {error}")
        except Exception:
            self.counters.failures += 1
            if self._is_due("look-up"):
                logger.exception("the PBX could not be told who calls")
        return {STATUS: "error"}

    async def _look_up(self, request: AgiRequest) -> Variables:
        if request.script != SCRIPT:
            raise NotUnderstood(f"there is no script but {SCRIPT!r}")
        pbx = self._pbx_of(request)
        question = CallerQuestion(
            pbx=pbx, raw_number=request.caller, queue=request.arguments.get("queue")
        )
        answer = await self._office.ask(question)
        extension = answer.extension
        interface = self._office.interface_of(pbx, extension) if extension else None
        return variables_of(answer, interface)

    def _pbx_of(self, request: AgiRequest) -> str:
        """The link that is named; unless one is, the only link that there is."""
        links = self._office.links()
        named = request.arguments.get("pbx")
        if named is not None:
            if named not in links:
                raise NotUnderstood("there is no PBX link of the name that it gives")
            return named
        if len(links) > 1:  # who calls can be said, but not at whose phone the call should ring
            self._complain("pbx", "a dialplan does not say which PBX it is: caller?pbx=NAME")
        return links[0] if len(links) == 1 else ""

    def _refuse(self, writer: asyncio.StreamWriter, why: str) -> None:
        self.counters.refused += 1
        self._complain("refused", f"a connection to the AGI port was refused: {why}")
        writer.transport.abort()

    def _complain(self, kind: str, text: str) -> None:
        if self._is_due(kind):
            logger.warning("%s", text)

    def _is_due(self, kind: str) -> bool:
        """Whether to say it now: once a minute of each kind, however often it happens."""
        now = time.monotonic()
        if now - self._complained_at.get(kind, -COMPLAINS_EVERY) < COMPLAINS_EVERY:
            return False
        self._complained_at[kind] = now
        return True
