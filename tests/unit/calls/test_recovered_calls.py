"""Calls that nobody here heard: written once, and never over what was heard."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import col, select

from crm_core.calls.call_log import CallWriter
from crm_core.calls.recovered_calls import FoundCall, GapBook
from crm_core.calls.tables import Call, CallLeg, Gap
from crm_core.kernel.call_facts import (
    CallResult,
    CallSnapshot,
    CallStatus,
    LinkGap,
    Transfer,
    TransferKind,
    TransferOutcome,
)
from crm_core.kernel.outbox_tables import OutboxEntry
from tests.unit.calls.floor import NOON, Floor, answered, hung_up, moment, ringing
from tests.unit.calls.stored import only_call, rows

GAP = LinkGap(
    gap_id=UUID(int=1),
    pbx="main",
    from_at=NOON - timedelta(minutes=1),
    to_at=NOON + timedelta(minutes=5),
    reason="server_down",
)


def spoken(name: str = "call", linkedid: str = "1772442000.1") -> CallSnapshot:
    """A talk with 101, as records tell it."""
    call = ringing("101", name=name, linkedid=linkedid, is_recovered=True)
    return hung_up(answered(call, "101", moment(5)))


def found(call: CallSnapshot, *linkedids: str) -> FoundCall:
    return FoundCall(call=call, linkedids=frozenset({call.linkedid, *linkedids}))


@pytest.fixture
async def book(floor: Floor, writer: CallWriter) -> GapBook:
    writer.put_gap(GAP)
    return GapBook(floor.database, writer)


async def gaps(floor: Floor) -> Sequence[Gap]:
    async with floor.database.read() as session:
        return (await session.exec(select(Gap).order_by(col(Gap.from_at)))).all()


async def told(floor: Floor) -> list[str]:
    """What the outbox tells, for the ledger of missed calls and for all that follows a call."""
    async with floor.database.read() as session:
        entries = (await session.exec(select(OutboxEntry))).all()
    return [str(entry.payload["result"]) for entry in entries if entry.kind == "call.ended"]


async def test_a_call_that_nobody_heard_is_written_and_told_of_once(
    floor: Floor, book: GapBook
) -> None:
    for _again in range(2):
        await book.keep(GAP, [found(spoken())])
    call = await only_call(floor.database)
    assert (call.is_recovered, call.status, call.result) == (True, "ended", "answered")
    assert await told(floor) == ["answered"]
    (gap,) = await gaps(floor)
    assert (gap.recovered, gap.without_agent) == (1, 0)


async def test_calls_in_which_none_of_our_phones_is_known_are_counted_apart(
    floor: Floor, book: GapBook
) -> None:
    lost = hung_up(ringing(name="lost", linkedid="1772442001.1", is_recovered=True))
    assert await book.keep(GAP, [found(spoken()), found(lost)]) == 2
    (gap,) = await gaps(floor)
    assert (gap.recovered, gap.without_agent) == (2, 1)


async def test_more_calls_than_fit_one_transaction_are_all_written(
    floor: Floor, book: GapBook
) -> None:
    many = [found(spoken(str(n), linkedid=f"1772442000.{n}")) for n in range(120)]
    assert await book.keep(GAP, many) == 120
    assert (await gaps(floor))[0].recovered == 120
    assert await book.keep(GAP, many) == 0


async def test_a_call_that_was_heard_whole_stands_as_it_was_heard(
    floor: Floor, writer: CallWriter, book: GapBook
) -> None:
    heard = replace(spoken(), is_recovered=False, hold_seconds=7.0)
    writer.put("main", [heard])
    await writer.flush()
    before = await rows(floor.database)
    other = replace(spoken(), call_id=UUID(int=9), linkedid="1772442009.1")
    assert await book.keep(GAP, [found(other, heard.linkedid)]) == 0
    assert await rows(floor.database) == before


async def test_what_is_waiting_to_be_written_is_known(
    floor: Floor, writer: CallWriter, book: GapBook
) -> None:
    writer.put("main", [replace(spoken(), is_recovered=False)])
    assert await book.keep(GAP, [found(spoken())]) == 0
    assert not (await only_call(floor.database)).is_recovered


async def test_a_consultation_that_was_folded_is_known_by_its_own_id(
    floor: Floor, writer: CallWriter, book: GapBook
) -> None:
    whole = replace(spoken(), is_recovered=False)
    asked = replace(
        spoken("asked", linkedid="1772442007.3"), merged_into=whole.call_id, is_recovered=False
    )
    writer.put("main", [whole, asked])
    stray = spoken("stray", linkedid="1772442007.3")
    assert await book.keep(GAP, [found(stray)]) == 0


async def test_a_call_of_another_pbx_with_the_same_id_is_another_call(
    floor: Floor, writer: CallWriter, book: GapBook
) -> None:
    writer.put("south", [replace(spoken("south"), pbx="south", is_recovered=False)])
    assert await book.keep(GAP, [found(spoken())]) == 1


async def test_a_call_whose_end_went_unheard_is_completed(
    floor: Floor, writer: CallWriter, book: GapBook
) -> None:
    passed_on = Transfer(
        kind=TransferKind.BLIND,
        by="101",
        to="102",
        at=moment(8),
        outcome=TransferOutcome.COMPLETED,
    )
    talk = answered(ringing("101"), "101", moment(5))
    cut = replace(
        hung_up(talk, at=moment(9)), is_recovered=True, hold_seconds=2.0, transfers=(passed_on,)
    )
    writer.put("main", [cut])
    whole = replace(
        hung_up(talk, at=moment(60)), is_recovered=True, started_at=NOON - timedelta(seconds=0.4)
    )
    assert await book.keep(GAP, [found(whole)]) == 0

    call = await only_call(floor.database)
    assert (call.ended_at, call.started_at) == (moment(60), whole.started_at)
    assert call.hold_seconds == 2.0
    assert [one["by"] for one in call.transfers] == ["101"]
    assert await told(floor) == ["answered"]
    assert (await gaps(floor))[0].recovered == 0

    writer.put("main", [cut])  # a start anew replays the tape, which knows no better
    await writer.flush()
    assert (await only_call(floor.database)).ended_at == moment(60)


async def test_a_call_that_was_answered_after_all_is_told_of_again(
    floor: Floor, writer: CallWriter, book: GapBook
) -> None:
    lost = replace(hung_up(ringing("101"), at=moment(9)), is_recovered=True)
    writer.put("main", [replace(lost, result=CallResult.NO_ANSWER)])
    await book.keep(GAP, [found(spoken())])
    assert await told(floor) == ["no_answer", "answered"]
    assert (await only_call(floor.database)).handled_by == "101"


async def test_a_caller_who_gave_up_unheard_is_no_longer_told_as_not_answered(
    floor: Floor, writer: CallWriter, book: GapBook
) -> None:
    lost = replace(hung_up(ringing("101"), at=moment(9)), is_recovered=True)
    writer.put("main", [replace(lost, result=CallResult.NO_ANSWER)])
    told_by_records = replace(lost, started_at=moment(-0.4), ended_at=moment(8.6))
    await book.keep(GAP, [found(told_by_records)])
    assert (await only_call(floor.database)).result == "abandoned"
    writer.put("main", [replace(lost, result=CallResult.NO_ANSWER)])  # the tape, told again
    await writer.flush()
    assert (await only_call(floor.database)).result == "abandoned"


async def test_a_refusal_that_was_heard_is_not_made_less_of(
    floor: Floor, writer: CallWriter, book: GapBook
) -> None:
    """Of the far side records know only that it did not answer."""
    lost = replace(hung_up(ringing("101")), is_recovered=True)
    writer.put("main", [replace(lost, result=CallResult.DECLINED)])
    await book.keep(GAP, [found(replace(lost, result=CallResult.NO_ANSWER))])
    assert (await only_call(floor.database)).result == "declined"


async def test_a_call_that_no_tape_remembers_is_closed(
    floor: Floor, writer: CallWriter, book: GapBook
) -> None:
    """The tape was lost while it went on; whoever asks has seen that it does not live."""
    writer.put("main", [answered(ringing("101"), "101", moment(5))])
    await book.keep(GAP, [found(spoken())])
    call = await only_call(floor.database)
    assert (call.status, call.is_recovered) == (CallStatus.ENDED.value, True)


async def test_hearing_a_call_whole_from_the_tape_wins_over_the_records(
    floor: Floor, writer: CallWriter, book: GapBook
) -> None:
    await book.keep(GAP, [found(spoken())])
    heard = replace(spoken(), is_recovered=False, hold_seconds=3.0)
    writer.put("main", [heard])
    await writer.flush()
    call = await only_call(floor.database)
    assert (call.is_recovered, call.hold_seconds) == (False, 3.0)
    async with floor.database.read() as session:
        assert len((await session.exec(select(CallLeg))).all()) == 1


async def test_a_call_is_counted_to_the_gap_in_which_it_lay(
    floor: Floor, writer: CallWriter, book: GapBook
) -> None:
    """A look goes a little beyond its gap, for the sake of two machines' clocks."""
    later = replace(
        GAP,
        gap_id=UUID(int=2),
        from_at=GAP.to_at + timedelta(seconds=10) if GAP.to_at else NOON,
        to_at=NOON + timedelta(minutes=9),
    )
    writer.put_gap(later)
    shifted = later.from_at - NOON
    call = replace(spoken(), started_at=NOON + shifted, ended_at=NOON + shifted)
    await book.keep(GAP, [found(call)])
    assert [gap.recovered for gap in await gaps(floor)] == [0, 1]


async def test_gaps_that_are_not_settled_are_looked_into_again(
    floor: Floor, writer: CallWriter, book: GapBook
) -> None:
    still_open = replace(GAP, gap_id=UUID(int=3), to_at=None)
    writer.put_gap(still_open)
    since = NOON - timedelta(days=1)
    await book.say(GAP, "failed", "the file cannot be read")
    assert await book.closed_gaps("main", since=since) == [GAP]
    assert await book.closed_gaps("south", since=since) == []
    assert await book.closed_gaps("main", since=NOON + timedelta(days=1)) == []
    reasons = {gap.id: gap.recovery_reason for gap in await gaps(floor)}
    assert reasons == {GAP.gap_id: "the file cannot be read", still_open.gap_id: None}
    await book.say(GAP, "done")
    assert await book.closed_gaps("main", since=since) == []
    writer.put_gap(GAP)  # told again after a restart
    await writer.flush()
    assert {gap.recovery_state for gap in await gaps(floor)} == {"done", "none"}


async def test_a_stub_that_a_note_made_becomes_the_call(
    floor: Floor, writer: CallWriter, book: GapBook
) -> None:
    writer.put("main", [ringing("101")])
    await writer.flush()
    async with floor.database.write() as unit:
        row = (await unit.session.exec(select(Call))).one()
        row.is_stub = True
        row.note = "перезвонить после обеда"
        unit.session.add(row)
    assert await book.keep(GAP, [found(spoken())]) == 1
    call = await only_call(floor.database)
    assert (call.is_stub, call.note, call.status) == (False, "перезвонить после обеда", "ended")
