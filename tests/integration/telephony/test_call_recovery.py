"""The look into the PBX's records after a gap: late, missing, twice, and over a restart."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlmodel import col, select

from crm_core.calls.agents.directory import AgentDirectory
from crm_core.calls.call_log import CallWriter
from crm_core.calls.pbx.settings import PbxSettings
from crm_core.calls.recovered_calls import GapBook
from crm_core.calls.tables import Call, Gap
from crm_core.kernel.call_facts import LinkGap
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import Database
from telephony.call_records.recovery import CallRecovery, pauses
from tests.patience import PATIENCE_SECONDS
from tests.unit.telephony.call_records.recorded import as_csv, moved, rows_of

SOON = (0.01,)
TWICE = (0.01, 60.0)
PATIENT = (0.01, *(0.01 + 0.05 * n for n in range(1, 200)))


_NEWEST = select(Gap).order_by(col(Gap.from_at).desc())


class House:
    """A log, a file of records, and gaps of a link."""

    def __init__(self, database: Database, master: Path) -> None:
        self.database, self.master = database, master
        self.writer = CallWriter(database, AgentDirectory(), {"main": "RU"})
        self.began_at = utc_now() - timedelta(minutes=2)
        self.live: frozenset[str] = frozenset()

    def gap(self) -> LinkGap:
        """One that holds the calls which this file tells, and has just closed."""
        gap = LinkGap(
            gap_id=uuid4(),
            pbx="main",
            from_at=self.began_at - timedelta(seconds=30),
            to_at=utc_now(),
            reason="server_down",
        )
        self.writer.put_gap(gap)
        return gap

    def record(self, *streams: str) -> str:
        """What the PBX writes of calls in the gap."""
        rows = [row for name in streams for row in moved(rows_of(name), self.began_at)]
        return as_csv(rows, lambda row: [row["uniqueid"], "", row.get("linkedid", ""), "1"])

    @asynccontextmanager
    async def recovering(self, looks: Sequence[float] = SOON) -> AsyncIterator[CallRecovery]:
        settings = PbxSettings.model_validate(
            {
                "secret": "quiet",
                "extension_pattern": r"\d{3}",
                "trunks": ["PJSIP/provider"],
                "call_records": str(self.master),
            }
        )
        recovery = CallRecovery(
            settings,
            GapBook(self.database, self.writer),
            live_linkedids=lambda: self.live,
            looks_seconds=looks,
        )
        work = asyncio.create_task(recovery.run())
        yield recovery
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)

    async def until(self, is_so: Callable[[Gap], bool]) -> Gap:
        """The newest gap once it is so."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                async with self.database.read() as session:
                    gap = (await session.exec(_NEWEST)).first()
                if gap and is_so(gap):
                    return gap
                await asyncio.sleep(0.02)

    async def calls(self) -> list[Call]:
        async with self.database.read() as session:
            return list((await session.exec(select(Call))).all())


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    return House(database, tmp_path / "Master.csv")


async def test_calls_of_a_gap_are_found_when_it_closes(house: House) -> None:
    house.master.write_text(house.record("direct_answered", "queue_ringall_answered"))
    async with house.recovering() as recovery:
        recovery.on_gap(house.gap())
        gap = await house.until(lambda gap: gap.recovery_state == "done")
    assert (gap.recovered, gap.without_agent, gap.recovery_reason) == (2, 0, None)
    assert all(call.is_recovered for call in await house.calls())


async def test_an_open_gap_is_left_alone_until_it_closes(house: House) -> None:
    house.master.write_text(house.record("direct_answered"))
    gap = house.gap()
    async with house.recovering() as recovery:
        recovery.on_gap(replace(gap, to_at=None))
        recovery.on_gap(gap)
        assert (await house.until(lambda gap: gap.recovery_state == "done")).recovered == 1


async def test_records_that_are_written_late_are_found_by_a_later_look(house: House) -> None:
    house.master.touch()
    async with house.recovering(PATIENT) as recovery:
        recovery.on_gap(house.gap())
        assert (await house.until(lambda gap: gap.recovery_state == "pending")).recovered == 0
        house.master.write_text(house.record("direct_answered"))
        await house.until(lambda gap: gap.recovered == 1)


async def test_a_missing_file_is_told_and_mended(house: House) -> None:
    async with house.recovering(PATIENT) as recovery:
        recovery.on_gap(house.gap())
        gap = await house.until(lambda gap: gap.recovery_state == "failed")
        assert "No such file" in (gap.recovery_reason or "")
        house.master.write_text(house.record("direct_answered"))
        gap = await house.until(lambda gap: gap.recovered == 1)
        await house.until(lambda gap: gap.recovery_state == "pending")


async def test_a_call_that_still_lives_is_not_told_by_half(house: House) -> None:
    """Members of a queue that did not answer have rows already while the caller waits."""
    house.master.write_text(house.record("queue_rrmemory_rna_then_answer", "direct_answered"))
    waiting = moved(rows_of("queue_rrmemory_rna_then_answer"), house.began_at)
    house.live = frozenset(row["linkedid"] for row in waiting)
    async with house.recovering() as recovery:
        recovery.on_gap(house.gap())
        await house.until(lambda gap: gap.recovery_state == "done")
    assert [call.queue for call in await house.calls()] == [None]


async def test_what_a_start_before_left_undone_is_gone_on_with(house: House) -> None:
    house.gap()
    house.master.write_text(house.record("direct_answered"))
    await house.writer.flush()
    for _start in range(2):
        async with house.recovering(TWICE):
            gap = await house.until(lambda gap: gap.recovered == 1)
            assert gap.recovery_state == "pending"
    async with house.recovering(SOON):
        await house.until(lambda gap: gap.recovery_state == "done")
    assert len(await house.calls()) == 1


async def test_a_gap_of_long_ago_is_not_dug_up(house: House) -> None:
    old = LinkGap(
        gap_id=uuid4(),
        pbx="main",
        from_at=utc_now() - timedelta(days=31),
        to_at=utc_now() - timedelta(days=30),
        reason="server_down",
    )
    house.writer.put_gap(old)
    house.master.write_text(house.record("direct_answered"))
    async with house.recovering() as recovery:
        recovery.on_gap(house.gap())
        await house.until(lambda gap: gap.recovery_state == "done")
    async with house.database.read() as session:
        row = await session.get(Gap, old.gap_id)
    assert row is not None
    assert row.recovery_state == "none"


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (0, [2, 28, 300]),
        (20, [2, 8, 300]),
        (29, [2, 299]),
        (3600, [2]),
        (-5, [2, 28, 300]),
    ],
)
def test_looks_are_counted_from_the_end_of_the_gap(age: int, expected: list[float]) -> None:
    now = utc_now()
    assert pauses(now - timedelta(seconds=age), now, (2, 30, 330)) == pytest.approx(expected)
