"""What agents see while Asterisk or Allo itself goes down in the middle of their calls."""

import asyncio

import pytest
from playwright.async_api import expect

from tests.allo_clients import Api
from tests.allo_process import ANNA, OLGA, AlloProcess
from tests.asterisk.desk import finished_call, talk
from tests.asterisk.office import Office
from tests.asterisk.pbx import Pbx
from tests.asterisk.scenarios import phones_of
from tests.browser.conftest import Screens

pytestmark = [pytest.mark.asterisk, pytest.mark.browser]


async def test_asterisk_restarts_in_mid_call_and_the_next_call_has_its_card(
    own_screens: Screens, own_office: Office, own_pbx: Pbx
) -> None:
    (phone,) = await phones_of(own_office, "101")
    (anna,) = await own_screens(ANNA)
    call = await own_office.trunk.call("74950000101", caller="+79160120001")
    ring = await phone.ringing()
    await expect(anna.cards).to_have_count(1)
    call_id = await anna.cards.first.get_attribute("data-call-id")
    assert call_id
    await ring.answer()
    await call.up()
    await asyncio.to_thread(own_pbx.kill)
    await expect(anna.page.get_by_text("АТС")).to_be_visible()
    await asyncio.to_thread(own_pbx.start)
    told = await finished_call(anna.api, call_id)
    assert told["is_recovered"] is True

    await phone.register()
    await own_office.trunk.call("74950000101", caller="+79160120002")
    await expect(anna.popup).to_contain_text("+7 916 012-00-02")


async def test_allo_is_killed_while_it_rings_and_the_card_comes_back_by_itself(
    own_screens: Screens, own_office: Office, own_allo: AlloProcess
) -> None:
    (phone,) = await phones_of(own_office, "101")
    (anna,) = await own_screens(ANNA)
    number = "+79160120003"
    call = await own_office.trunk.call("74950000101", caller=number)
    ring = await phone.ringing()
    await expect(anna.cards).to_have_count(1)
    call_id = await anna.cards.first.get_attribute("data-call-id")
    assert call_id

    own_allo.kill()
    await asyncio.to_thread(own_allo.start)
    await expect(anna.card(call_id)).not_to_have_attribute("data-ending", "gone")
    await ring.answer()
    await expect(anna.popup).to_be_hidden()
    await talk(call, call, packets=30)

    async with Api(own_allo) as olga:
        await olga.log_in(OLGA)
        told = await finished_call(olga, call_id)
        log = await olga.items("/api/calls", number=number)
    assert [entry["id"] for entry in log] == [call_id]
    assert told["result"] == "answered"
    assert anna.troubles == []
