"""`kill -9` again and again while calls go on: every call is in the log, once, and told rightly."""

import asyncio
import random
from collections.abc import Coroutine

import pytest

from tests.allo_clients import Api
from tests.allo_process import OLGA, AlloProcess
from tests.asterisk.office import Office
from tests.asterisk.sip_phone import SipPhone

pytestmark = pytest.mark.asterisk

AGENTS = ("101", "102", "103", "104", "105", "106")
LONGEST_SECONDS = 0.8  # of ringing and of talk; a server is away for longer than that

Truth = dict[str, str]


async def one_call(office: Office, phone: SipPhone, number: str, chance: random.Random) -> str:
    """A client calls this agent; gives what came of it."""
    call = await office.trunk.call(f"74950000{phone.user}", caller=number)
    ring = await phone.ringing()
    await asyncio.sleep(chance.uniform(0, LONGEST_SECONDS))
    if chance.random() < 0.3:
        await call.cancel()
        await ring.over()
        return "abandoned"
    await ring.answer()
    await call.up()
    await asyncio.sleep(chance.uniform(0, LONGEST_SECONDS))
    await chance.choice([call, ring]).hang_up()
    await call.over()
    return "answered"


async def calls_of(
    office: Office, phone: SipPhone, count: int, chance: random.Random, truth: Truth
) -> None:
    """One agent's shift."""
    for i in range(count):
        number = f"+7916{phone.user}{i:04}"
        truth[number] = await one_call(office, phone, number, chance)


async def kill_until(
    done: asyncio.Future[list[None]], allo: AlloProcess, chance: random.Random
) -> int:
    kills = 0
    while not done.done():
        await asyncio.sleep(chance.uniform(0.1, 1.5))
        allo.kill()
        await asyncio.to_thread(allo.start)
        kills += 1
    return kills


async def log_of(api: Api) -> dict[str, list[str]]:
    """Results by number, over all pages."""
    found: dict[str, list[str]] = {}
    query = {"limit": "100"}
    while True:
        page = await api.get("/api/calls", **query)
        for call in page["items"]:
            found.setdefault(call["number"], []).append(call["result"] or call["status"])
        if page["next_cursor"] is None:
            return found
        query["cursor"] = page["next_cursor"]


async def every_call_is_told(allo: AlloProcess, office: Office, calls_each: int, seed: int) -> None:
    chance, truth = random.Random(seed), Truth()
    phones = [await office.phone(extension) for extension in AGENTS]
    shifts: list[Coroutine[None, None, None]] = [
        calls_of(office, phone, calls_each, random.Random(f"{seed} {phone.user}"), truth)
        for phone in phones
    ]
    done = asyncio.gather(*shifts)
    kills = await kill_until(done, allo, chance)
    await done

    expected = {number: [result] for number, result in truth.items()}
    async with Api(allo) as olga:
        await olga.log_in(OLGA)
        log = await log_of(olga)
        deadline = asyncio.get_running_loop().time() + 10
        while log != expected and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.2)  # rows follow the calls within moments
            log = await log_of(olga)
    assert log == expected
    assert kills > 0


async def test_a_few_kills(own_allo: AlloProcess, own_office: Office) -> None:
    await every_call_is_told(own_allo, own_office, calls_each=6, seed=1)


@pytest.mark.torture
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(10))
async def test_many_kills(own_allo: AlloProcess, own_office: Office, seed: int) -> None:
    await every_call_is_told(own_allo, own_office, calls_each=60, seed=seed)
