"""The office of the tests works: seen by AMI alone, before any of our code is asked."""

import pytest

from tests.asterisk.ami import Ami, Message, ami
from tests.asterisk.office import Office
from tests.asterisk.pbx import Pbx
from tests.asterisk.scenarios import first_to_ring, phones_of

pytestmark = pytest.mark.asterisk


async def cdr_of(link: Ami, call: Message, destination: str) -> Message:
    """The Cdr of one leg of a call, once its channel is gone."""
    return await link.until(
        lambda m: (
            m.get("Event") == "Cdr"
            and m["UniqueID"] == call["Uniqueid"]
            and m["DestinationChannel"].startswith(destination)
        )
    )


async def new_call(link: Ami) -> Message:
    return await link.until(
        lambda m: m.get("Event") == "Newchannel" and m["Context"] == "from-provider"
    )


async def test_a_client_reaches_an_agent_and_both_hear_each_other(pbx: Pbx, office: Office) -> None:
    async with ami(pbx.ami_port) as link:
        anna = await office.phone("101")
        call = await office.trunk.call("74950000101", caller="+79161230001", name="Анна «О»")
        ring = await anna.ringing()
        assert ring.caller == "+79161230001"
        await ring.answer()
        await call.up()
        await ring.rtp.heard(5)
        await call.rtp.heard(5)
        await call.hang_up()
        assert await ring.over() == "remote bye"

        channel = await new_call(link)
        cdr = await cdr_of(link, channel, "PJSIP/101")

    assert channel["CallerIDName"] == "Анна «О»"
    assert cdr["Disposition"] == "ANSWERED"


async def test_a_ring_group_rings_three_phones_and_one_answer_silences_the_rest(
    office: Office,
) -> None:
    phones = await phones_of(office, "101", "102", "103")
    call = await office.trunk.call("74950000600")
    rings = [await phone.ringing() for phone in phones]

    await rings[1].answer()

    assert [await ring.over() for ring in (rings[0], rings[2])] == ["487 cancelled"] * 2
    await rings[1].hang_up()
    assert await call.over() == "remote bye"


async def test_a_queue_answers_the_caller_before_any_agent_does(pbx: Pbx, office: Office) -> None:
    async with ami(pbx.ami_port) as link:
        phones = await phones_of(office, "101", "102", "103")
        call = await office.trunk.call("74950000701")
        await call.up()
        rings = [await phone.ringing() for phone in phones]
        await rings[2].answer()
        connected = await link.until(lambda m: m.get("Event") == "AgentConnect")

    assert connected["Queue"] == "sales"
    assert connected["MemberName"] == "Vera"


async def test_a_queue_with_local_members_rings_one_at_a_time(pbx: Pbx, office: Office) -> None:
    async with ami(pbx.ami_port) as link:
        phones = await phones_of(office, "104", "105", "106")
        await office.trunk.call("74950000702")
        refused = await first_to_ring(phones)
        await refused.decline()
        ring = await first_to_ring([phone for phone in phones if phone is not refused.phone])
        await ring.answer()
        connected = await link.until(lambda m: m.get("Event") == "AgentConnect")

    assert connected["DestChannel"].startswith(f"Local/{ring.phone.user}@queue-members")
    assert connected["Interface"] == f"Local/{ring.phone.user}@queue-members/n"


async def test_busy_and_declined_come_back_to_the_caller(office: Office) -> None:
    anna = await office.phone("101")
    for answer, heard in (("busy", "486 Busy Here"), ("decline", "403 Forbidden")):
        call = await office.trunk.call("74950000101")
        await anna.ringing()
        await getattr(anna, answer)()
        assert await call.over() == heard


async def test_an_agent_dials_out_under_the_company_number(office: Office) -> None:
    boris = await office.phone("102")
    call = await boris.dial("89161234567")
    far = await office.trunk.ringing()

    assert (far.number, far.caller) == ("89161234567", "74950000102")
    await far.answer()
    await call.up()


async def test_two_devices_of_one_extension_ring_together(office: Office) -> None:
    first, second = await phones_of(office, "101", "101")
    await office.trunk.call("74950001101")
    ring = await first.ringing()
    await (await second.ringing()).answer()

    assert await ring.over() == "487 cancelled"


async def test_hold_is_told(pbx: Pbx, office: Office) -> None:
    async with ami(pbx.ami_port) as link:
        anna = await office.phone("101")
        call = await office.trunk.call("74950000101")
        ring = await anna.ringing()
        await ring.answer()
        await call.up()
        await ring.hold()
        await link.until(lambda m: m.get("Event") == "Hold")
        await ring.resume()
        await link.until(lambda m: m.get("Event") == "Unhold")


async def test_an_outside_caller_who_shows_an_extension_is_still_outside(
    pbx: Pbx, office: Office
) -> None:
    async with ami(pbx.ami_port) as link:
        anna = await office.phone("101")
        await office.trunk.call("74950000101", caller="104")
        await anna.ringing()
        channel = await new_call(link)

    assert channel["Channel"].startswith("PJSIP/provider-")
    assert channel["CallerIDNum"] == "104"


async def test_the_minimal_user_may_list_channels_by_status_alone(pbx: Pbx) -> None:
    async with ami(pbx.ami_port, "allo") as link:
        denied = {
            name: (await link.action(name))["Message"] for name in ("CoreShowChannels", "Command")
        }
        allowed = await link.action("Status")
        await link.until(lambda m: m.get("Event") == "StatusComplete")

    assert denied == dict.fromkeys(denied, "Permission denied")
    assert allowed["Response"] == "Success"


async def test_it_is_killed_and_comes_back_on_the_same_ports(own_pbx: Pbx) -> None:
    async with Office(own_pbx) as office:
        anna = await office.phone("101")
        call = await office.trunk.call("74950000101")
        await (await anna.ringing()).answer()
        await call.up()
        own_pbx.kill()
        own_pbx.start()
        await anna.register()
        await office.trunk.call("74950000101", caller="+79161230002")
        assert (await anna.ringing()).caller == "+79161230002"
