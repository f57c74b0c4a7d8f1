"""What a screen asks of the database does not grow with what is on it: ten rows or two hundred."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

from sqlmodel import col, select

from crm_core.access.permissions import Person
from crm_core.access.tables import User
from crm_core.access.users import person_of
from crm_core.calls.missed_calls.tables import MissedCall
from crm_core.calls.promises.tables import Promise
from crm_core.kernel.call_facts import CallSnapshot
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import UnitOfWork
from crm_core.records.client_view import ClientDraft, PhoneDraft
from crm_core.records.clients import create_client
from crm_core.records.notes import create_note
from crm_core.sales.deal_view import DealDraft
from crm_core.sales.deals import DealDesk
from crm_core.sales.tables import Stage
from crm_core.sales.task_view import TaskDraft
from crm_core.sales.tasks import TaskDesk
from tests.integration.web.office import Browser, Office
from tests.integration.web.random_calls import a_call, answer, end, ring
from tests.integration.web.statements import counted

FEW, MANY = 10, 200
EXTENSIONS = [str(101 + number) for number in range(8)]

# The most that each may ask; one of them is always for the session of who asks.
MOST = {
    "/api/clients?limit=200": 10,
    "/api/clients?limit=200&q=крылов": 12,
    "/api/clients?limit=200&q=7903": 12,
    "/api/clients/{client}": 10,
    "/api/clients/{client}/timeline?limit=200": 12,
    "/api/deals?limit=200": 10,
    "/api/deals/board?limit=100": 18,
    "/api/deals/{deal}": 10,
    "/api/deals/{deal}/timeline?limit=200": 12,
    "/api/tasks?limit=200": 8,
    "/api/tasks?limit=200&assignee={user}": 8,
    "/api/tasks/counts": 5,
    "/api/calls?limit=200": 12,
    "/api/calls/{call}": 12,
    "/api/missed-calls?limit=200": 8,
    "/api/missed-calls?limit=200&state=all&q=790": 8,
    "/api/missed-calls/summary": 4,
    "/api/promises?limit=200": 8,
    "/api/board": 8,
}


class Filler:
    """Adds to an office whatever its screens list; it all belongs to many people."""

    def __init__(self, office: Office, people: list[UUID]) -> None:
        self._office, self._people = office, people
        self._made = 0
        self.named: dict[str, str] = {"user": str(people[0])}
        self._stages: list[UUID] = []

    async def fill(self, total: int) -> None:
        """Bring every list up to so many rows."""
        numbers = range(self._made, total)
        async with self._office.database.write() as unit:
            users = [await unit.session.get(User, key) for key in self._people]
            persons = [person_of(user) for user in users if user]
            query = select(Stage.id).where(Stage.kind == "open").order_by(col(Stage.position))
            self._stages = list((await unit.session.exec(query)).all())
            for number in numbers:
                await self._add(unit, persons[number % len(persons)], number)
        calls = [self._call(number) for number in numbers]
        await self._office.write(*calls)
        self.named.setdefault("call", str(calls[0].call_id))
        for number in numbers:
            await self._promise(number)
            await self._office.tell(self._living(number), extension=self._seat(number))
        self._made = total

    async def _add(self, unit: UnitOfWork, person: Person, number: int) -> None:
        rights = self._office.rights
        phone = PhoneDraft(number=f"8903{number:07}")
        wanted = ClientDraft(name=f"Иван Крылов {number}", phones=(phone,))
        client = await create_client(unit, person, rights, wanted, region="RU")
        first = UUID(self.named.setdefault("client", str(client.id)))
        desk = DealDesk(unit, person, rights)
        stage = self._stages[number % len(self._stages)]
        draft = DealDraft(title=f"Стойки {number}", client_id=client.id, stage_id=stage)
        deal = await desk.create(draft)
        first_deal = UUID(self.named.setdefault("deal", str(deal)))
        await create_note(unit, person, rights, first, f"на клиенте {number}")
        await create_note(unit, person, rights, first_deal, f"на сделке {number}")
        await desk.create(DealDraft(title=f"Ещё {number}", client_id=first))
        self._owe(unit, person, number, client.id)
        for client_id in (client.id, first):
            task = TaskDraft(
                title=f"Дело {number}", due_at=utc_now(), client_id=client_id, deal_id=deal
            )
            await TaskDesk(unit, person, rights).create(task, region="RU")

    def _owe(self, unit: UnitOfWork, person: Person, number: int, client_id: UUID) -> None:
        """A debt to each client."""
        call_id, now = uuid4(), utc_now()
        debt = MissedCall(
            id=call_id,
            client_id=client_id,
            number=f"+7903{number:07}",
            first_call_id=call_id,
            last_call_id=call_id,
            opened_at=now,
            last_called_at=now,
            assignee_id=person.user_id,
            team_id=person.team_id,
        )
        unit.session.add(debt)

    async def _promise(self, number: int) -> None:
        """In the call of that number; by who took it."""
        call, owner = self._call(number), self._people[number % len(self._people)]
        promise = Promise(
            id=uuid4(),
            call_id=call.call_id,
            made_at=utc_now(),
            made_by_id=owner,
            due_at=utc_now() + timedelta(hours=1),
        )
        async with self._office.database.write() as unit:
            unit.session.add(promise)

    def _seat(self, number: int) -> str:
        return EXTENSIONS[number % len(EXTENSIONS)]

    def _call(self, number: int) -> CallSnapshot:
        """Ended; every other one with the first client, whose timeline it stands on."""
        phone = f"8903{number if number % 2 else 0:07}"
        queued = a_call(number, number=phone, queue=f"queue{number % 3}")
        return end(answer(ring(queued, self._seat(number)), self._seat(number)))

    def _living(self, number: int) -> CallSnapshot:
        call = a_call(10_000 + number, number=f"8903{number:07}", queue="sales", at=utc_now())
        return replace(ring(call, self._seat(number), utc_now()))


async def count_each(browser: Browser, named: dict[str, str]) -> dict[str, tuple[int, str]]:
    """How many statements each address takes, and which."""
    found = {}
    for path in MOST:
        await browser.ask("GET", path.format(**named))  # what is read once is no matter
        with counted() as statements:
            status, _ = await browser.ask("GET", path.format(**named))
        assert status == 200, path
        found[path] = (len(statements), str(statements))
    return found


async def test_no_screen_asks_more_of_a_fuller_office(office: Office) -> None:
    people = [
        await office.hire(f"agent{extension}", extension=extension) for extension in EXTENSIONS
    ]
    await office.hire("olga", role="supervisor")
    filler = Filler(office, people)
    async with office.browser("olga") as browser:
        await filler.fill(FEW)
        few = await count_each(browser, filler.named)
        await filler.fill(MANY)
        many = await count_each(browser, filler.named)

    grown = {path: many[path] for path in MOST if many[path][0] > few[path][0]}
    assert grown == {}
    costly = {path: many[path] for path, most in MOST.items() if many[path][0] > most}
    assert costly == {}
    assert min(count for count, _ in many.values()) >= 2  # the counter counts
