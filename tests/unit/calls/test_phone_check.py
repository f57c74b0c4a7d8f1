"""T1 to T3: a test ring reaches one phone of ours; everything else is refused before it is sent."""

from datetime import timedelta
from uuid import uuid4

import pytest

from crm_core.calls.call_log import CallWriter
from crm_core.calls.control import PbxRefused, RingOrder
from crm_core.calls.pbx.phone_check import PhoneCheck, read_endpoint
from crm_core.calls.pbx.settings import PbxSettings
from crm_core.calls.tables import ShownCard
from crm_core.kernel.call_facts import TEST_RING, Direction
from crm_core.kernel.errors import InvalidValue
from tests.fakes.pbx_desk import FakeControl
from tests.unit.calls.floor import NOON, Floor, ringing

LINK = PbxSettings.model_validate(
    {"secret": "quiet", "extension_pattern": r"\d{2,5}|mobile\d", "trunks": ["PJSIP/555"]}
)
HOSTILE = [
    "101&PJSIP/provider",
    "101@provider",
    "101,20,tT",
    "101/sip:evil@example.org",
    "provider/79161234567",
    "${EPOCH}",
    "101|20",
    "101(x)",
    "101\r\nAction: Originate",
    "101\n",
    "101\u2028",
    "101 ",
    "",
    "١٠١",
    "89161234567",
    "+79161234567",
    "1",
    "555",
    "provider",
    "Local",
    "101" * 20,
]


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_phone_of_ours_is_never_rung(name: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        read_endpoint(LINK, "PJSIP", name)
    assert refused.value.field == "extension"


@pytest.mark.parametrize("technology", ["Local", "local", "PJSIP/provider", "DAHDI", "pjsip", ""])
def test_only_phones_technologies_are_rung(technology: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        read_endpoint(LINK, technology, "101")
    assert refused.value.field == "technology"


def test_a_phone_is_named_as_the_pbx_calls_it() -> None:
    assert read_endpoint(LINK, "PJSIP", "101") == "PJSIP/101"
    assert read_endpoint(LINK, "SIP", "mobile1") == "SIP/mobile1"


async def test_the_milliseconds_are_those_of_the_card_on_the_screen(
    floor: Floor, writer: CallWriter
) -> None:
    anna = await floor.hire("Анна", "101")
    control = FakeControl()

    async def ring(order: RingOrder) -> None:
        call = ringing(name=order.uniqueid, linkedid=order.uniqueid, direction=Direction.INTERNAL)
        writer.put("main", [call])
        await writer.flush()
        async with floor.database.write() as unit:
            unit.session.add(
                ShownCard(
                    id=uuid4(),
                    call_id=call.call_id,
                    user_id=anna,
                    extension="101",
                    rang_at=NOON,
                    sent_at=NOON,
                    painted_at=NOON + timedelta(milliseconds=87),
                )
            )

    control.on_ring = ring
    done = await PhoneCheck(floor.database, floor.directory, control).ring(LINK, "PJSIP", "101")

    assert (done.outcome, done.seconds, done.user_name) == ("painted", 0.087, "Анна")
    ((pbx, order),) = control.orders
    assert (pbx, order.endpoint, order.caller_name) == ("main", "PJSIP/101", "Allo")
    assert order.uniqueid.startswith(TEST_RING)


async def test_a_phone_that_does_not_ring_is_told_and_can_be_tried_again(floor: Floor) -> None:
    await floor.hire("Анна", "101")
    control = FakeControl()
    check = PhoneCheck(floor.database, floor.directory, control, patience=0.0)

    assert (await check.ring(LINK, "PJSIP", "101")).outcome == "not_rung"

    async def refuse(_order: RingOrder) -> None:
        raise PbxRefused("no such phone")

    control.on_ring = refuse
    with pytest.raises(PbxRefused):
        await check.ring(LINK, "PJSIP", "101")
    control.on_ring = None
    assert (await check.ring(LINK, "PJSIP", "102")).user_name is None
    assert len({order.uniqueid for _pbx, order in control.orders}) == 3


async def test_two_phones_are_not_tried_at_once(floor: Floor) -> None:
    control = FakeControl()
    check = PhoneCheck(floor.database, floor.directory, control, patience=0.0)
    codes = []

    async def second(_order: RingOrder) -> None:
        try:
            await check.ring(LINK, "PJSIP", "102")
        except Exception as error:
            codes.append(getattr(error, "code", ""))

    control.on_ring = second
    await check.ring(LINK, "PJSIP", "101")

    assert codes == ["phone_is_tried"]
    assert len(control.orders) == 1
