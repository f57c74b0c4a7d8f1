"""A test ring on the real PBX: the phone rings, its card is painted, and it hears itself."""

import asyncio

import pytest

from tests.allo_clients import Api, Refused
from tests.allo_process import ANNA, AlloProcess, Person
from tests.asterisk.desk import finished_call
from tests.asterisk.fixtures import Desks

pytestmark = pytest.mark.asterisk

ZOYA = Person("zoya", "Зоя Громова", role="admin")


async def test_a_phone_rings_and_the_milliseconds_to_its_card_are_told(
    own_allo: AlloProcess, own_desks: Desks
) -> None:
    await asyncio.to_thread(own_allo.add, ZOYA)
    (anna,) = await own_desks(ANNA)
    async with Api(own_allo) as zoya:
        await zoya.log_in(ZOYA)
        (link,) = (await zoya.get("/api/pbx-links"))["items"]
        path = f"/api/pbx-links/{link['id']}"
        seen = (await zoya.get(f"{path}/endpoints"))["items"]
        assert "101" in [one["extension"] for one in seen]

        trying = asyncio.create_task(zoya.post(f"{path}/test-ring", {"extension": "101"}))
        call = await anna.phone.ringing()
        card = await anna.card("Allo")
        await anna.push.say({"type": "painted", "call_id": card["call_id"], "seq": card["seq"]})
        told = await trying
        assert told["outcome"] == "painted", told
        assert told["milliseconds"] >= 0
        assert told["user"]["name"] == ANNA.name

        await anna.phone.answer()
        await anna.phone.hang_up()
        kept = await finished_call(zoya, card["call_id"])
        assert (kept["direction"], kept["number"], kept["result"]) == (
            "internal",
            "Allo",
            "answered",
        )
        assert call.number

        for extension in ("provider", "101&PJSIP/provider", "+79161234567"):
            with pytest.raises(Refused) as refused:
                await zoya.post(f"{path}/test-ring", {"extension": extension})
            assert refused.value.status == 422
