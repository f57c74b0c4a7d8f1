"""Deals and tasks of the made-up company: through the same functions as everybody's, dated back."""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, bindparam, update
from sqlmodel import col, select

from crm_core.access.permissions import Person, Rights
from crm_core.access.tables import User
from crm_core.access.users import person_of
from crm_core.kernel.database import Database, UnitOfWork
from crm_core.records.tables import Activity, Client, ClientPhone, Record
from crm_core.sales.deal_view import DealDraft
from crm_core.sales.deals import DealDesk
from crm_core.sales.pipelines import list_pipelines
from crm_core.sales.tables import Deal
from crm_core.sales.task_view import TaskDraft
from crm_core.sales.tasks import TaskDesk

HOME = ZoneInfo("Europe/Moscow")
DEALS = 64
GOODS = (
    ("Стойки оператора", 38_000),
    ("Монтаж шоурума", 1_150_000),
    ("Перегородки в опенспейс", 420_000),
    ("Кресла для колл-центра", 21_500),
    ("Мебель для переговорной", 265_000),
    ("Ремонт приёмной", 610_000),
    ("Акустические панели", 94_000),
    ("Ежегодное обслуживание", 180_000),
    ("Стеллажи на склад", 137_000),
    ("Рабочие места под ключ", 840_000),
)
REASONS = ("Дорого", "Выбрали других", "Больше не нужно", "Не отвечает")
# how often a deal of ours stands in each stage: few are won without passing the others
STAGE_WEIGHTS = (14, 11, 10, 7, 5, 10, 7)
TASKS = (
    ("call", "Уточнить размеры помещения", -26),
    ("letter", "Отправить каталог", -3),
    ("call", "Согласовать скидку", 2),
    ("meeting", "Встреча на объекте", 5),
    ("letter", "Выслать договор", 21),
    ("call", "Узнать решение по КП", 26),
    ("to_do", "Подготовить расчёт", 50),
    ("meeting", "Показать шоурум", 98),
)


async def add_sales(database: Database, *, seed: int, now: datetime) -> None:
    """Add deals in every stage and tasks of every day to the clients that are there."""
    chance = random.Random(seed)  # noqa: S311  # a play, no secrets
    rights = await Rights.load(database)
    async with database.write() as unit:
        clients = await _clients_by_owner(unit)
        people = {person.user_id: person for person in await _people(unit)}
        stages = [stage.id for stage in (await list_pipelines(unit.session))[0].stages]
        made = []
        for _ in range(DEALS):
            client, owner_id = chance.choice(clients)
            desk = DealDesk(unit, people[owner_id], rights)
            made.append(await _add_deal(desk, chance, client, stages))
        await _date_back(unit, made, chance, now)
        for owner_id, person in people.items():
            own = [client for client, owner in clients if owner == owner_id]
            if own:
                await _add_tasks(TaskDesk(unit, person, rights), chance, own, now)
        await _add_deal_tasks(unit, people, rights, now)


async def _clients_by_owner(unit: UnitOfWork) -> Sequence[tuple[UUID, UUID]]:
    """Those with a phone and somebody who looks after them."""
    query = (
        select(Client.id, Record.owner_id)
        .join(Record, col(Record.id) == col(Client.id))
        .where(col(Client.id).in_(select(ClientPhone.client_id)))
        .order_by(col(Client.sort_name))
    )
    rows = (await unit.session.exec(query)).all()
    return [(client_id, owner_id) for client_id, owner_id in rows if owner_id]


async def _people(unit: UnitOfWork) -> Sequence[Person]:
    return [person_of(user) for user in (await unit.session.exec(select(User))).all()]


async def _add_deal(
    desk: DealDesk, chance: random.Random, client_id: UUID, stages: Sequence[UUID]
) -> UUID:
    goods, price = chance.choice(GOODS)
    places = chance.randint(2, 24)
    is_by_piece = price < 50_000
    title = f"{goods}, {places} шт." if is_by_piece else goods
    amount = price * places if is_by_piece else round(price * chance.uniform(0.6, 1.9), -3)
    deal_id = await desk.create(
        DealDraft(title=title, client_id=client_id, amount_minor=int(amount) * 100)
    )
    place = chance.choices(range(len(stages)), STAGE_WEIGHTS)[0]
    for step in range(1, min(place, 4) + 1):
        await desk.move(deal_id, stages[step])
    if place >= 5:
        await desk.move(deal_id, stages[place], lost_reason=chance.choice(REASONS))
    return deal_id


async def _date_back(
    unit: UnitOfWork, deals: Sequence[UUID], chance: random.Random, now: datetime
) -> None:
    """Let each deal have taken its time: its traces lie evenly between then and now."""
    connection = await unit.session.connection()
    row: BindParameter[UUID] = bindparam("row")
    at: BindParameter[datetime] = bindparam("moment")
    for deal_id in deals:
        ended = now - timedelta(days=chance.choice((0.2, 1, 2, 4, 6, 9, 14)) * chance.random())
        began = ended - timedelta(days=chance.uniform(3, 60))
        query = select(Activity).where(Activity.record_id == deal_id).order_by(col(Activity.at))
        traces = (await unit.session.exec(query)).all()
        step = (ended - began) / max(1, len(traces) - 1)
        moments = [began + step * number for number in range(len(traces))]
        await connection.execute(
            update(Activity).where(col(Activity.source_id) == row).values(at=at),
            [
                {"row": trace.source_id, "moment": moment}
                for trace, moment in zip(traces, moments, strict=True)
            ],
        )
        deal = await unit.session.get(Deal, deal_id)
        if deal is not None:
            deal.created_at, deal.stage_since_at = began, moments[-1]
            deal.closed_at = moments[-1] if deal.closed_at else None
            unit.session.add(deal)
    await unit.session.flush()


async def _add_deal_tasks(
    unit: UnitOfWork, people: Mapping[UUID, Person], rights: Rights, now: datetime
) -> None:
    """Two of three open deals have a next step; the board points at the third."""
    query = select(Deal).where(Deal.status == "open").order_by(col(Deal.created_at))
    for number, deal in enumerate((await unit.session.exec(query)).all()):
        if number % 3 and deal.owner_id and deal.owner_id in people:
            due = now.astimezone(HOME).replace(hour=11 + number % 6, minute=0, second=0)
            due = due.replace(microsecond=0) + timedelta(days=number % 5)
            draft = TaskDraft(title="Позвонить по сделке", due_at=due, deal_id=deal.id)
            desk = TaskDesk(unit, people[deal.owner_id], rights)
            await desk.create(draft, region="RU")


async def _add_tasks(
    desk: TaskDesk, chance: random.Random, clients: Sequence[UUID], now: datetime
) -> None:
    """A working day for one colleague: something late, something for today, something to come."""
    for kind, title, hours in chance.sample(TASKS, k=6):
        due = now + timedelta(hours=hours, minutes=chance.choice((0, 15, 30)))
        local = due.astimezone(HOME)
        if not 9 <= local.hour < 19:
            due = local.replace(hour=chance.randint(10, 17)).astimezone(now.tzinfo)
        due = due.replace(minute=due.minute // 15 * 15, second=0, microsecond=0)
        draft = {"kind": kind, "title": title, "due_at": due, "client_id": chance.choice(clients)}
        await desk.create(TaskDraft.model_validate(draft), region="RU")
