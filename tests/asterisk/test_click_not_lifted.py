"""What a real PBX says of a phone that was ordered to ring, and of a number it does not know."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from crm_core.calls.control import DialOrder, PbxRefused
from crm_core.calls.pbx.settings import PbxSettings
from crm_core.kernel.bus import EventBus
from crm_core.kernel.events import CallEvent, Event, OrderedPhoneRang
from telephony.call_control import LinkControl
from telephony.link import PbxLink
from tests.asterisk.office import Office
from tests.asterisk.pbx import SECRET, Pbx
from tests.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.asterisk


class Log:
    def put(self, *_told: object) -> None:
        pass


def an_order(serial: int, **values: object) -> DialOrder:
    usual: dict[str, object] = {
        "extension": "101",
        "number": "+79160060001",
        "caller_name": "+79160060001",
        "ring_seconds": 1,
        "uniqueid": f"allo-call-1763000000.{serial}",
    }
    return DialOrder(**{**usual, **values})  # type: ignore[arg-type]


@pytest.fixture
async def told() -> list[Event]:
    return []


@pytest.fixture
async def link(pbx: Pbx, tmp_path: Path, told: list[Event]) -> AsyncIterator[PbxLink]:
    settings = PbxSettings.model_validate(
        {"port": pbx.ami_port, "secret": SECRET, "trunks": ["PJSIP/provider"]}
    )
    bus = EventBus()

    async def keep(event: Event) -> None:
        told.append(event)

    bus.subscribe(OrderedPhoneRang, CallEvent, handler=keep)
    link = PbxLink(settings, tape_directory=tmp_path, bus=bus, call_log=Log())
    running = [asyncio.create_task(link.run()), asyncio.create_task(bus.run())]
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not link.is_settled:  # noqa: ASYNC110 - nobody tells of it
            await asyncio.sleep(0.01)
    yield link
    for worker in running:
        worker.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def end_of(told: list[Event]) -> OrderedPhoneRang:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            for event in told:
                if isinstance(event, OrderedPhoneRang):
                    return event
            await asyncio.sleep(0.01)


async def test_a_phone_that_nobody_lifts_is_told_apart_from_one_that_refuses(
    link: PbxLink, office: Office, told: list[Event]
) -> None:
    anna = await office.phone("101")
    control = LinkControl({"main": link}.get)
    await control.dial("main", an_order(1))
    ring = await anna.ringing()
    await ring.over()
    in_vain = await end_of(told)
    call = next(event.call for event in told if isinstance(event, CallEvent))

    assert (in_vain.end, in_vain.uniqueid) == ("no_answer", "allo-call-1763000000.1")
    assert call.call_id == control.call_id_of("main", "allo-call-1763000000.1")
    assert call.placed_by == "101"


async def test_the_dialled_number_must_be_in_the_dialplan_or_nothing_rings(
    link: PbxLink, office: Office
) -> None:
    anna = await office.phone("101")
    control = LinkControl({"main": link}.get)

    with pytest.raises(PbxRefused, match="Extension does not exist"):
        await control.dial("main", an_order(2, number="5551234567"))

    assert anna.calls == []
