"""A phone rings: whose screen shows what, and until when."""

from dataclasses import replace
from uuid import UUID

import pytest

from crm_core.access.tables import User
from crm_core.calls.frames import CallRingingFrame, CallUpdatedFrame, CallWithdrawnFrame
from crm_core.kernel.call_facts import CallStatus, Leg, LegOutcome
from crm_core.kernel.events import LinkChanged
from tests.unit.calls.floor import CALLER, NOON, Floor, answered, hung_up, moment, ringing, with_leg


def card_frame(floor: Floor, user_id: UUID) -> CallRingingFrame:
    frames = [frame for frame in floor.wall.of(user_id) if isinstance(frame, CallRingingFrame)]
    assert len(frames) == 1
    return frames[0]


def withdrawn(floor: Floor, user_id: UUID) -> CallWithdrawnFrame:
    frames = [frame for frame in floor.wall.of(user_id) if isinstance(frame, CallWithdrawnFrame)]
    assert len(frames) == 1
    return frames[0]


async def test_the_card_opens_for_the_agent_whose_phone_rings_and_nobody_else(floor: Floor) -> None:
    anna, boris = await floor.hire("Анна", "101"), await floor.hire("Борис", "102")
    client = await floor.meet("Дмитрий Орлов", CALLER, greeting_name="Дмитрий Павлович")

    await floor.ring(ringing("101"))

    frame = card_frame(floor, anna)
    assert frame.extension == "101"
    assert frame.card.client is not None
    assert frame.card.client.id == client
    assert frame.card.greeting == "Добрый день, Дмитрий Павлович!"
    assert frame.card.number_formatted == "+7 916 123-45-67"
    assert (frame.card.queue, frame.card.did) == ("sales", "74950000701")
    assert frame.call.client is not None
    assert frame.call.client.id == client
    assert floor.wall.of(boris) == []


async def test_a_group_of_five_sees_five_cards_and_one_remains(floor: Floor) -> None:
    extensions = ["101", "102", "103", "104", "105"]
    agents = [await floor.hire(f"Агент {one}", one) for one in extensions]
    call = ringing(*extensions)
    await floor.ring(call)
    assert floor.cards(agents) == [True] * 5
    assert all(floor.wall.kinds(agent) == ["call.ringing"] for agent in agents)

    await floor.update(answered(call, "103"))

    assert floor.wall.kinds(agents[2]) == ["call.ringing", "call.updated"]
    for agent, extension in zip(agents, extensions, strict=True):
        if extension != "103":
            frame = withdrawn(floor, agent)
            assert (frame.reason, frame.answered_by) == ("answered_elsewhere", "103")
            assert frame.answered_by_name == "Агент 103"
            assert floor.screen(agent) == []


async def test_a_call_that_hunts_moves_the_card_from_phone_to_phone(floor: Floor) -> None:
    anna, boris = await floor.hire("Анна", "101"), await floor.hire("Борис", "102")
    first = ringing("101")
    await floor.ring(first)
    given_up = with_leg(first, "101", ended_at=moment(15), outcome=LegOutcome.NO_ANSWER)
    await floor.withdraw(given_up, "101", "no_answer")
    second = replace(
        given_up, legs=(*given_up.legs, Leg(key="2", extension="102", rang_at=moment(16)))
    )
    await floor.ring(second)

    assert withdrawn(floor, anna).reason == "no_answer"
    assert floor.cards([anna, boris]) == [False, True]


@pytest.mark.parametrize("outcome", [LegOutcome.DECLINED, LegOutcome.BUSY, LegOutcome.FAILED])
async def test_who_declines_loses_the_card_and_the_others_keep_it(
    floor: Floor, outcome: LegOutcome
) -> None:
    anna, boris = await floor.hire("Анна", "101"), await floor.hire("Борис", "102")
    call = ringing("101", "102")
    await floor.ring(call)

    await floor.update(with_leg(call, "101", ended_at=moment(3), outcome=outcome))

    assert withdrawn(floor, anna).reason == outcome.value
    assert floor.cards([anna, boris]) == [False, True]
    assert floor.wall.kinds(boris) == ["call.ringing"]


async def test_when_the_caller_hangs_up_every_card_is_withdrawn(floor: Floor) -> None:
    agents = [await floor.hire(f"Агент {one}", one) for one in ("101", "102")]
    call = ringing("101", "102")
    await floor.ring(call)

    await floor.end(hung_up(call))

    assert [withdrawn(floor, agent).reason for agent in agents] == ["cancelled"] * 2
    assert floor.cards(agents) == [False, False]


async def test_a_call_told_twice_shows_one_card(floor: Floor) -> None:
    anna = await floor.hire("Анна", "101")
    call = ringing("101")
    for _ in range(3):
        await floor.ring(call)
        await floor.update(call)
    assert floor.wall.kinds(anna) == ["call.ringing"]


async def test_the_same_extension_on_two_pbxs_is_two_people(floor: Floor) -> None:
    here = await floor.hire("Анна", "101")
    there = await floor.hire("Борис", "101", pbx="branch")
    await floor.ring(ringing("101", pbx="branch"))
    assert floor.cards([here, there]) == [False, True]


async def test_a_user_with_two_phones_keeps_the_card_while_either_rings(floor: Floor) -> None:
    anna = await floor.hire("Анна", "101", "201")
    call = ringing("101", "201")
    await floor.ring(call)
    one_left = with_leg(call, "101", ended_at=moment(5), outcome=LegOutcome.NO_ANSWER)
    await floor.update(one_left)
    assert floor.wall.kinds(anna) == ["call.ringing"]
    assert floor.screen(anna)[0].extension == "201"

    await floor.end(hung_up(one_left))
    assert floor.wall.kinds(anna) == ["call.ringing", "call.withdrawn"]


async def test_who_answers_at_one_of_two_phones_is_not_told_that_it_was_taken(floor: Floor) -> None:
    anna = await floor.hire("Анна", "101", "201")
    call = ringing("101", "201")
    await floor.ring(call)
    await floor.update(answered(call, "201"))
    assert floor.wall.kinds(anna) == ["call.ringing", "call.updated"]
    assert floor.screen(anna)[0].card is None


async def test_each_agent_is_greeted_in_the_own_language_and_hour(floor: Floor) -> None:
    anna = await floor.hire("Анна", "101")
    john = await floor.hire("John", "102", language="en", zone="Europe/London")
    await floor.meet("Дмитрий Орлов", CALLER)
    await floor.ring(ringing("101", "102"))
    assert card_frame(floor, anna).card.greeting == "Добрый день, Дмитрий!"
    assert card_frame(floor, john).card.greeting == "Good morning, Дмитрий!"


async def test_a_withheld_caller_is_matched_with_nobody(floor: Floor) -> None:
    anna = await floor.hire("Анна", "101")
    await floor.meet("Аноним", "anonymous")
    await floor.ring(ringing("101", number="anonymous"))
    card = card_frame(floor, anna).card
    assert (card.client, card.number, card.is_withheld) == (None, None, True)
    assert card.greeting == "Добрый день!"


async def test_a_number_learnt_late_changes_the_card_in_place(floor: Floor) -> None:
    anna = await floor.hire("Анна", "101")
    client = await floor.meet("Дмитрий Орлов", CALLER)
    call = ringing("101", number=None)
    await floor.ring(call)
    await floor.update(replace(call, raw_number="89161234567"))

    ring, update = floor.wall.of(anna)
    assert isinstance(ring, CallRingingFrame)
    assert ring.card.client is None
    assert isinstance(update, CallUpdatedFrame)
    assert update.card is not None
    assert update.card.client is not None
    assert update.card.client.id == client


async def test_a_page_that_is_loaded_anew_shows_the_same_card(floor: Floor) -> None:
    anna = await floor.hire("Анна", "101")
    await floor.meet("Дмитрий Орлов", CALLER)
    await floor.ring(ringing("101"))
    shown = floor.screen(anna)
    assert len(shown) == 1
    assert shown[0].card == card_frame(floor, anna).card
    assert shown[0].extension == "101"


async def test_after_a_restart_the_card_is_back_and_ghosts_are_gone(floor: Floor) -> None:
    anna, boris = await floor.hire("Анна", "101"), await floor.hire("Борис", "102")
    gone = ringing("101", name="gone")
    talking = answered(ringing("102", name="talking"), "102")
    await floor.ring(gone)
    await floor.update(talking)
    floor.wall.clear()

    await floor.replace(ringing("102", name="fresh"))

    assert floor.wall.kinds(anna) == ["call.withdrawn"]
    assert sorted(floor.wall.kinds(boris)) == ["call.ended", "call.ringing"]
    assert floor.screen(anna) == []
    assert [call.status for call in floor.screen(boris)] == [CallStatus.RINGING]


async def test_calls_of_another_pbx_stay_when_one_is_drawn_afresh(floor: Floor) -> None:
    anna = await floor.hire("Анна", "101", pbx="branch")
    await floor.ring(ringing("101", pbx="branch"))
    await floor.replace(pbx="main")
    assert floor.cards([anna]) == [True]


async def test_an_agent_who_leaves_a_call_that_goes_on_is_told_that_it_is_over(
    floor: Floor,
) -> None:
    anna, boris = await floor.hire("Анна", "101"), await floor.hire("Борис", "102")
    call = answered(ringing("101"), "101")
    await floor.update(call)
    passed_on = replace(
        with_leg(call, "101", ended_at=moment(30)),
        handled_by="102",
        legs=(
            *with_leg(call, "101", ended_at=moment(30)).legs,
            Leg(key="2", extension="102", rang_at=moment(25), answered_at=moment(30)),
        ),
    )
    await floor.update(passed_on)
    assert floor.wall.kinds(anna) == ["call.updated", "call.ended"]
    assert floor.wall.kinds(boris) == ["call.updated"]


async def test_somebody_who_has_left_the_company_sees_nothing(floor: Floor) -> None:
    anna = await floor.hire("Анна", "101")
    async with floor.database.write() as unit:
        user = await unit.session.get(User, anna)
        assert user is not None
        user.is_active = False
        unit.session.add(user)
    await floor.directory.reload(floor.database)
    await floor.ring(ringing("101"))
    assert floor.wall.frames == []


async def test_a_phone_that_is_given_to_an_agent_while_it_rings_brings_the_card(
    floor: Floor,
) -> None:
    await floor.ring(ringing("101"))
    anna = await floor.hire("Анна", "101")
    await floor.pop.redraw_all()
    assert floor.wall.kinds(anna) == ["call.ringing"]


async def test_a_broken_screen_keeps_nobody_else_from_ringing(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, boris = await floor.hire("Анна", "101"), await floor.hire("Борис", "102")
    show = floor.wall.show

    def broken(user_id: UUID, frame: CallRingingFrame) -> None:
        if user_id == anna:
            raise RuntimeError("this tab is broken")
        show(user_id, frame)

    monkeypatch.setattr(floor.wall, "show", broken)
    await floor.ring(ringing("101", "102"))
    assert floor.wall.kinds(boris) == ["call.ringing"]


async def test_a_lost_pbx_is_told_to_everybody(floor: Floor) -> None:
    anna = await floor.hire("Анна", "101")
    await floor.pop.on_call_event(
        LinkChanged(at=NOON, pbx="main", is_up=False, reason="connection lost")
    )
    assert floor.wall.kinds(anna) == ["link.changed"]
    assert [(link.pbx, link.is_up) for link in floor.pop.links()] == [("main", False)]


async def test_what_a_stranger_put_into_the_callers_name_is_cut_and_cleaned(floor: Floor) -> None:
    anna = await floor.hire("Анна", "101")
    await floor.ring(ringing("101", caller_name="<b>\x00\u202e" + "Я" * 10_000, number="7" * 40))
    frame = card_frame(floor, anna)
    assert frame.card.caller_name is not None
    assert frame.card.caller_name.startswith("<b>Я")
    assert len(frame.card.caller_name) == 200
    assert frame.card.number == "7" * 40
