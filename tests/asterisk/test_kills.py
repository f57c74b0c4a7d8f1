"""`kill -9` again and again while calls go on: every call is in the log, once, and told rightly."""

import asyncio
import random
from collections.abc import Coroutine
from dataclasses import dataclass, field

import pytest

from tests.allo_clients import Api, Json
from tests.allo_process import OLGA, AlloProcess
from tests.asterisk.office import Office
from tests.asterisk.scenarios import phones_of
from tests.asterisk.sip_phone import SipPhone
from tests.engines import SERVED_BY_EACH
from tests.patience import PATIENCE_SECONDS

pytestmark = [pytest.mark.asterisk, SERVED_BY_EACH]

AGENTS = ("101", "102", "103", "104", "105", "106")
LONGEST_SECONDS = 1.5  # of ringing and of talk; a server is away for about as long
# What was dialled or said so lately may die in a socket with the server: on a busy machine the PBX
# itself takes a tenth of a second to say that somebody calls.
UNDERWAY_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when something lasted, by the clock of the tests."""

    begin: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.begin

    def touches(self, other: "Span") -> bool:
        return self.begin <= other.end and other.begin <= self.end

    def lies_in(self, other: "Span") -> bool:
        return other.begin <= self.begin and self.end <= other.end


@dataclass(frozen=True, slots=True)
class Truth:
    """What came of a call, as its phones know."""

    result: str
    span: Span
    hung_up_at: float  # when they began to end it

    @property
    def sure(self) -> Span:
        """When it was there for all to hear, and no word of it was still on its way."""
        return Span(self.span.begin + UNDERWAY_SECONDS, self.hung_up_at)

    @property
    def possible(self) -> Span:
        """When words of it may have been on their way."""
        return Span(self.span.begin, self.span.end + UNDERWAY_SECONDS)


async def one_call(office: Office, phone: SipPhone, number: str, chance: random.Random) -> Truth:
    """A client calls this agent."""
    call = await office.trunk.call(f"74950000{phone.user}", caller=number)
    ring = await phone.ringing()
    await asyncio.sleep(chance.uniform(0, LONGEST_SECONDS))
    if chance.random() < 0.3:
        hung_up_at = phone.now()
        await call.cancel()
        await ring.over()
        return Truth("abandoned", Span(call.invited_at, phone.now()), hung_up_at)
    await ring.answer()
    await call.up()
    await asyncio.sleep(chance.uniform(0, LONGEST_SECONDS))
    hung_up_at = phone.now()
    await chance.choice([call, ring]).hang_up()
    await call.over()
    return Truth("answered", Span(call.invited_at, phone.now()), hung_up_at)


@dataclass(slots=True)
class Line:
    """What calls come in by, and what came of each, by its caller's number."""

    office: Office
    open: asyncio.Event = field(default_factory=asyncio.Event)
    truths: dict[str, Truth] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.open.set()


async def calls_of(line: Line, phone: SipPhone, count: int, chance: random.Random) -> None:
    """One agent's shift."""
    for i in range(count):
        await line.open.wait()
        number = f"+7916{phone.user}{i:04}"
        line.truths[number] = await one_call(line.office, phone, number, chance)


async def kill_until(
    done: asyncio.Future[list[None]], allo: AlloProcess, line: Line, chance: random.Random
) -> list[Span]:
    """Kill and start the server until the calls are over; gives when it was away.

    A slow machine starts it slowly: nobody begins a call meanwhile, and it stays for longer too,
    so that it hears most calls there as well.
    """
    now = asyncio.get_running_loop().time
    outages: list[Span] = []
    while not done.done():
        await asyncio.sleep(chance.uniform(0.1, 3) + (outages[-1].seconds if outages else 0))
        killed_at = now()
        allo.kill()
        start = asyncio.ensure_future(asyncio.to_thread(allo.start))
        await asyncio.wait([start], timeout=LONGEST_SECONDS)
        line.open.clear()
        await start
        line.open.set()
        outages.append(Span(killed_at, now()))
    return outages


async def log_of(api: Api) -> list[Json]:
    """All calls, over all pages."""
    found: list[Json] = []
    query = {"limit": "100"}
    while True:
        page = await api.get("/api/calls", **query)
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        query["cursor"] = page["next_cursor"]


async def settled_log_of(api: Api) -> list[Json]:
    """The log once no call in it goes on: rows follow the calls within moments."""
    still_open: list[Json] = []
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                log = await log_of(api)
                still_open = [call for call in log if call["status"] != "ended"]
                if not still_open:
                    return log
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(f"left open: {still_open}") from None


def assert_told(truth: Truth, rows: list[Json], outages: list[Span]) -> None:
    """A call is there once, right or marked; only one that nobody could see may be missing."""
    if any(truth.sure.lies_in(outage) for outage in outages):
        assert len(rows) <= 1, rows
        return
    assert len(rows) == 1, (truth, rows)
    if rows[0]["result"] != truth.result:
        assert rows[0]["is_recovered"], (truth, rows)
        assert any(truth.possible.touches(outage) for outage in outages), (truth, rows)


async def every_call_is_told(allo: AlloProcess, office: Office, calls_each: int, seed: int) -> None:
    line = Line(office)
    shifts: list[Coroutine[None, None, None]] = [
        calls_of(line, phone, calls_each, random.Random(f"{seed} {phone.user}"))
        for phone in await phones_of(office, *AGENTS)
    ]
    done = asyncio.gather(*shifts)
    outages = await kill_until(done, allo, line, random.Random(seed))
    await done

    async with Api(allo) as olga:
        await olga.log_in(OLGA)
        log = await settled_log_of(olga)
    truths = line.truths
    assert outages
    assert {call["number"] for call in log} <= set(truths)
    for number, truth in truths.items():
        assert_told(truth, [call for call in log if call["number"] == number], outages)
    right = sum(truths[call["number"]].result == call["result"] for call in log)
    assert right > len(truths) / 3  # the marks are no way out, though it is away half the time


async def test_a_few_kills(own_allo: AlloProcess, own_office: Office) -> None:
    await every_call_is_told(own_allo, own_office, calls_each=6, seed=1)


@pytest.mark.torture
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(10))
async def test_many_kills(own_allo: AlloProcess, own_office: Office, seed: int) -> None:
    await every_call_is_told(own_allo, own_office, calls_each=60, seed=seed)
