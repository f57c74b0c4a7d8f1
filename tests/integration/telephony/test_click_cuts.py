"""F3: a link that dies in the middle of a click: at most one ring, and nobody is told a lie.

The order desk of the core, the link of telephony, and a PBX that hangs up when it is asked.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from crm_core.access.permissions import Person
from crm_core.access.users import NewUser, Phone, add_user, person_of
from crm_core.calls.agents.directory import AgentDirectory
from crm_core.calls.control import ActionUnanswered, PbxUnreachable
from crm_core.calls.orders.call_limits import change_limits, list_limits
from crm_core.calls.orders.desk import Click, OrderDesk
from crm_core.calls.orders.dial_rules import Limits
from crm_core.calls.orders.watch import OrderWatch
from crm_core.kernel.bus import EventBus
from crm_core.kernel.database import Database
from crm_core.kernel.frames import Frame
from telephony.ami_client import LinkTiming
from telephony.ami_event import AmiEvent
from telephony.call_control import LinkControl
from telephony.link import PbxLink
from tests.engines import ON_SQLITE
from tests.fakes.pbx import FakePbx, Session, fake_pbx
from tests.fakes.pbx_desk import FakeDesk

pytestmark = ON_SQLITE  # what the database does is tried elsewhere

CLICKS = 40
IMPATIENT = LinkTiming(first_retry=0.01, longest_retry=0.02)


class Log:
    def put(self, *_told: object) -> None:
        pass


class NoScreens:
    def show(self, user_id: UUID, frame: Frame) -> None:
        pass

    def has_screen(self, user_id: UUID) -> bool:
        return False


@dataclass
class Desk:
    person: Person
    orders: OrderDesk


@pytest.fixture
async def pbx() -> AsyncIterator[FakePbx]:
    async with fake_pbx() as pbx:
        yield pbx


@pytest.fixture
async def desk(
    database: Database, bus: EventBus, pbx: FakePbx, tmp_path: Path
) -> AsyncIterator[Desk]:
    async with database.write() as unit:
        phones = [Phone(pbx="main", extension="101")]
        new = NewUser(login="anna", name="Анна", role="agent", password_hash="-", phones=phones)
        person = person_of(await add_user(unit, new))
        generous = [_generous(one) for one in await list_limits(unit.session)]
        await change_limits(unit, generous, by=person.user_id)
    directory = AgentDirectory()
    await directory.reload(database)
    link = PbxLink(
        pbx.settings(dial_context="agents"),
        tape_directory=tmp_path,
        bus=bus,
        call_log=Log(),
        timing=IMPATIENT,
    )
    running = asyncio.create_task(link.run())
    await pbx.until(lambda: bool(pbx.asked("QueueStatus")))
    watch = OrderWatch(database, NoScreens())
    control = LinkControl({"main": link}.get)
    yield Desk(person, OrderDesk(directory, control, FakeDesk(), watch))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def _generous(limits: Limits) -> Limits:
    return Limits(
        role=limits.role,
        allowed=limits.allowed,
        denied=limits.denied,
        calls_per_minute=10_000,
        abroad_calls_per_day=0,
        abroad_minutes_per_day=0,
    )


async def test_no_click_rings_twice_however_often_the_link_is_cut(desk: Desk, pbx: FakePbx) -> None:
    chance = random.Random(3)

    async def answer_or_die(_pbx: FakePbx, session: Session, action: AmiEvent) -> None:
        match chance.randrange(3):
            case 0:
                session.reply(action, Message="Originate successfully queued")
            case 1:
                session.writer.transport.abort()
            case _:
                session.reply(action, Message="Originate successfully queued")
                session.writer.transport.abort()

    pbx.answers["Originate"] = answer_or_die
    told = {"calling": 0, "unknown": 0, "nothing was sent": 0}
    for n in range(CLICKS):
        click = Click(number=f"+7916000{n:04}", key=f"key {n}")
        for _again in range(3):  # the page asks again, as pages do
            try:
                order = await desk.orders.call(desk.person, click)
                told[order.state] += 1
            except ActionUnanswered:
                told["unknown"] += 1
            except PbxUnreachable:
                told["nothing was sent"] += 1
        logins = len(pbx.asked("Login"))
        if not pbx.sessions:
            await pbx.login(times=logins + 1)

    extens = [action["Exten"] for action in pbx.asked("Originate")]
    assert len(extens) == len(set(extens)) <= CLICKS
    assert told["calling"] > 0
    assert told["unknown"] > 0
