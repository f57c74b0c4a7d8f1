"""Several clients share a number: who was chosen last is remembered, and nobody is chosen by us."""

from uuid import UUID

from crm_core.calls.call_view import AgentPart, view_snapshot
from crm_core.calls.card import Candidate, Viewer, make_card
from crm_core.calls.greeting import day_start
from crm_core.calls.look_up import look_up
from crm_core.kernel.phone import read_number
from crm_core.records.client_view import ClientChanges, PhoneDraft
from crm_core.records.clients import add_phone, change_client
from crm_core.records.tables import Record
from tests.unit.calls.desk import Desk
from tests.unit.calls.floor import CALLER, NOON, ringing
from tests.unit.calls.test_calls import over


class Family:
    """Three of one number, and the agent who takes their calls."""

    def __init__(self, desk: Desk, agent: UUID, ids: dict[str, UUID]) -> None:
        self.desk, self.agent, self.ids = desk, agent, ids

    @classmethod
    async def of(cls, desk: Desk) -> "Family":
        agent = await desk.floor.hire("Мария", "101")
        names = ("Анна", "Борис", "Вера")
        return cls(desk, agent, {name: await desk.floor.meet(name, CALLER) for name in names})

    async def calls(self, name: str, chosen: str | None) -> None:
        """One of them calls, and the agent says who."""
        call = over(name, "101", number=CALLER)
        await self.desk.floor.log(call)
        agent = await self.desk.person(self.agent)
        await self.desk.choose(agent, call.call_id, self.ids[chosen] if chosen else None)

    async def offered(self) -> tuple[Candidate, ...]:
        """Who is offered when the number rings."""
        ring, phone = self.desk.floor.database.ring, read_number(CALLER, "RU")
        found = await look_up(ring, phone, day=day_start(NOON, "Europe/Moscow"))
        call = view_snapshot(ringing("101"), region="RU", user_at=lambda _: None, said=AgentPart())
        viewer = Viewer(user_id=self.agent, language="ru", time_zone="Europe/Moscow")
        card = make_card(call, found, viewer, now=NOON)
        assert card.client is None  # nobody is ever chosen silently
        return card.candidates


async def test_who_was_chosen_last_stands_first_and_says_by_whom(desk: Desk) -> None:
    family = await Family.of(desk)
    assert [one.last_chosen for one in await family.offered()] == [None] * 3

    await family.calls("1", "Вера")
    await family.calls("2", "Борис")
    first, *others = await family.offered()

    assert first.name == "Борис"
    assert first.last_chosen is not None
    assert first.last_chosen.user is not None
    assert first.last_chosen.user.id == family.agent
    assert [one.last_chosen for one in others] == [None] * 2


async def test_to_say_that_it_was_nobody_we_know_forgets_nothing(desk: Desk) -> None:
    family = await Family.of(desk)
    await family.calls("1", "Вера")
    await family.calls("2", None)

    assert (await family.offered())[0].name == "Вера"


async def test_a_client_who_loses_the_number_is_forgotten_for_it_for_good(desk: Desk) -> None:
    family = await Family.of(desk)
    await family.calls("1", "Вера")
    number = PhoneDraft(number=CALLER, label="mobile")
    await change_phones(desk, family, number, PhoneDraft(number="+74950000702", label="work"))
    assert (await family.offered())[0].name == "Вера"  # a number more takes nothing away

    await change_phones(desk, family, PhoneDraft(number="+74950000702", label="work"))
    assert [one.last_chosen for one in await family.offered()] == [None] * 2
    agent = await desk.person(family.agent)
    async with desk.floor.database.write() as unit:
        await add_phone(unit, agent, desk.rights, family.ids["Вера"], number, region="RU")

    assert [one.last_chosen for one in await family.offered()] == [None] * 3


async def change_phones(desk: Desk, family: Family, *phones: PhoneDraft) -> None:
    agent, client = await desk.person(family.agent), family.ids["Вера"]
    async with desk.floor.database.write() as unit:
        record = await unit.session.get(Record, client)
        assert record is not None
        changes = ClientChanges(phones=list(phones))
        await change_client(unit, agent, desk.rights, client, record.version, changes, region="RU")
