"""Users, their phones and their programs."""

import asyncio
from uuid import UUID, uuid4

import pytest

from crm_core.access.sessions import Sessions
from crm_core.access.tables import User
from crm_core.access.teams import DEFAULT_TEAM_ID, add_team, list_teams
from crm_core.access.tokens import Tokens, create_token, list_tokens, revoke_token
from crm_core.access.upkeep import keep_up
from crm_core.access.users import (
    NewUser,
    OwnChoices,
    Phone,
    add_user,
    change_role,
    deactivate,
    find_by_login,
    get_profile,
    list_users,
    update_profile,
)
from crm_core.kernel.database import Database
from crm_core.kernel.errors import Conflict, InvalidValue, NotFound
from tests.unit.access.people import a_user


def new_user(login: str = "anna", **changes: object) -> NewUser:
    values: dict[str, object] = {"name": "Анна", "role": "agent", "password_hash": "hash"}
    return NewUser(login=login, **{**values, **changes})  # type: ignore[arg-type]


async def add(database: Database, new: NewUser) -> User:
    async with database.write() as unit:
        return await add_user(unit, new)


async def test_a_user_has_phones_and_joins_the_team_of_everybody(database: Database) -> None:
    phones = [Phone(pbx="main", extension="101"), Phone(pbx="north", extension="101")]
    anna = await add(database, new_user(phones=phones))

    async with database.read() as session:
        profile = await get_profile(session, anna.id)
    assert profile.phones == phones
    assert profile.team is not None
    assert (profile.team.id, profile.team.name) == (DEFAULT_TEAM_ID, "Основная команда")


async def test_a_login_is_found_however_it_is_typed(database: Database) -> None:
    anna = await add(database, new_user(" Анна.П "))

    assert anna.login == "анна.п"
    async with database.read() as session:
        found = await find_by_login(session, "АННА.П")
    assert found is not None
    assert found.id == anna.id


@pytest.mark.parametrize("login", ["anna", "ANNA", " anna"])
async def test_a_login_is_given_once(database: Database, login: str) -> None:
    await add(database, new_user())

    with pytest.raises(Conflict):
        await add(database, new_user(login))


async def test_a_phone_is_somebodys_alone(database: Database) -> None:
    phones = [Phone(pbx="main", extension="101")]
    await add(database, new_user(phones=phones))

    with pytest.raises(Conflict):
        await add(database, new_user("boris", phones=phones))
    async with database.read() as session:
        assert await find_by_login(session, "boris") is None  # nothing is left of the attempt


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"login": ""}, "login"),
        ({"login": "a b"}, "login"),
        ({"login": "x" * 65}, "login"),
        ({"login": "<b>"}, "login"),
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"role": "root"}, "role"),
        ({"language": "xx"}, "language"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"time_zone": "Europe"}, "time_zone"),
        ({"team_id": UUID(int=1)}, "team_id"),
        ({"phones": [Phone(pbx="main", extension="1 01")]}, "extension"),
    ],
)
async def test_a_wrong_value_is_refused_by_its_name(
    database: Database, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidValue) as refusal:
        await add(database, new_user(**{"login": "anna", **changes}))  # type: ignore[arg-type]

    assert refusal.value.field == field


async def test_users_choose_how_allo_looks_to_them(database: Database) -> None:
    anna = await a_user(database)
    async with database.write() as unit:
        await update_profile(unit, anna.id, OwnChoices(language="en"), theme="dark")
        await update_profile(unit, anna.id, OwnChoices(time_zone="Asia/Yekaterinburg"))

    async with database.read() as session:
        user = (await get_profile(session, anna.id)).user
    assert (user.language, user.theme, user.time_zone) == ("en", "dark", "Asia/Yekaterinburg")


async def test_a_leaver_is_no_longer_listed(database: Database) -> None:
    anna, boris = await a_user(database), await a_user(database, "boris")
    async with database.write() as unit:
        await deactivate(unit, boris.id, by=anna.id)

    async with database.read() as session:
        assert [user.id for user in await list_users(session)] == [anna.id]


async def test_somebody_who_is_not_there_is_not_found(database: Database) -> None:
    async with database.read() as session:
        with pytest.raises(NotFound):
            await get_profile(session, uuid4())


async def test_teams_are_told_apart_by_name(database: Database) -> None:
    async with database.write() as unit:
        await add_team(unit, " Ночная смена ")

    async with database.write() as unit:
        with pytest.raises(Conflict):
            await add_team(unit, "Ночная смена")
        with pytest.raises(InvalidValue):
            await add_team(unit, " ")
        assert [team.name for team in await list_teams(unit.session)] == [
            "Ночная смена",
            "Основная команда",
        ]


async def token_of(database: Database, user: User) -> str:
    async with database.write() as unit:
        return await create_token(unit, user.id, name="import")


async def test_a_token_speaks_for_its_user(database: Database) -> None:
    anna, tokens = await a_user(database), Tokens(database)
    value = await token_of(database, anna)

    person = await tokens.find(value)
    assert person is not None
    assert person.user_id == anna.id
    assert value.startswith("allo_")
    assert await tokens.find(value + "x") is None

    await tokens.write_down()
    async with database.read() as session:
        (row,) = await list_tokens(session, anna.id)
    assert row.last_used_at is not None
    assert value not in row.model_dump_json()


@pytest.mark.parametrize("change", ["revoked", "role", "leaver"])
async def test_a_token_stops_with_what_it_stood_for(database: Database, change: str) -> None:
    anna, tokens = await a_user(database), Tokens(database)
    value = await token_of(database, anna)
    async with database.write() as unit:
        match change:
            case "revoked":
                (row,) = await list_tokens(unit.session, anna.id)
                await revoke_token(unit, row.id, by=anna.id)
            case "role":
                await change_role(unit, anna.id, "admin", by=None)
            case "leaver":
                await deactivate(unit, anna.id, by=None)

    assert await tokens.find(value) is None


async def test_the_last_uses_are_written_down_when_the_program_stops(database: Database) -> None:
    anna, tokens = await a_user(database), Tokens(database)
    await tokens.find(await token_of(database, anna))
    keeping = asyncio.create_task(keep_up(Sessions(database), tokens))
    await asyncio.sleep(0)  # it has begun
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)

    async with database.read() as session:
        (row,) = await list_tokens(session, anna.id)
    assert row.last_used_at is not None
