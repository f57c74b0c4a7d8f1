"""What happens during a talk: hold, a second call, a note; and the frames that tell of it."""

import pytest

from tests.allo_clients import Api, of_call
from tests.allo_process import ANNA
from tests.asterisk.desk import finished_call, talk
from tests.asterisk.fixtures import Desks
from tests.asterisk.office import Office

pytestmark = pytest.mark.asterisk


async def test_hold_is_seen_and_counted(desks: Desks, office: Office, olga: Api) -> None:
    (anna,) = await desks(ANNA)
    call = await office.trunk.call("74950000101", caller="+79160010010")
    ring = await anna.phone.ringing()
    frame = await anna.card("+79160010010")
    await ring.answer()
    await call.rtp.heard(10)  # they talk
    await ring.hold()
    held_at = ring.phone.now()
    await anna.push.until(
        lambda f: f["type"] == "call.updated" and f["call"]["status"] == "on_hold"
    )
    heard = call.rtp.packets_heard
    await call.rtp.heard(heard + 50)  # a second of music
    await ring.resume()
    held_seconds = ring.phone.now() - held_at
    await talk(call, call, packets=heard + 60)
    told = await finished_call(olga, frame["call_id"])

    assert told["hold_seconds"] == pytest.approx(held_seconds, abs=0.4)
    assert told["result"] == "answered"


async def test_a_second_call_during_a_talk_is_a_second_card(
    desks: Desks, office: Office, olga: Api
) -> None:
    (anna,) = await desks(ANNA)
    one = await office.trunk.call("74950000101", caller="+79160010011")
    ring = await anna.phone.ringing()
    talking = await anna.card("+79160010011")
    await ring.answer()
    await one.up()
    two = await office.trunk.call("74950000101", caller="+79160010012")
    await anna.phone.ringing()
    waiting = await anna.card("+79160010012")
    await two.cancel()
    await anna.withdrawn(waiting["call_id"])
    await one.hang_up()

    assert (await finished_call(olga, talking["call_id"]))["result"] == "answered"
    assert (await finished_call(olga, waiting["call_id"]))["result"] == "abandoned"


async def test_a_note_written_while_it_rings_survives_the_call(
    desks: Desks, office: Office, olga: Api
) -> None:
    (anna,) = await desks(ANNA)
    call = await office.trunk.call("74950000101", caller="+79160010016")
    ring = await anna.phone.ringing()
    frame = await anna.card("+79160010016")
    path = f"/api/calls/{frame['call_id']}"
    await anna.api.put(f"{path}/note", {"text": "Просит счёт на двадцать кресел"})
    await ring.answer()
    await talk(call, call, packets=10)
    await anna.ended(frame["call_id"])
    await anna.api.put(f"{path}/disposition", {"disposition": "offer"})
    told = await finished_call(olga, frame["call_id"])

    assert told["note"] == "Просит счёт на двадцать кресел"
    assert told["disposition"] == "offer"
    assert told["result"] == "answered"


async def test_frames_of_a_call_are_numbered_without_a_gap(desks: Desks, office: Office) -> None:
    (anna,) = await desks(ANNA)
    for number in ("+79160010019", "+79160010020"):
        call = await office.trunk.call("74950000101", caller=number)
        ring = await anna.phone.ringing()
        frame = await anna.card(number)
        await ring.answer()
        await talk(call, ring, packets=10)
        await anna.push.until(of_call("call.ended", frame["call_id"]))

    numbers = [frame["seq"] for frame in anna.push.frames]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
