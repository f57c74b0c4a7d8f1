"""Whom the demo calls, and when: played by the simulator, heard on a real AMI connection."""

import asyncio
from dataclasses import replace

from config.demo.calls import DemoCalls
from telephony.simulator.channels import Phone
from telephony.simulator.pbx import SimulatedPbx
from telephony.simulator.plans import Caller, CallKind, Planner
from tests.integration.simulator.conftest import Listener

ANNA = Phone("101", "Анна Соколова", ())
STRANGER, CLIENT = Caller("+79990000001"), Caller("+79160000002")


async def test_who_sits_down_while_her_phone_talks_sees_a_second_call_knock() -> None:
    pbx = SimulatedPbx(phones=(ANNA,), username="demo", secret="quiet", seed=1, speed=10)
    planner = Planner((STRANGER,), seed=1)
    demo = DemoCalls(
        pbx=pbx, planner=planner, at_desk=lambda: frozenset({"101"}), well_known=(CLIENT,), seed=1
    )
    async with pbx.serve() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await reader.readline()
        listener = Listener(reader, writer)
        await listener.log_in()
        plan = planner.plan(CallKind.DIRECT, [ANNA], at=ANNA, caller=STRANGER)
        pbx.start_call(replace(plan, ring_seconds=1, talk_seconds=3_000))
        while not pbx.board.is_talking("101"):
            await listener.next()

        pace = asyncio.create_task(demo.run())
        while True:
            told = await listener.next()
            if told.get("Event") == "Newstate" and told["ChannelStateDesc"] == "Ringing":
                break
        pace.cancel()
        writer.close()

    assert told["Channel"].startswith("PJSIP/101-")
    assert told["ConnectedLineNum"] == CLIENT.number
