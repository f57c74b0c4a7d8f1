"""A program ends and passes on the simulated PBX's calls."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from telephony.simulator.pbx import SimulatedPbx
from tests.integration.simulator.conftest import PHONES, Listener

CLICK = {
    "Action": "Originate",
    "Channel": "PJSIP/101",
    "Context": "agents",
    "Exten": "79161234567",
    "ChannelId": "allo-call-1763000000.1",
    "Async": "true",
}


@pytest.fixture
async def patient() -> AsyncIterator[SimulatedPbx]:
    """Its talks are long enough to be ended by somebody else."""
    simulated = SimulatedPbx(phones=PHONES, username="demo", secret="quiet", seed=1, speed=20)
    async with simulated.serve():
        yield simulated


@pytest.fixture
async def program(patient: SimulatedPbx) -> AsyncIterator[Listener]:
    reader, writer = await asyncio.open_connection("127.0.0.1", patient.port)
    await reader.readline()
    listener = Listener(reader, writer)
    await listener.log_in()
    yield listener
    writer.close()
    await writer.wait_closed()


async def test_a_click_that_is_hung_up_was_not_lifted(program: Listener) -> None:
    assert (await program.ask(**CLICK))["Response"] == "Success"
    (*_, ring) = await program.until("DialState")
    answer = await program.ask(Action="Hangup", Channel=ring["DestChannel"])
    (*_, told) = await program.until("OriginateResponse")

    assert answer["Response"] == "Success"
    assert (told["Response"], told["Uniqueid"]) == ("Failure", CLICK["ChannelId"])
    again = await program.ask(Action="Hangup", Channel=ring["DestChannel"])
    assert again["Message"] == "No such channel"


async def test_a_talk_is_passed_on_to_a_colleague(program: Listener, patient: SimulatedPbx) -> None:
    await program.ask(**CLICK)
    await program.until("BridgeEnter")
    await program.until("BridgeEnter")
    agent = next(one for one in patient.board.channels.values() if one.endpoint == "PJSIP/101")
    nowhere = await program.ask(Action="BlindTransfer", Channel=agent.name, Exten="555")
    done = await program.ask(Action="BlindTransfer", Channel=agent.name, Exten="102")
    told = await program.until("DialEnd")
    patient.end_call(told[-1]["DestChannel"])

    assert (nowhere["Response"], done["Response"]) == ("Error", "Success")
    assert told[-1]["DestChannel"].startswith("PJSIP/102-")
    assert patient.board.channels == {}
