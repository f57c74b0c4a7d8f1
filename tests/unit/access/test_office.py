"""The office's defaults: whoever has chosen nothing has them, now and after they change."""

import pytest

from crm_core.access.office import OfficeChanges, change_office, get_office, read_phone_region
from crm_core.access.users import OFFICE, OwnChoices, get_user, update_profile
from crm_core.kernel.database import Database
from crm_core.kernel.errors import InvalidValue
from tests.unit.access.people import a_user

OMSK = OfficeChanges(language="en", time_zone="Asia/Omsk", currency="KZT", phone_region="KZ")


async def set_office(database: Database, changes: OfficeChanges) -> None:
    chief = await a_user(database, "chief", "admin")
    async with database.write() as unit:
        version = (await get_office(unit.session)).version
        await change_office(unit, version, changes, by=chief.id)


async def test_a_new_user_has_the_offices_language_and_zone(database: Database) -> None:
    await set_office(database, OMSK)

    anna = await a_user(database)

    assert (anna.language, anna.time_zone) == ("en", "Asia/Omsk")


async def test_who_has_chosen_nothing_follows_when_the_office_moves(database: Database) -> None:
    anna, boris = await a_user(database), await a_user(database, "boris")
    async with database.write() as unit:
        await update_profile(unit, boris.id, OwnChoices(time_zone="Europe/Samara"))

    await set_office(database, OMSK)

    async with database.read() as session:
        anna, boris = await get_user(session, anna.id), await get_user(session, boris.id)
    assert (anna.language, anna.time_zone) == ("en", "Asia/Omsk")
    assert (boris.language, boris.time_zone) == ("en", "Europe/Samara")


async def test_a_choice_that_is_taken_back_is_the_offices_again(database: Database) -> None:
    await set_office(database, OMSK)
    anna = await a_user(database)
    for choice in ("Europe/Samara", OFFICE):
        async with database.write() as unit:
            await update_profile(unit, anna.id, OwnChoices(time_zone=choice))

    async with database.read() as session:
        anna = await get_user(session, anna.id)
    assert (anna.time_zone, anna.has_own_time_zone) == ("Asia/Omsk", False)


async def test_the_offices_region_goes_before_the_settings(database: Database) -> None:
    async with database.read() as session:
        assert await read_phone_region(session, "RU") == "RU"

    await set_office(database, OMSK)

    async with database.read() as session:
        assert await read_phone_region(session, "RU") == "KZ"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        (OfficeChanges(language="fr"), "language"),
        (OfficeChanges(time_zone="Moon/Crater"), "time_zone"),
        (OfficeChanges(currency="XXX"), "currency"),
        (OfficeChanges(phone_region="ZZ"), "phone_region"),
        (OfficeChanges(service_level_seconds=0), "service_level_seconds"),
    ],
)
async def test_what_no_office_can_have_is_refused_by_its_name(
    database: Database, changes: OfficeChanges, field: str
) -> None:
    with pytest.raises(InvalidValue) as refusal:
        await set_office(database, changes)

    assert refusal.value.field == field
