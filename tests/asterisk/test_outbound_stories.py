"""Agents dial on their phones: clients, and one another."""

import pytest

from tests.allo_clients import Api
from tests.allo_process import ANNA, BORIS, GLEB
from tests.asterisk.desk import Desk, Json, finished_call, talk
from tests.asterisk.fixtures import Desks
from tests.asterisk.office import Office

pytestmark = pytest.mark.asterisk


async def call_at(desk: Desk) -> Json:
    """The first call of which this desk is told without its phone having rung."""
    frame = await desk.push.until(lambda f: f["type"] == "call.updated")
    call: Json = frame["call"]
    return call


async def test_a_call_to_the_outside_finds_its_client(
    desks: Desks, office: Office, olga: Api
) -> None:
    (boris,) = await desks(BORIS)
    client = await boris.api.post(
        "/api/clients",
        {"kind": "company", "name": "Завод «Луч»"}
        | {"phones": [{"number": "+79160030001", "label": "work"}]},
    )
    call = await boris.phone.dial("89160030001")
    far = await office.trunk.ringing()
    dialled = await call_at(boris)
    await far.answer()
    await talk(call, call)
    told = await finished_call(olga, dialled["id"])

    assert boris.push.of("call.ringing") == []
    assert (told["direction"], told["result"]) == ("outbound", "answered")
    assert told["number"] == "+79160030001"
    assert told["client"]["id"] == client["id"]
    assert told["placed_by"]["extension"] == "102"
    assert told["handled_by"]["extension"] == "102"
    assert far.up_at is not None
    assert call.over_at is not None
    assert told["talk_seconds"] == pytest.approx(call.over_at - far.up_at, abs=0.5)


@pytest.mark.parametrize(
    ("number", "status", "result"),
    [
        ("89160030002", (486, "Busy Here"), "busy"),
        ("89160030003", (603, "Decline"), "declined"),
        ("89160030004", (480, "Temporarily Unavailable"), "no_answer"),
    ],
)
async def test_a_call_to_the_outside_that_is_refused_says_how(
    desks: Desks,
    office: Office,
    olga: Api,
    number: str,
    status: tuple[int, str],
    result: str,
) -> None:
    (boris,) = await desks(BORIS)
    call = await boris.phone.dial(number)
    far = await office.trunk.ringing()
    dialled = await call_at(boris)
    await far.refuse(*status)
    await call.over()
    told = await finished_call(olga, dialled["id"])

    assert (told["direction"], told["result"]) == ("outbound", result)
    assert told["number"] == "+7" + number[1:]


async def test_a_colleague_calls_a_colleague(desks: Desks, office: Office, olga: Api) -> None:
    anna, gleb = await desks(ANNA, GLEB)
    call = await anna.phone.dial("104")
    ring = await gleb.phone.ringing()
    frame = await gleb.push.until(lambda f: f["type"] == "call.ringing")
    await ring.answer()
    await talk(call, ring, packets=30)
    told = await finished_call(olga, frame["call_id"])

    assert anna.push.of("call.ringing") == []
    assert frame["card"]["client"] is None
    assert (told["direction"], told["result"]) == ("internal", "answered")
    assert told["placed_by"]["extension"] == "101"
    assert told["number"] == "104"
