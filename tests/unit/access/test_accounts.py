"""What an administrator does with accounts and teams, and what can be read of it afterwards."""

from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from crm_core.access.accounts import (
    AccountChanges,
    change_account,
    list_accounts,
    reactivate,
    reset_password,
)
from crm_core.access.audit_list import AuditQuery, list_audit
from crm_core.access.login import FrontDoor, Knock
from crm_core.access.passwords import check_password, one_time_password
from crm_core.access.sessions import Sessions
from crm_core.access.tables import ApiToken, AuditEntry, Extension, User
from crm_core.access.teams import add_team, change_team
from crm_core.access.tokens import create_token
from crm_core.access.users import NewUser, Phone, add_user, change_role, deactivate, get_user
from crm_core.kernel.database import Database
from crm_core.kernel.errors import Conflict, InvalidValue
from crm_core.kernel.paging import InvalidCursor
from tests.unit.access.people import PASSWORD, a_user, quick_passwords


async def change(database: Database, user_id: UUID, by: UUID, **changes: object) -> None:
    async with database.write() as unit:
        await change_account(unit, user_id, AccountChanges(**changes), by=by)  # type: ignore[arg-type]


async def test_a_change_is_written_down_with_before_and_after(database: Database) -> None:
    chief, anna = await a_user(database, "chief", "admin"), await a_user(database)
    await change(
        database, anna.id, chief.id, name="Анна Соколова", phones=[Phone(pbx="main", extension="7")]
    )

    async with database.read() as session:
        page = await list_audit(session, AuditQuery(object_kinds=["user"], action="user.changed"))
    (deed,) = page.items
    assert deed.name == "Chief"
    assert deed.entry.details["before"]["name"] == "Anna"
    assert deed.entry.details["after"]["phones"] == ["7@main"]
    assert "hash" not in str(deed.entry.details)


async def test_a_change_that_changes_nothing_is_no_deed(database: Database) -> None:
    chief, anna = await a_user(database, "chief", "admin"), await a_user(database)
    await change(database, anna.id, chief.id, name="Anna")

    async with database.read() as session:
        page = await list_audit(session, AuditQuery(action="user.changed"))
    assert page.items == []


async def test_whoever_sits_at_a_phone_already_is_named(database: Database) -> None:
    chief, anna = await a_user(database, "chief", "admin"), await a_user(database)
    boris = await a_user(database, "boris")
    seat = [Phone(pbx="main", extension="101")]
    await change(database, anna.id, chief.id, phones=seat)

    with pytest.raises(Conflict, match="Anna already sits at extension 101"):
        await change(database, boris.id, chief.id, phones=seat)


async def test_a_leaver_frees_the_phone_and_may_come_back_without_it(database: Database) -> None:
    chief, anna = await a_user(database, "chief", "admin"), await a_user(database)
    seat = [Phone(pbx="main", extension="101")]
    await change(database, anna.id, chief.id, phones=seat)
    async with database.write() as unit:
        await deactivate(unit, anna.id, by=chief.id)
    boris = await a_user(database, "boris")
    await change(database, boris.id, chief.id, phones=seat)
    async with database.write() as unit:
        await reactivate(unit, anna.id, by=chief.id)

    async with database.read() as session:
        seats = (await session.exec(select(Extension))).all()
        profiles = await list_accounts(session)
    assert [row.user_id for row in seats] == [boris.id]
    assert [profile.user.is_active for profile in profiles] == [True] * 3


async def test_who_has_left_gets_neither_a_phone_nor_a_password(database: Database) -> None:
    chief, anna = await a_user(database, "chief", "admin"), await a_user(database)
    async with database.write() as unit:
        await deactivate(unit, anna.id, by=chief.id)

    with pytest.raises(InvalidValue):
        await change(database, anna.id, chief.id, phones=[Phone(pbx="main", extension="1")])
    with pytest.raises(InvalidValue):
        async with database.write() as unit:
            await reset_password(unit, anna.id, "hash", by=chief.id)


async def test_the_last_administrator_cannot_be_taken_away(database: Database) -> None:
    chief = await a_user(database, "chief", "admin")

    with pytest.raises(InvalidValue, match="last administrator"):
        async with database.write() as unit:
            await deactivate(unit, chief.id, by=chief.id)
    with pytest.raises(InvalidValue, match="last administrator"):
        async with database.write() as unit:
            await change_role(unit, chief.id, "agent", by=chief.id)
    await a_user(database, "deputy", "admin")
    async with database.write() as unit:
        await change_role(unit, chief.id, "agent", by=chief.id)


async def test_a_reset_password_opens_nothing_but_its_change(database: Database) -> None:
    chief, anna = await a_user(database, "chief", "admin"), await a_user(database)
    sessions = Sessions(database)
    door = FrontDoor(database, sessions, quick_passwords())
    before = await door.log_in(Knock(login="anna", password=PASSWORD, address="10.0.0.1"))
    async with database.write() as unit:
        await create_token(unit, anna.id)
    issued, issued_hash = await door.issue_password()
    async with database.write() as unit:
        await reset_password(unit, anna.id, issued_hash, by=chief.id)

    assert await sessions.find(before.session) is None
    async with database.read() as session:
        assert all(token.revoked_at for token in (await session.exec(select(ApiToken))).all())
        audit = (await session.exec(select(AuditEntry))).all()
    assert issued not in str([entry.details for entry in audit])
    welcome = await door.log_in(Knock(login="anna", password=issued, address="10.0.0.1"))
    assert welcome.person.must_change_password
    await door.change_password(welcome.person, current=issued, new="a word of my own", keep=None)
    async with database.read() as session:
        assert not (await get_user(session, anna.id)).must_change_password


async def test_issued_passwords_are_good_ones_and_never_the_same(database: Database) -> None:
    issued = {one_time_password() for _ in range(200)}

    assert len(issued) == 200
    for password in issued:
        check_password(password, login="anna")


async def test_teams_have_names_of_their_own(database: Database) -> None:
    chief = await a_user(database, "chief", "admin")
    async with database.write() as unit:
        sales = await add_team(unit, "Продажи", by=chief.id)
        await add_team(unit, "Сервис", by=chief.id)

    with pytest.raises(Conflict):
        async with database.write() as unit:
            await change_team(unit, sales.id, name=" Сервис ", by=chief.id)
    async with database.write() as unit:
        renamed = await change_team(unit, sales.id, name="Отдел  продаж", by=chief.id)
    assert renamed.name == "Отдел продаж"


async def test_the_audit_pages_and_filters(database: Database) -> None:
    chief = await a_user(database, "chief", "admin")
    async with database.write() as unit:
        for number in range(5):
            new = NewUser(login=f"u{number}", name="U", role="agent", password_hash="-")
            await add_user(unit, new, by=chief.id)

    async with database.read() as session:
        first = await list_audit(session, AuditQuery(user_id=chief.id, limit=3))
        rest = await list_audit(
            session, AuditQuery(user_id=chief.id, limit=3, cursor=first.next_cursor)
        )
        nobody = await list_audit(session, AuditQuery(user_id=uuid4()))
        with pytest.raises(InvalidCursor):
            await list_audit(session, AuditQuery(cursor="nonsense"))
    logins = [deed.entry.details["login"] for deed in [*first.items, *rest.items]]
    assert logins == ["u4", "u3", "u2", "u1", "u0"]
    assert rest.next_cursor is None
    assert nobody.items == []


async def test_a_user_row_tells_whether_it_must_change(database: Database) -> None:
    anna = await a_user(database)

    async with database.read() as session:
        row = (await session.exec(select(User).where(User.id == anna.id))).one()
    assert row.must_change_password is False
