"""Clients with strange names and numbers, and those who call what is not there."""

import asyncio
import unicodedata

import pytest

from tests.allo_clients import Api
from tests.allo_process import ANNA
from tests.asterisk.desk import finished_call
from tests.asterisk.fixtures import Desks
from tests.asterisk.office import Office

pytestmark = pytest.mark.asterisk


async def test_a_hostile_name_stays_text(desks: Desks, office: Office, olga: Api) -> None:
    (anna,) = await desks(ANNA)
    name = '<img src=x onerror=alert(1)>"; Action: Originate 💥'
    call = await office.trunk.call("74950000101", caller="+79160010015", name=name)
    await anna.phone.ringing()
    frame = await anna.card("+79160010015")
    await call.cancel()
    told = await finished_call(olga, frame["call_id"])

    assert frame["card"]["caller_name"] == told["caller_name"]
    assert "<img src=x onerror=alert(1)>" in told["caller_name"]
    assert "💥" in told["caller_name"]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("Ю" * 5_000, id="10 kB"),
        pytest.param("a\x01\x07\x1b[31mb\x7f", id="control characters"),
        pytest.param("Анна".encode("cp1251").decode("utf-8", "surrogateescape"), id="cp1251"),
        pytest.param("\u202eтекст\u2066 👩‍👩‍👧‍👦 \ufeff", id="directions and emoji"),
        pytest.param("Event: Hangup Channel: PJSIP/101", id="looks like AMI"),
    ],
)
async def test_a_strange_name_costs_nobody_the_card(
    desks: Desks, office: Office, name: str
) -> None:
    (anna,) = await desks(ANNA)
    await office.trunk.call("74950000101", caller="+79160010021", name=name)
    await anna.phone.ringing()
    frame = await anna.card("+79160010021")
    shown = frame["card"]["caller_name"] or ""
    assert len(shown) <= 200
    assert not any(unicodedata.category(letter) == "Cc" for letter in shown)


@pytest.mark.parametrize(
    "number", ["9" * 40, "ivan.petrov", "104", "+7 916 123-45-67", "0", "8107916", "%00", "a;b=c"]
)
async def test_a_strange_number_costs_nobody_the_card(
    desks: Desks, office: Office, number: str
) -> None:
    (anna,) = await desks(ANNA)
    caller = number.replace(" ", "%20").replace(";", "%3B").replace("=", "%3D")
    await office.trunk.call("74950000101", caller=caller)
    await anna.phone.ringing()
    frame = await anna.push.until(lambda f: f["type"] == "call.ringing")
    assert frame["card"]["client"] is None
    assert frame["call"]["direction"] == "inbound"


async def test_numbers_that_nobody_has_make_no_call_and_disturb_nobody(
    desks: Desks, office: Office, olga: Api
) -> None:
    (anna,) = await desks(ANNA)
    unknown = [
        await office.trunk.call(f"749500009{i:02}", caller="+79160010017") for i in range(40)
    ]
    await asyncio.gather(*(call.over() for call in unknown))
    await office.trunk.call("74950000101", caller="+79160010018")
    frame = await anna.card("+79160010018")

    assert anna.push.told == ["snapshot", "call.ringing"]
    assert frame["seq"] > anna.push.snapshot["seq"]
    assert await olga.items("/api/calls", number="+79160010017") == []
