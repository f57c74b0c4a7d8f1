"""What an agent is said to do is what their phone knows, at every moment of a played shift."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from tests.allo_clients import Api
from tests.allo_process import GLEB, AlloProcess
from tests.asterisk.desk import Desk
from tests.asterisk.fixtures import Desks
from tests.asterisk.office import Office
from tests.asterisk.test_pauses import SUPPORT, gives_wrap_up
from tests.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.asterisk

LATE_SECONDS = 0.5  # so long after a change what is told may still be what was before


@dataclass
class Story:
    """What the phone and the person do, and what was told, by the clock of the tests."""

    truths: list[tuple[float, str]] = field(default_factory=list)
    told: list[tuple[float, str]] = field(default_factory=list)

    def now_is(self, state: str) -> None:
        self.truths.append((asyncio.get_running_loop().time(), state))

    async def watch(self, api: Api) -> None:
        loop = asyncio.get_running_loop()
        while True:
            asked_at = loop.time()
            state = (await api.get("/api/agents/me/line"))["state"]
            self.told.append((asked_at, state))
            await asyncio.sleep(0.03)

    def allowed_at(self, moment: float) -> set[str]:
        """The state of this moment, and those that were so just before."""
        states = set()
        for place, (begun, state) in enumerate(self.truths):
            later = self.truths[place + 1][0] if place + 1 < len(self.truths) else float("inf")
            if begun - 0.15 <= moment <= later + LATE_SECONDS:
                states.add(state)
        return states


async def shift(gleb: Desk, office: Office, story: Story) -> None:
    """A queue call with a hold, its wrap-up; a call declined; a break; a call placed by himself."""
    moment: Callable[[], Awaitable[None]] = lambda: asyncio.sleep(1.2)  # noqa: E731
    call = await office.trunk.call(SUPPORT, caller="+79160040001")
    ring = await gleb.phone.ringing()
    story.now_is("ringing")
    card = await gleb.card("+79160040001")
    await moment()
    await ring.answer()
    story.now_is("on_call")
    await call.up()
    await moment()
    await ring.hold()
    await moment()
    second = await office.trunk.call("74950000104", caller="+79160040002")
    await gleb.phone.ringing()  # it knocks while he talks: that hides no talk
    await moment()
    await second.cancel()
    await ring.resume()
    await moment()
    await ring.hang_up()
    story.now_is("wrap_up")
    await call.over()
    await moment()
    await gleb.api.post(f"/api/calls/{card['call_id']}/finish")
    story.now_is("ready")
    await moment()
    story.now_is("paused")
    await gleb.api.put(f"/api/agents/{gleb.api.user['id']}/pause", {"reason": "lunch"})
    await moment()
    story.now_is("ready")
    await gleb.api.delete(f"/api/agents/{gleb.api.user['id']}/pause")
    await moment()
    daria = await office.phone("105")  # she comes late: the queue had him alone
    story.now_is("on_call")
    placed = await gleb.phone.dial("105")
    other = await daria.ringing()
    await moment()
    await other.answer()
    await placed.up()
    await moment()
    await placed.hang_up()
    story.now_is("ready")
    await moment()


async def test_the_state_is_the_phone_s_at_every_moment(
    own_allo: AlloProcess, own_desks: Desks, own_office: Office
) -> None:
    await gives_wrap_up(own_allo, "support", 600)
    (gleb,) = await own_desks(GLEB)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            if (await gleb.api.get("/api/agents/me/line"))["state"] == "ready":
                break
            await asyncio.sleep(0.05)
    story = Story()
    story.now_is("ready")
    watching = asyncio.create_task(story.watch(gleb.api))
    await shift(gleb, own_office, story)
    watching.cancel()

    wrong = [(at, state) for at, state in story.told if state not in story.allowed_at(at)]
    assert wrong == [], story.truths
    assert {state for _, state in story.told} == {
        *("ready", "ringing", "on_call", "wrap_up", "paused"),
    }
    assert len(story.told) > 100
