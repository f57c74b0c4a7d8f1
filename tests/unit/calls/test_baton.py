"""A call is passed on: what the next agent knows before answering."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import pytest

from crm_core.access.permissions import Rights, Subject
from crm_core.calls.baton import Baton
from crm_core.calls.frames import CallRingingFrame, CallUpdatedFrame
from crm_core.calls.vouchers import CallVouchers
from crm_core.kernel.call_facts import (
    CallSnapshot,
    CallStatus,
    Direction,
    Leg,
    LegOutcome,
    Transfer,
    TransferKind,
    TransferOutcome,
)
from crm_core.kernel.events import RecordChanged
from tests.unit.calls.desk import Desk
from tests.unit.calls.floor import CALLER, Floor, answered, hung_up, moment, ringing, with_leg


def talk(extension: str = "101", at: float = 5) -> CallSnapshot:
    """A client who talks with this phone."""
    return answered(ringing(extension), extension, moment(at))


def passed_on(
    call: CallSnapshot,
    to: Sequence[str],
    *,
    kind: TransferKind = TransferKind.BLIND,
    by: str | None = "101",
    at: float = 135,
) -> CallSnapshot:
    """The call a moment after it was passed on: whoever spoke has gone, the next phones ring."""
    for leg in call.legs:
        if not leg.ended_at and leg.extension:
            call = with_leg(call, leg.extension, ended_at=moment(at))
    transfer = Transfer(
        kind=kind, by=by, to=to[0], at=moment(at), outcome=TransferOutcome.COMPLETED
    )
    rings = tuple(Leg(key=f"{one}.2", extension=one, rang_at=moment(at + 1)) for one in to)
    return replace(
        call,
        status=CallStatus.RINGING,
        legs=(*call.legs, *rings),
        transfers=(*call.transfers, transfer),
    )


def question(by: str, to: str, at: float = 65) -> CallSnapshot:
    """An internal call from one phone to another."""
    legs = (Leg(key=to, extension=to, rang_at=moment(at)),)
    call = ringing(to, number=to, name=f"{by} asks {to}", direction=Direction.INTERNAL)
    return replace(call, placed_by=by, started_at=moment(at), legs=legs, queue=None, did=None)


def baton_shown(floor: Floor, user_id: UUID) -> Baton | None:
    """What the ring's card carried."""
    (frame,) = [one for one in floor.wall.of(user_id) if isinstance(one, CallRingingFrame)]
    return frame.card.baton


async def write(floor: Floor, user_id: UUID, call: CallSnapshot, text: str) -> None:
    """Somebody writes the note of a live call."""
    desk = Desk(floor, await Rights.load(floor.database), {call.call_id: call})
    await desk.note(await desk.person(user_id), call.call_id, text)
    changed = RecordChanged(at=floor.now, kind="call", record_id=call.call_id)
    await floor.pop.on_record_changed(changed)


async def test_the_next_agent_sees_who_hands_over_and_what_was_written(floor: Floor) -> None:
    anna, boris = await floor.hire("Анна", "101"), await floor.hire("Борис", "102")
    client = await floor.meet("Дмитрий Орлов", CALLER)
    call = talk()
    await floor.update(call)
    await write(floor, anna, call, "Просит счёт на двадцать кресел")

    await floor.ring(passed_on(call, ["102"]))

    baton = baton_shown(floor, boris)
    assert baton is not None
    assert (baton.passer.extension, baton.passer.user_id, baton.passer.name) == (
        "101",
        anna,
        "Анна",
    )
    assert (baton.kind, baton.at, baton.call_id) == ("blind", moment(135), call.call_id)
    assert baton.note == "Просит счёт на двадцать кресел"
    assert baton.client is not None
    assert baton.client.id == client
    assert (baton.spent_seconds, baton.waited_seconds) == (130.0, 5.0)
    assert [(leg.name, leg.talk_seconds) for leg in baton.legs] == [("Анна", 130.0)]


async def test_the_frame_says_from_whom_in_that_word(floor: Floor) -> None:
    await floor.hire("Анна", "101")
    boris = await floor.hire("Борис", "102")
    await floor.ring(passed_on(talk(), ["102"]))

    words = floor.wall.of(boris)[0].model_dump(mode="json")

    assert words["card"]["baton"]["from"]["extension"] == "101"


async def test_a_first_ring_carries_no_baton_nor_does_a_group_that_was_just_taken(
    floor: Floor,
) -> None:
    anna, boris = await floor.hire("Анна", "101"), await floor.hire("Борис", "102")
    group = ringing("101", "102")
    await floor.ring(group)
    await floor.update(with_leg(group, "101", answered_at=moment(5)))  # 102 still rings

    assert baton_shown(floor, anna) is None
    assert baton_shown(floor, boris) is None
    (shown,) = floor.screen(boris)
    assert shown.card is not None
    assert shown.card.baton is None


async def test_a_note_written_while_it_rings_follows_onto_the_card(floor: Floor) -> None:
    anna, boris = await floor.hire("Анна", "101"), await floor.hire("Борис", "102")
    call = passed_on(talk(), ["102"])
    await floor.ring(call)
    floor.wall.clear()

    await write(floor, anna, call, "Ждёт скидку")

    (frame,) = [one for one in floor.wall.of(boris) if isinstance(one, CallUpdatedFrame)]
    assert frame.card is not None
    assert frame.card.baton is not None
    assert frame.card.baton.note == "Ждёт скидку"


async def test_passed_into_a_queue_every_phone_but_ones_own_hears_of_it(floor: Floor) -> None:
    agents = [await floor.hire(f"Агент {one}", one) for one in ("101", "102", "103")]
    await floor.update(talk())
    floor.wall.clear()

    await floor.ring(passed_on(talk(), ["101", "102", "103"]))

    batons = [baton_shown(floor, agent) for agent in agents]
    assert batons[0] is None  # the caller has come back
    assert [one.passer.name for one in batons if one] == ["Агент 101"] * 2


async def test_passed_on_twice_the_last_one_counts_and_all_talks_are_told(floor: Floor) -> None:
    for extension in ("101", "102"):
        await floor.hire(f"Агент {extension}", extension)
    vera = await floor.hire("Вера", "103")
    first = passed_on(talk(), ["102"], at=65)
    second = with_leg(first, "102", answered_at=moment(70), outcome=LegOutcome.ANSWERED)

    await floor.ring(passed_on(second, ["103"], by="102", at=100))

    baton = baton_shown(floor, vera)
    assert baton is not None
    assert baton.passer.extension == "102"
    assert [leg.talk_seconds for leg in baton.legs] == [60.0, 30.0]
    assert baton.spent_seconds == 90.0


@pytest.mark.parametrize(
    ("kind", "by", "passer"),
    [
        (TransferKind.REDIRECT, None, "101"),  # by a program: who spoke last hands over
        (TransferKind.PARK, "101", "101"),
        (TransferKind.FORWARD, "101", "101"),
    ],
)
async def test_every_way_of_passing_on_carries_one(
    floor: Floor, kind: TransferKind, by: str | None, passer: str
) -> None:
    await floor.hire("Анна", "101")
    boris = await floor.hire("Борис", "102")

    await floor.ring(passed_on(talk(), ["102"], kind=kind, by=by))

    baton = baton_shown(floor, boris)
    assert baton is not None
    assert (baton.kind, baton.passer.extension) == (kind.value, passer)


async def test_a_call_handed_over_while_it_rang_has_been_passed_on(floor: Floor) -> None:
    """The colleague was being asked by keys; the asker hung up before there was an answer."""
    await floor.hire("Анна", "101")
    boris = await floor.hire("Борис", "102")
    rings = Leg(key="102", extension="102", rang_at=moment(60))
    call = replace(talk(), legs=(*talk().legs, rings))
    await floor.ring(call)
    asked = baton_shown(floor, boris)
    transfer = Transfer(
        kind=TransferKind.ATTENDED,
        by="101",
        to="102",
        at=moment(64),
        outcome=TransferOutcome.COMPLETED,
    )
    gone = with_leg(call, "101", ended_at=moment(64))
    await floor.update(replace(gone, transfers=(transfer,)))

    (shown,) = floor.screen(boris)
    assert asked is not None
    assert (asked.kind, asked.spent_seconds) == ("consultation", 55.0)
    assert shown.card is not None
    assert shown.card.baton is not None
    assert (shown.card.baton.kind, shown.card.baton.spent_seconds) == ("attended", 59.0)


async def test_a_colleague_who_is_asked_sees_whose_call_it_is_about(floor: Floor) -> None:
    anna, boris = await floor.hire("Анна", "101"), await floor.hire("Борис", "102")
    client = await floor.meet("Дмитрий Орлов", CALLER)
    call = replace(talk(), status=CallStatus.ON_HOLD)
    await floor.update(call)
    await write(floor, anna, call, "Хочет вернуть кресло")

    asked = question("101", "102")
    await floor.ring(asked)

    baton = baton_shown(floor, boris)
    assert baton is not None
    assert (baton.kind, baton.passer.name, baton.note) == (
        "consultation",
        "Анна",
        "Хочет вернуть кресло",
    )
    assert baton.client is not None
    assert (baton.client.id, baton.number, baton.call_id) == (client, CALLER, call.call_id)
    assert baton.spent_seconds == 60.0


async def test_the_note_is_followed_from_the_clients_call_to_the_question(floor: Floor) -> None:
    anna, boris = await floor.hire("Анна", "101"), await floor.hire("Борис", "102")
    call = talk()
    await floor.update(call)
    await floor.ring(question("101", "102"))
    floor.wall.clear()

    await write(floor, anna, call, "Хочет вернуть кресло")

    (frame,) = [one for one in floor.wall.of(boris) if isinstance(one, CallUpdatedFrame)]
    assert frame.card is not None
    assert frame.card.baton is not None
    assert frame.card.baton.note == "Хочет вернуть кресло"


@pytest.mark.parametrize(
    "clients_call",
    [
        talk("103"),  # somebody else's
        ringing("101"),  # not taken yet
        answered(ringing("101"), "101", moment(70)),  # taken only after the question was asked
        with_leg(talk(), "101", ended_at=moment(50)),  # no longer theirs
        replace(talk(), pbx="other"),
        replace(talk(), direction=Direction.INTERNAL, placed_by="104"),
    ],
)
async def test_a_chat_between_colleagues_is_about_nobody(
    floor: Floor, clients_call: CallSnapshot
) -> None:
    await floor.hire("Анна", "101")
    boris = await floor.hire("Борис", "102")
    await floor.update(clients_call)

    await floor.ring(question("101", "102"))

    assert baton_shown(floor, boris) is None


async def test_whoever_is_asked_may_read_the_client_until_one_of_the_calls_is_over(
    floor: Floor,
) -> None:
    await floor.hire("Анна", "101")
    boris, vera = await floor.hire("Борис", "102"), await floor.hire("Вера", "103")
    client = await floor.meet("Дмитрий Орлов", CALLER)
    rights = Rights()  # nobody may anything by role
    CallVouchers(floor.database, floor.pop).register(rights)
    desk = Desk(floor, rights)
    card = Subject(id=client, kind="client")

    async def may() -> tuple[bool, bool]:
        people = [await desk.person(user_id) for user_id in (boris, vera)]
        return (
            await rights.may(people[0], "read", card),
            await rights.may(people[1], "read", card),
        )

    call, asked = talk(), question("101", "102")
    await floor.update(call)
    assert await may() == (False, False)
    await floor.ring(asked)
    assert await may() == (True, False)
    await floor.update(answered(asked, "102", moment(70)))
    assert await may() == (True, False)
    await floor.end(hung_up(call))
    assert await may() == (False, False)


async def test_the_clients_hang_up_takes_the_baton_off_the_card(floor: Floor) -> None:
    await floor.hire("Анна", "101")
    boris = await floor.hire("Борис", "102")
    call = talk()
    await floor.update(call)
    await floor.ring(question("101", "102"))

    await floor.end(hung_up(call))

    (shown,) = floor.screen(boris)
    assert shown.card is not None
    assert shown.card.baton is None


async def test_a_baton_stands_still_while_the_clock_goes_on(floor: Floor) -> None:
    await floor.hire("Анна", "101")
    boris = await floor.hire("Борис", "102")
    call = passed_on(talk(), ["102"])
    await floor.ring(call)
    floor.wall.clear()
    floor.now = moment(200)

    await floor.update(replace(call, wait_seconds=77.0, talk_seconds=200.0))

    assert floor.wall.of(boris) == []
