"""A caller is passed on by a real PBX: the next agent's screen knows before the phone is lifted."""

import asyncio

import pytest

from tests.allo_clients import is_ringing
from tests.allo_process import ANNA, BORIS
from tests.asterisk.desk import Desk, Json, talk
from tests.asterisk.fixtures import Desks
from tests.asterisk.office import Office
from tests.asterisk.sip_call import SipCall
from tests.asterisk.transfer_scenarios import refer
from tests.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.asterisk

NOTE = "Просит счёт на двадцать кресел"


async def noted_talk(anna: Desk, office: Office, number: str) -> tuple[SipCall, SipCall, Json]:
    """A client talks with Anna, who has written a note: both sides, and her card."""
    call = await office.trunk.call("74950000101", caller=number)
    ring = await anna.phone.ringing()
    frame = await anna.card(number)
    await ring.answer()
    await call.up()
    await call.rtp.heard(50)  # they talk for a second
    await anna.api.put(f"/api/calls/{frame['call_id']}/note", {"text": NOTE})
    await anna.push.until(lambda f: f["type"] == "call.updated" and f["call"]["note"] == NOTE)
    return call, ring, frame


async def test_a_blind_transfer_brings_the_note_before_the_answer(
    desks: Desks, office: Office
) -> None:
    anna, boris = await desks(ANNA, BORIS)
    call, ring, first = await noted_talk(anna, office, "+79160010031")
    await refer(ring, "102")
    second = await boris.phone.ringing()
    frame = await boris.card("+79160010031")
    await second.answer()
    await talk(call, call)

    baton = frame["card"]["baton"]
    assert frame["call_id"] == first["call_id"]
    assert frame["call"]["answered_at"] is not None  # Anna's answer; Boris had not lifted yet
    assert (baton["kind"], baton["from"]["extension"], baton["from"]["name"]) == (
        "blind",
        "101",
        ANNA.name,
    )
    assert baton["note"] == NOTE
    assert baton["spent_seconds"] > 0.9
    assert [leg["extension"] for leg in baton["legs"]] == ["101"]


async def test_a_consulted_colleague_sees_whose_call_it_is_about_before_the_answer(
    desks: Desks, office: Office
) -> None:
    anna, boris = await desks(ANNA, BORIS)
    call, ring, first = await noted_talk(anna, office, "+79160010032")
    await ring.hold()
    asked = await ring.phone.dial("102")
    second = await boris.phone.ringing()
    frame = await boris.push.until(is_ringing("102"))
    await second.answer()
    await asked.up()
    await asyncio.wait_for(second.rtp.heard(20), PATIENCE_SECONDS)  # they talk it over
    await refer(ring, "102", consulted=asked)
    taken = await boris.push.until(
        lambda f: f["type"] == "call.updated" and f["call_id"] == first["call_id"]
    )
    await talk(call, call)

    baton = frame["card"]["baton"]
    assert frame["call_id"] != first["call_id"]
    assert baton["call_id"] == first["call_id"]
    assert (baton["kind"], baton["from"]["name"]) == ("consultation", ANNA.name)
    assert (baton["number"], baton["note"]) == ("+79160010032", NOTE)
    assert taken["call"]["note"] == NOTE
