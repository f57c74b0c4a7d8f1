"""Queues, results, ignored numbers and the office: what is set, and what calls make of it."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from crm_core.access.office import OfficeChanges, change_office, get_office
from crm_core.access.tables import AuditEntry
from crm_core.calls.agents.directory import AgentDirectory
from crm_core.calls.dispositions import (
    add_disposition,
    change_disposition,
    list_all,
    list_dispositions,
    order_dispositions,
)
from crm_core.calls.ignored_numbers import add_ignored, makes_no_task, remove_ignored
from crm_core.calls.queue_settings import QueueDraft, add_queue, change_queue, list_queues
from crm_core.calls.tables import IgnoredNumber
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import Database
from crm_core.kernel.errors import Conflict, InvalidValue, NotFound
from tests.unit.access.people import a_user


def a_draft(**changes: object) -> QueueDraft:
    usual: dict[str, object] = {
        "pbx": "main",
        "name": "600",
        "title": "Продажи",
        "is_disposition_required": False,
        "wrap_up_seconds": None,
        "dispositions": (),
    }
    return QueueDraft(**{**usual, **changes})  # type: ignore[arg-type]


@pytest.fixture
async def chief(database: Database) -> UUID:
    return (await a_user(database, "chief", "admin")).id


async def ignore(database: Database, by: UUID, written: str, **more: bool) -> IgnoredNumber:
    row = IgnoredNumber.model_validate({"id": by, "number": "", "created_at": utc_now(), **more})
    async with database.write() as unit:
        return await add_ignored(unit, written, row, region="RU", by=by)


async def test_a_queue_offers_its_own_results_in_its_order(database: Database, chief: UUID) -> None:
    async with database.read() as session:
        codes = [one.code for one in await list_dispositions(session)]
    async with database.write() as unit:
        await add_queue(unit, a_draft(dispositions=[codes[2], codes[0]]), by=chief)
        await add_queue(unit, a_draft(name="700"), by=chief)

    async with database.read() as session:
        for queue, expected in (("600", [codes[2], codes[0]]), ("700", codes), ("900", codes)):
            found = await list_dispositions(session, queue=queue)
            assert [one.code for one in found] == expected
        assert len(await list_dispositions(session, queue="600", pbx="other")) == len(codes)


async def test_a_renamed_queue_keeps_what_was_said_of_it(database: Database, chief: UUID) -> None:
    async with database.write() as unit:
        queue = await add_queue(unit, a_draft(), by=chief)
    async with database.write() as unit:
        await change_queue(unit, queue.id, 1, a_draft(name="sales-new"), by=chief)

    async with database.read() as session:
        (one,) = await list_queues(session)
    assert (one.setting.name, one.setting.title, one.setting.version) == ("sales-new", "Продажи", 2)
    with pytest.raises(Conflict):  # somebody else's page still shows the first version
        async with database.write() as unit:
            await change_queue(unit, queue.id, 1, a_draft(), by=chief)


async def test_a_queue_is_described_once_and_with_results_that_there_are(
    database: Database, chief: UUID
) -> None:
    async with database.write() as unit:
        await add_queue(unit, a_draft(), by=chief)
    for draft, error in (
        (a_draft(), Conflict),
        (a_draft(name="7", dispositions=["nothing"]), InvalidValue),
        (a_draft(name="7", wrap_up_seconds=4_000), InvalidValue),
        (a_draft(name="7", service_level_seconds=0), InvalidValue),
        (a_draft(name=" "), InvalidValue),
    ):
        with pytest.raises(error):
            async with database.write() as unit:
                await add_queue(unit, draft, by=chief)


async def test_results_come_move_and_are_put_away(database: Database, chief: UUID) -> None:
    async with database.write() as unit:
        made = await add_disposition(unit, {"ru": " Продано  сразу "}, by=chief)
    assert made.titles == {"ru": "Продано сразу", "en": "Продано сразу"}
    async with database.read() as session:
        codes = [one.code for one in await list_all(session)]
    assert codes[-1] == made.code
    async with database.write() as unit:
        await order_dispositions(unit, [codes[-1], *codes[:-1]], by=chief)
        await change_disposition(unit, codes[0], titles=None, is_active=False, by=chief)

    async with database.read() as session:
        found = [one.code for one in await list_dispositions(session)]
    assert found == [codes[-1], *codes[1:-1]]
    with pytest.raises(InvalidValue):
        async with database.write() as unit:
            await order_dispositions(unit, codes[1:], by=chief)
    with pytest.raises(NotFound):
        async with database.write() as unit:
            await change_disposition(unit, "nothing", titles=None, is_active=True, by=chief)


async def test_the_last_result_stays(database: Database, chief: UUID) -> None:
    async with database.read() as session:
        codes = [one.code for one in await list_all(session)]
    for code in codes[1:]:
        async with database.write() as unit:
            await change_disposition(unit, code, titles=None, is_active=False, by=chief)
    with pytest.raises(InvalidValue):
        async with database.write() as unit:
            await change_disposition(unit, codes[0], titles=None, is_active=False, by=chief)


async def test_a_number_is_ignored_whole_or_by_its_beginning(
    database: Database, chief: UUID
) -> None:
    lift = await ignore(database, chief, "8 (495) 000-07-01")
    await ignore(database, chief, "8 800", is_prefix=True, makes_no_task=False)
    directory = AgentDirectory()
    await directory.reload(database)

    assert directory.shows_no_card("+74950000701")
    assert directory.shows_no_card("+78005553535")
    assert not directory.shows_no_card("+74950000702")
    assert not directory.shows_no_card(None)
    async with database.read() as session:
        assert await makes_no_task(session, "+74950000701")
        assert not await makes_no_task(session, "+78005553535")
    async with database.write() as unit:
        await remove_ignored(unit, lift.id, by=chief)
    await directory.reload(database)
    assert not directory.shows_no_card("+74950000701")


@pytest.mark.parametrize(("written", "is_prefix"), [("лифт", False), ("8", True), ("1" * 16, True)])
async def test_what_is_no_number_cannot_be_ignored(
    database: Database, chief: UUID, written: str, is_prefix: bool
) -> None:
    with pytest.raises(InvalidValue):
        await ignore(database, chief, written, is_prefix=is_prefix)


async def test_a_number_is_on_the_list_once(database: Database, chief: UUID) -> None:
    await ignore(database, chief, "89161234567")
    with pytest.raises(Conflict):
        await ignore(database, chief, "+7 916 123 45 67")


async def test_the_office_changes_by_version_and_says_so(database: Database, chief: UUID) -> None:
    async with database.write() as unit:
        await change_office(unit, 1, OfficeChanges(name="Север", currency="KZT"), by=chief)
    with pytest.raises(Conflict):
        async with database.write() as unit:
            await change_office(unit, 1, OfficeChanges(name="Юг"), by=chief)
    for wrong in (OfficeChanges(currency="XXX"), OfficeChanges(time_zone="Moscow")):
        with pytest.raises(InvalidValue):
            async with database.write() as unit:
                await change_office(unit, 2, wrong, by=chief)

    async with database.read() as session:
        office = await get_office(session)
        entry = (
            await session.exec(select(AuditEntry).where(AuditEntry.action == "office.changed"))
        ).one()
    assert (office.name, office.currency, office.version) == ("Север", "KZT", 2)
    assert entry.details["before"]["currency"] == "RUB"
    assert utc_now() - entry.at < timedelta(minutes=5)
