"""Several PBXs side by side: their calls never clash, and a dead one disturbs nobody."""

import asyncio

from sqlmodel import col, select

from crm_core.calls.tables import Call
from crm_core.kernel.events import CallRinging, LinkChanged
from tests.fakes.pbx import FakePbx
from tests.integration.config.test_links import House, a_ringing_call, house, other_pbx, pbx
from tests.patience import PATIENCE_SECONDS

__all__ = ["house", "other_pbx", "pbx"]


def ringing_on(house: House, pbx: str) -> list[CallRinging]:
    """The phones of a PBX that were told to ring."""
    return [one for one in house.told if isinstance(one, CallRinging) and one.call.pbx == pbx]


async def hear_of(house: House, pbx: FakePbx, name: str) -> None:
    """Let a PBX say that a client calls, and wait until it is told."""
    await pbx.until(lambda: bool(pbx.asked("QueueStatus")))
    await pbx.say(*a_ringing_call(), a_ring())
    await house.until(lambda: bool(ringing_on(house, name)))


def a_ring() -> bytes:
    said = "Event: Newstate\r\nChannel: PJSIP/101-2\r\nUniqueid: 1763000000.2\r\n"
    return f"{said}Linkedid: 1763000000.1\r\nChannelState: 5\r\n\r\n".encode()


async def calls_in_the_log(house: House, **wanted: str) -> list[Call]:
    """All calls, by PBX, once each is as wanted: they are written a moment after they are told."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            await house.writer.flush()
            async with house.database.read() as session:
                calls = (await session.exec(select(Call).order_by(col(Call.pbx)))).all()
            told = set(ringing_pbxs(house))
            are_so = all(
                getattr(call, key) == value for call in calls for key, value in wanted.items()
            )
            if {call.pbx for call in calls} == told and are_so:
                return list(calls)
            await asyncio.sleep(0.02)


def ringing_pbxs(house: House) -> list[str]:
    return [one.call.pbx for one in house.told if isinstance(one, CallRinging)]


async def test_two_pbxs_that_number_their_calls_alike_tell_two_calls(
    house: House, pbx: FakePbx, other_pbx: FakePbx
) -> None:
    await house.add(pbx)
    await house.add(other_pbx, name="south")

    await hear_of(house, pbx, "main")
    await hear_of(house, other_pbx, "south")

    north, south = await calls_in_the_log(house)
    assert (north.linkedid, south.linkedid) == ("1763000000.1", "1763000000.1")
    assert north.id != south.id


async def test_a_pbx_that_dies_ends_no_call_of_another(
    house: House, pbx: FakePbx, other_pbx: FakePbx
) -> None:
    await house.add(pbx)
    await house.add(other_pbx, name="south")
    await hear_of(house, pbx, "main")

    await house.hears(LinkChanged, "south", is_up=True)
    await other_pbx.stop()
    await house.hears(LinkChanged, "south", is_up=False)
    hangups = (
        f"Event: Hangup\r\nChannel: {name}\r\nUniqueid: 1763000000.{number}\r\n"
        "Linkedid: 1763000000.1\r\nCause: 16\r\n\r\n"
        for name, number in (("PJSIP/101-2", 2), ("PJSIP/provider-1", 1))
    )
    await pbx.say(*(line.encode() for line in hangups))
    (call,) = await calls_in_the_log(house, status="ended")
    assert (call.pbx, call.status, call.is_recovered) == ("main", "ended", False)
    standing = house.desk.standing("main")
    assert standing is not None
    assert standing.state == "up"
