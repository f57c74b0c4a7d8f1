"""Links as rows: each starts, begins anew and stops by itself, and the others notice nothing."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from config.links import LinkDesk, LinkHouse
from crm_core.access.teams import DEFAULT_TEAM_ID
from crm_core.calls.agents.directory import AgentDirectory
from crm_core.calls.call_log import CallWriter
from crm_core.calls.pbx.link_tables import PbxLinkRow
from crm_core.calls.pbx.links import LinkBook, get_link
from crm_core.calls.tables import Call
from crm_core.kernel.bus import EventBus
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import Database
from crm_core.kernel.events import CallEvent, CallsReplaced, Event, LinkChanged, LinkRemoved
from crm_core.kernel.secret_box import KEY_NAME, SecretBox
from telephony.tape import TapeLimits
from tests.fakes.pbx import SECRET, FakePbx, fake_pbx
from tests.patience import PATIENCE_SECONDS
from tests.unit.calls.stored import only_call
from tests.unit.telephony.call_records.recorded import as_csv, moved, rows_of


class House:
    """A desk at work over real rows and real sockets."""

    def __init__(self, database: Database, bus: EventBus, directory: Path) -> None:
        self.database, self.bus = database, bus
        self.box = SecretBox(directory / KEY_NAME)
        self.regions: dict[str, str] = {}
        self.told: list[Event] = []
        self.writer = CallWriter(database, AgentDirectory(), self.regions)
        house = LinkHouse(
            database=database,
            bus=bus,
            writer=self.writer,
            box=self.box,
            tapes=directory / "tape",
            limits=TapeLimits(),
        )
        self.desk = LinkDesk(house, (), self.regions)
        self._changed = asyncio.Condition()
        bus.subscribe(LinkChanged, LinkRemoved, CallsReplaced, CallEvent, handler=self._take)

    async def _take(self, event: Event) -> None:
        async with self._changed:
            self.told.append(event)
            self._changed.notify_all()

    async def hears(self, kind: type[Event], pbx: str, **values: object) -> None:
        """Wait until the bus has told this of a PBX."""

        def is_told() -> bool:
            wanted = {"pbx": pbx, **values}
            return any(
                isinstance(event, kind)
                and all(getattr(event, name) == value for name, value in wanted.items())
                for event in self.told
            )

        await self.until(is_told)

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something holds that an event brings about."""
        async with asyncio.timeout(PATIENCE_SECONDS), self._changed:
            await self._changed.wait_for(is_so)

    async def add(self, pbx: FakePbx, **values: object) -> PbxLinkRow:
        chosen = {"name": "main", "port": pbx.port, "secret": SECRET, **values}
        async with self.database.write() as unit:
            row = await LinkBook(unit, self.box, DEFAULT_TEAM_ID).add(chosen)
        await self.desk.follow()
        return row

    async def change(self, row: PbxLinkRow, **changes: Any) -> PbxLinkRow:
        async with self.database.write() as unit:
            book = LinkBook(unit, self.box, DEFAULT_TEAM_ID)
            row = await book.change(row.id, row.version, changes)
        await self.desk.follow()
        return row

    async def change_of(self, row: PbxLinkRow) -> PbxLinkRow:
        """The row as it is now."""
        async with self.database.read() as session:
            return await get_link(session, row.id)

    async def remove(self, row: PbxLinkRow) -> None:
        async with self.database.write() as unit:
            await LinkBook(unit, self.box, DEFAULT_TEAM_ID).remove(row.id)
        await self.desk.follow()


@pytest.fixture
async def house(database: Database, bus: EventBus, tmp_path: Path) -> AsyncIterator[House]:
    house = House(database, bus, tmp_path)
    workers = [asyncio.create_task(bus.run()), asyncio.create_task(house.desk.run())]
    yield house
    for one in workers:
        one.cancel()
    await asyncio.gather(*workers, return_exceptions=True)


@pytest.fixture
async def pbx() -> AsyncIterator[FakePbx]:
    async with fake_pbx() as pbx:
        yield pbx


@pytest.fixture
async def other_pbx() -> AsyncIterator[FakePbx]:
    async with fake_pbx() as pbx:
        yield pbx


async def test_a_link_that_is_added_comes_up_at_once(house: House, pbx: FakePbx) -> None:
    assert not await house.desk.is_any_wanted()
    await house.add(pbx)
    await house.hears(LinkChanged, "main", is_up=True)

    standing = house.desk.standing("main")
    assert standing is not None
    assert (standing.state, standing.reason) == ("up", "")
    assert house.desk.has_tape("main")


async def test_a_change_of_one_link_leaves_the_others_alone(
    house: House, pbx: FakePbx, other_pbx: FakePbx
) -> None:
    row = await house.add(pbx)
    await house.add(other_pbx, name="south")
    await pbx.login()
    await other_pbx.login()

    await house.change(row, username="crm")
    await pbx.login(times=2)

    assert [action["Username"] for action in pbx.asked("Login")] == ["allo", "crm"]
    assert len(other_pbx.asked("Login")) == 1
    assert other_pbx.connections == 1


async def test_another_region_is_read_by_without_a_new_login(house: House, pbx: FakePbx) -> None:
    row = await house.add(pbx)
    await pbx.login()

    await house.change(row, region="KZ")

    assert house.regions == {"main": "KZ"}
    assert pbx.connections == 1


async def test_a_link_that_is_switched_off_ends_and_can_come_back(
    house: House, pbx: FakePbx
) -> None:
    row = await house.add(pbx)
    await pbx.login()
    row = await house.change(row, is_enabled=False)
    await house.hears(LinkRemoved, "main")
    assert house.desk.standing("main") is None
    await pbx.until(lambda: not pbx.sessions)

    await house.change(row, is_enabled=True)
    await pbx.login(times=2)


async def test_a_call_that_lives_on_a_link_that_is_removed_leaves_the_screens_and_ends(
    house: House, pbx: FakePbx
) -> None:
    row = await house.add(pbx)
    await pbx.login()
    await pbx.until(lambda: bool(pbx.asked("QueueStatus")))  # asked after all that lived before
    await pbx.say(*a_ringing_call())
    await house.until(lambda: any(isinstance(event, CallEvent) for event in house.told))

    await house.remove(row)

    await house.hears(CallsReplaced, "main", calls=())
    call = await only_call(house.database)
    assert call.ended_at is not None
    assert call.status == "ended"


async def test_a_call_that_lives_while_its_link_is_changed_is_told_once_and_whole(
    house: House, pbx: FakePbx
) -> None:
    row = await house.add(pbx)
    await pbx.until(lambda: bool(pbx.asked("QueueStatus")))
    await pbx.say(*a_ringing_call())
    await house.until(lambda: any(isinstance(event, CallEvent) for event in house.told))

    await house.change(row, username="crm")
    await pbx.until(lambda: len(pbx.asked("QueueStatus")) >= 2)
    await house.change(await house.change_of(row), is_enabled=False)

    call = await only_call(house.database)
    assert (call.raw_number, call.linkedid) == ("89161234567", "1763000000.1")


def a_ringing_call() -> list[bytes]:
    """A client calls; the phone 101 rings."""
    client = "Channel: PJSIP/provider-1\r\nUniqueid: 1763000000.1\r\nLinkedid: 1763000000.1\r\n"
    phone = "PJSIP/101-2\r\nDestUniqueid: 1763000000.2\r\nDestLinkedid: 1763000000.1\r\n"
    told = (
        f"Event: Newchannel\r\n{client}ChannelState: 4\r\nCallerIDNum: 89161234567\r\n"
        "Exten: 74950000701\r\n\r\n",
        f"Event: DialBegin\r\n{client}DestChannel: {phone}DialString: 101\r\n\r\n",
    )
    return [one.encode() for one in told]


async def test_a_refused_link_is_told_and_mended_without_a_restart(
    house: House, pbx: FakePbx
) -> None:
    row = await house.add(pbx, secret="wrong")
    await house.hears(LinkChanged, "main", is_up=False)
    standing = house.desk.standing("main")
    assert standing is not None
    assert standing.state == "refused"

    await house.change(row, secret=SECRET)

    await house.hears(LinkChanged, "main", is_up=True)


async def test_a_link_whose_secret_cannot_be_read_keeps_nobody_from_the_others(
    house: House, pbx: FakePbx
) -> None:
    await house.add(pbx, name="lost")
    await pbx.login()
    house.box.key_file.unlink()

    await house.add(pbx, name="main")
    await house.hears(LinkChanged, "main", is_up=True)

    assert house.desk.standing("lost") is None


async def test_a_call_that_passed_while_the_link_was_down_is_read_in_the_pbx_s_records(
    house: House, pbx: FakePbx, tmp_path: Path
) -> None:
    master = tmp_path / "Master.csv"
    master.touch()
    await house.add(
        pbx, extension_pattern=r"\d{3}", trunks=["PJSIP/provider"], call_records=str(master)
    )
    await house.hears(LinkChanged, "main", is_up=True)
    await pbx.stop()
    await house.hears(LinkChanged, "main", is_up=False)
    heard = len(house.told)
    rows = moved(rows_of("direct_answered"), utc_now())
    master.write_text(as_csv(rows, lambda row: [row["uniqueid"], "", row["linkedid"], "1"]))

    await pbx.start()
    await house.until(lambda: any(_is_up(event) for event in house.told[heard:]))
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            calls = await _calls(house)
            if calls:
                break
            await asyncio.sleep(0.05)
    (call,) = calls
    assert (call.linkedid, call.is_recovered) == (rows[0]["linkedid"], True)


def _is_up(event: Event) -> bool:
    return isinstance(event, LinkChanged) and event.is_up


async def _calls(house: House) -> Sequence[Call]:
    async with house.database.read() as session:
        return (await session.exec(select(Call))).all()
