"""Deals: who may see and change them, what a change leaves behind, what the board counts."""

from typing import Any
from uuid import uuid4

import pytest

from crm_core.access.office import OfficeChanges, change_office, get_office
from crm_core.kernel.errors import Conflict, Forbidden, InvalidValue, NotFound
from tests.unit.sales.conftest import SalesFloor


async def test_a_deal_begins_in_the_first_stage_and_belongs_to_whoever_made_it(
    floor: SalesFloor,
) -> None:
    deal = await floor.deal(floor.anna, client_id=floor.client.id, amount_minor=48_600_000)

    assert (deal.stage.name, deal.status, deal.amount_minor) == ("Звонок", "open", 48_600_000)
    assert deal.owner
    assert deal.owner.id == floor.anna.user_id
    assert deal.client
    assert deal.client.name == "Мария Крылова"


async def test_a_deal_is_counted_in_the_offices_currency_unless_said(floor: SalesFloor) -> None:
    async with floor.office.database.write() as unit:
        office = await get_office(unit.session)
        await change_office(
            unit, office.version, OfficeChanges(currency="KZT"), by=floor.anna.user_id
        )

    assert (await floor.deal(floor.anna)).currency == "KZT"
    assert (await floor.deal(floor.anna, currency="USD")).currency == "USD"


async def test_moving_is_told_on_the_deal_s_timeline_and_on_the_client_s(
    floor: SalesFloor,
) -> None:
    deal = await floor.deal(floor.anna, client_id=floor.client.id)

    moved = await floor.move(floor.anna, deal, "Предложение")

    assert moved.stage.name == "Предложение"
    for record_id in (deal.id, floor.client.id):
        newest = (await floor.timeline(record_id))[0]
        assert newest.kind == "deal"
        assert newest.change is not None
        assert (newest.change["from"], newest.change["to"]) == ("Звонок", "Предложение")


async def test_a_deal_is_lost_with_a_reason_and_won_without(floor: SalesFloor) -> None:
    deal = await floor.deal(floor.anna)

    with pytest.raises(InvalidValue) as refusal:
        await floor.move(floor.anna, deal, "Проиграна", lost_reason="  ")
    assert refusal.value.field == "lost_reason"
    lost = await floor.move(floor.anna, deal, "Проиграна", lost_reason="Дорого")
    assert (lost.status, lost.lost_reason) == ("lost", "Дорого")
    assert lost.closed_at is not None
    won = await floor.move(floor.anna, deal, "Выиграна")
    assert (won.status, won.lost_reason) == ("won", None)
    again = await floor.move(floor.anna, deal, "Счёт")
    assert (again.status, again.closed_at) == ("open", None)


async def test_who_has_not_seen_the_latest_change_overwrites_nothing(floor: SalesFloor) -> None:
    deal = await floor.deal(floor.anna)
    await floor.change(floor.anna, deal, title="Монтаж")

    with pytest.raises(Conflict):
        await floor.change(floor.anna, deal, amount_minor=1)

    assert (await floor.see(floor.anna, deal.id)).amount_minor is None


async def test_a_colleague_reads_and_another_team_learns_nothing(floor: SalesFloor) -> None:
    deal = await floor.deal(floor.anna)

    assert (await floor.see(floor.boris, deal.id)).title == "Стойки"
    with pytest.raises(Forbidden):
        await floor.change(floor.boris, deal, title="Моя")
    with pytest.raises(NotFound):
        await floor.see(floor.gleb, deal.id)
    assert (await floor.deals(floor.gleb)).page.items == []
    assert (await floor.change(floor.vera, deal, title="Наша")).title == "Наша"


async def test_a_client_one_may_not_read_is_neither_linked_nor_named(floor: SalesFloor) -> None:
    with pytest.raises(InvalidValue) as refusal:
        await floor.deal(floor.gleb, client_id=floor.client.id)
    assert refusal.value.field == "client_id"

    handed = await floor.deal(floor.anna, client_id=floor.client.id, owner_id=floor.gleb.user_id)
    assert (await floor.see(floor.gleb, handed.id)).client is None
    assert (await floor.see(floor.anna, handed.id)).client is not None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", " \u200b "),
        ("amount_minor", -1),
        ("amount_minor", 10**16),
        ("currency", "XXX"),
        ("owner_id", uuid4()),
        ("client_id", uuid4()),
    ],
)
async def test_a_deal_that_cannot_be_is_refused_by_field(
    floor: SalesFloor, field: str, value: Any
) -> None:
    with pytest.raises(InvalidValue) as refusal:
        await floor.deal(floor.anna, **{"title": "Стойки", field: value})

    assert refusal.value.field == field


async def test_the_list_is_narrowed_and_summed(floor: SalesFloor) -> None:
    await floor.deal(floor.anna, "Стойки", amount_minor=100, client_id=floor.client.id)
    await floor.deal(floor.anna, "СТОЙКИ вторые", amount_minor=50)
    dollars = await floor.deal(floor.boris, "Монтаж", amount_minor=7, currency="USD")
    await floor.task(floor.boris, deal_id=dollars.id)

    found = await floor.deals(floor.anna, q="стойки")
    assert [deal.title for deal in found.page.items] == ["СТОЙКИ вторые", "Стойки"]
    assert [(one.currency, one.count, one.amount_minor) for one in found.sums] == [("RUB", 2, 150)]
    by_client = await floor.deals(floor.anna, client=floor.client.id)
    assert [deal.title for deal in by_client.page.items] == ["Стойки"]
    forgotten = await floor.deals(floor.anna, without_task=True)
    assert "Монтаж" not in [deal.title for deal in forgotten.page.items]
    first = await floor.deals(floor.anna, limit=2)
    rest = await floor.deals(floor.anna, limit=2, cursor=first.page.next_cursor)
    assert [deal.title for deal in rest.page.items] == ["Стойки"]
    assert rest.page.next_cursor is None


async def test_the_board_counts_every_deal_and_shows_the_newest_of_each_stage(
    floor: SalesFloor,
) -> None:
    deals = [await floor.deal(floor.anna, f"Сделка {n}", amount_minor=10) for n in range(4)]
    await floor.move(floor.anna, deals[0], "Счёт")

    board = await floor.board(floor.anna)

    columns = {column.stage.name: column for column in board.columns}
    assert [column.stage.name for column in board.columns][:2] == ["Звонок", "Встреча"]
    assert (columns["Звонок"].count, columns["Счёт"].count) == (3, 1)
    assert columns["Звонок"].sums[0].amount_minor == 30
    assert [deal.title for deal in columns["Звонок"].items] == ["Сделка 3", "Сделка 2"]
    assert columns["Звонок"].next_cursor is not None
    assert all(column.count == 0 for column in (await floor.board(floor.gleb)).columns)
