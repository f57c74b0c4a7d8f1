"""The card while the database is slow, and after people have written something."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from crm_core.access.permissions import Person, Rights, Subject
from crm_core.access.teams import DEFAULT_TEAM_ID
from crm_core.calls.card_finder import CardFinder
from crm_core.calls.frames import CallRingingFrame, CallUpdatedFrame
from crm_core.calls.tables import Call, ShownCard
from crm_core.calls.vouchers import CallVouchers
from crm_core.kernel.events import RecordChanged
from crm_core.kernel.ring import RingReader
from crm_core.records.tables import Client
from tests.unit.calls.floor import CALLER, NOON, Floor, answered, hung_up, moment, ringing


class SlowRing:
    """The database's ring reader, with a gate that can be shut and an error that can be set."""

    def __init__(self, ring: RingReader) -> None:
        self._ring = ring
        self.gate = asyncio.Event()
        self.error: Exception | None = None
        self.asked = 0

    async def fetch(self, statement: Any, params: Mapping[str, Any] | None = None) -> Any:
        self.asked += 1
        if self.error:
            raise self.error
        await self.gate.wait()
        return await self._ring.fetch(statement, params)

    async def close(self) -> None:
        await self._ring.close()


def slow_down(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> SlowRing:
    """Look-ups stop at a gate, and nobody waits for them longer than agents do."""
    slow = SlowRing(floor.database.ring)
    monkeypatch.setattr(floor.database, "ring", slow)
    monkeypatch.setattr("crm_core.calls.card_finder.PATIENCE_SECONDS", 0.08)
    return slow


class Wakeful:
    """Waits for frames instead of sleeping."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._shown = asyncio.Event()
        show = floor.wall.show

        def tell(user_id: UUID, frame: Any) -> None:
            show(user_id, frame)
            self._shown.set()

        floor.wall.show = tell  # type: ignore[method-assign]

    async def until(self, count: int) -> None:
        while len(self._floor.wall.frames) < count:
            self._shown.clear()
            await self._shown.wait()


async def test_the_number_goes_alone_when_the_database_is_slow_and_the_card_follows(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = await floor.hire("Анна", "101")
    client = await floor.meet("Дмитрий Орлов", CALLER)
    slow, screens = slow_down(floor, monkeypatch), Wakeful(floor)
    running = asyncio.create_task(floor.pop.run())
    await asyncio.sleep(0)

    await floor.ring(ringing("101"))
    await screens.until(1)
    ring = floor.wall.of(anna)[0]
    assert isinstance(ring, CallRingingFrame)
    assert (ring.card.client, ring.card.number) == (None, CALLER)

    slow.gate.set()
    await screens.until(2)
    update = floor.wall.of(anna)[1]
    assert isinstance(update, CallUpdatedFrame)
    assert update.card is not None
    assert update.card.client is not None
    assert update.card.client.id == client
    running.cancel()


async def test_a_slow_look_up_holds_up_no_other_call(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, boris = await floor.hire("Анна", "101"), await floor.hire("Борис", "102")
    slow_down(floor, monkeypatch)
    screens = Wakeful(floor)
    running = asyncio.create_task(floor.pop.run())
    await asyncio.sleep(0)
    await floor.ring(ringing("101", name="first"))
    await floor.ring(ringing("102", name="second", number="84950000702"))
    await screens.until(2)
    assert floor.cards([anna, boris]) == [True, True]
    running.cancel()


async def test_a_database_that_is_away_keeps_no_phone_from_showing_its_caller(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = await floor.hire("Анна", "101")
    await floor.meet("Дмитрий Орлов", CALLER)
    slow, screens = slow_down(floor, monkeypatch), Wakeful(floor)
    slow.error = ConnectionRefusedError("the database is away")
    monkeypatch.setattr("crm_core.calls.card_finder.RETRY_SECONDS", [0.0] * 10_000)
    running = asyncio.create_task(floor.pop.run())
    await asyncio.sleep(0)
    await floor.ring(ringing("101"))
    await screens.until(1)
    assert floor.wall.kinds(anna) == ["call.ringing"]

    slow.error = None
    slow.gate.set()
    await screens.until(2)
    assert floor.wall.kinds(anna) == ["call.ringing", "call.updated"]
    running.cancel()


async def test_a_call_that_was_withdrawn_before_it_was_looked_up_is_never_shown(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await floor.hire("Анна", "101")
    slow = slow_down(floor, monkeypatch)
    monkeypatch.setattr(floor.database, "is_sqlite", False)
    running = asyncio.create_task(floor.pop.run())
    await asyncio.sleep(0)
    call = ringing("101")
    await floor.ring(call)
    await floor.end(hung_up(call))
    slow.gate.set()
    await asyncio.sleep(0.1)
    assert floor.wall.frames == []
    running.cancel()


async def test_a_client_who_is_created_while_the_phone_rings_comes_onto_the_card(
    floor: Floor,
) -> None:
    anna = await floor.hire("Анна", "101")
    await floor.ring(ringing("101"))
    client = await floor.meet("Дмитрий Орлов", CALLER)
    await floor.pop.on_record_changed(RecordChanged(at=NOON, kind="client", record_id=client))
    update = floor.wall.of(anna)[-1]
    assert isinstance(update, CallUpdatedFrame)
    assert update.card is not None
    assert update.card.client is not None
    assert update.card.client.id == client
    assert update.call.client is not None


async def test_many_changed_clients_are_looked_at_together(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await floor.hire("Анна", "101")
    screens, refreshed = Wakeful(floor), 0
    refresh = CardFinder.refresh

    async def count(self: CardFinder, live: Any) -> None:
        nonlocal refreshed
        refreshed += 1
        await refresh(self, live)

    monkeypatch.setattr(CardFinder, "refresh", count)
    running = asyncio.create_task(floor.pop.run())
    await asyncio.sleep(0)
    await floor.ring(ringing("101"))
    await screens.until(1)
    client = await floor.meet("Дмитрий Орлов", CALLER)
    for _ in range(1_000):
        await floor.pop.on_record_changed(RecordChanged(at=NOON, kind="client", record_id=client))
    await screens.until(2)
    assert refreshed == 1
    running.cancel()


async def test_a_client_picked_for_a_live_call_stands_in_every_card_of_it(floor: Floor) -> None:
    anna, boris = await floor.hire("Анна", "101"), await floor.hire("Борис", "102")
    await floor.meet("Первый", CALLER)
    second = await floor.meet("Вторая", CALLER)
    call = ringing("101", "102")
    await floor.ring(call)
    shown = floor.screen(anna)[0].card
    assert shown is not None
    assert [candidate.name for candidate in shown.candidates] == ["Вторая", "Первый"]

    await floor.log(call)
    async with floor.database.write() as unit:
        row = (await unit.session.exec(select(Call))).one()
        row.client_id, row.is_client_chosen = second, True
        unit.session.add(row)
    await floor.pop.on_record_changed(RecordChanged(at=NOON, kind="call", record_id=call.call_id))
    for agent in (anna, boris):
        card = floor.screen(agent)[0].card
        assert card is not None
        assert card.client is not None
        assert (card.client.id, card.candidates) == (second, ())


async def test_a_note_written_in_one_tab_is_told_to_the_others(floor: Floor) -> None:
    anna = await floor.hire("Анна", "101")
    call = answered(ringing("101"), "101")
    await floor.update(call)
    await floor.log(call)
    async with floor.database.write() as unit:
        row = (await unit.session.exec(select(Call))).one()
        row.note, row.note_version = "перезвонить", 1
        unit.session.add(row)
    await floor.pop.on_record_changed(RecordChanged(at=NOON, kind="call", record_id=call.call_id))
    assert floor.screen(anna)[0].note == "перезвонить"
    assert floor.wall.kinds(anna) == ["call.updated", "call.updated"]


async def test_what_was_said_of_a_call_is_back_after_a_restart(floor: Floor) -> None:
    anna = await floor.hire("Анна", "101")
    call = answered(ringing("101"), "101")
    await floor.log(call)
    async with floor.database.write() as unit:
        row = (await unit.session.exec(select(Call))).one()
        row.note, row.note_version, row.disposition = "перезвонить", 4, "callback"
        unit.session.add(row)
    await floor.replace(call)
    shown = floor.screen(anna)[0]
    assert (shown.note, shown.note_version, shown.disposition) == ("перезвонить", 4, "callback")


async def test_it_is_kept_when_the_phone_rang_and_when_the_card_was_seen(floor: Floor) -> None:
    anna = await floor.hire("Анна", "101")
    call = ringing("101")
    for _ in range(2):  # the phone of a queue may ring twice for one call: the first counts
        await floor.ring(call)
        floor.pop.painted(anna, call.call_id, moment(1.2))
        await floor.pop.flush_proof()
    async with floor.database.read() as session:
        (shown,) = (await session.exec(select(ShownCard))).all()
    assert (shown.user_id, shown.extension) == (anna, "101")
    assert (shown.rang_at, shown.sent_at) == (moment(1), NOON)
    assert shown.painted_at == moment(1.2)


async def test_whose_phone_rings_may_read_the_client_and_later_if_they_spoke(floor: Floor) -> None:
    agents = {
        name: Person(
            user_id=await floor.hire(name, extension),
            login=name,
            name=name,
            role="stranger",  # a role without a single right
            team_id=DEFAULT_TEAM_ID,
            language="ru",
            time_zone="UTC",
        )
        for name, extension in (("Анна", "101"), ("Борис", "102"), ("Вера", "103"))
    }
    client = Subject(id=await floor.meet("Дмитрий Орлов", CALLER), kind="client")
    rights = Rights()
    CallVouchers(floor.database, floor.pop).register(rights)

    async def readers() -> set[str]:
        return {name for name, one in agents.items() if await rights.may(one, "read", client)}

    call = ringing("101", "102")
    assert await readers() == set()
    await floor.ring(call)
    assert await readers() == {"Анна", "Борис"}
    talking = answered(call, "101")
    await floor.update(talking)
    assert await readers() == {"Анна"}
    await floor.end(hung_up(talking))
    await floor.log(hung_up(talking))
    assert await readers() == {"Анна"}
    assert not await rights.may(agents["Анна"], "update", client)


async def test_a_renamed_client_is_renamed_on_the_card(floor: Floor) -> None:
    anna = await floor.hire("Анна", "101")
    client = await floor.meet("Дмитрий Орлов", CALLER)
    await floor.ring(ringing("101"))
    async with floor.database.write() as unit:
        row = (await unit.session.exec(select(Client).where(col(Client.id) == client))).one()
        row.name = "Дарья Орлова"
        unit.session.add(row)
    await floor.pop.on_record_changed(RecordChanged(at=NOON, kind="client", record_id=client))
    card = floor.screen(anna)[0].card
    assert card is not None
    assert card.greeting == "Добрый день, Дарья!"
