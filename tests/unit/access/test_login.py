"""Logging in: a new session for the right password, and nothing learnt from a wrong one."""

import asyncio
from typing import Literal
from uuid import UUID

import pytest
from argon2 import PasswordHasher
from sqlmodel import col, select

from crm_core.access.login import DEVICES_KEPT, FrontDoor, Knock, Welcome
from crm_core.access.login_limit import LoginLimit
from crm_core.access.passwords import WAITING_LIMIT, Passwords, check_password
from crm_core.access.sessions import Sessions
from crm_core.access.tables import AuditEntry, KnownDevice, User
from crm_core.access.users import deactivate
from crm_core.kernel.database import Database
from crm_core.kernel.errors import InvalidValue, TooManyAttempts, WrongCredentials
from tests.unit.access.people import PASSWORD, a_user, quick_passwords

HERE = "203.0.113.9"


@pytest.fixture
def sessions(database: Database) -> Sessions:
    return Sessions(database)


@pytest.fixture
def door(database: Database, sessions: Sessions) -> FrontDoor:
    return FrontDoor(database, sessions, quick_passwords(), LoginLimit(lambda: 0.0))


@pytest.fixture
async def anna(database: Database) -> User:
    return await a_user(database)


def a_knock(password: str = PASSWORD, login: str = "anna", **cookies: str) -> Knock:
    return Knock(login=login, password=password, address=HERE, **cookies)


async def knock_wrongly(door: FrontDoor, times: int, knock: Knock) -> int:
    """How many of so many wrong passwords were looked at."""
    looked_at = 0
    for _ in range(times):
        with pytest.raises((WrongCredentials, TooManyAttempts)) as refusal:
            await door.log_in(knock)
        looked_at += refusal.type is WrongCredentials
    return looked_at


async def audit_of(database: Database) -> list[tuple[str, UUID | None, str]]:
    async with database.read() as session:
        rows = (await session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))).all()
    return [
        (row.action, row.user_id, row.address) for row in rows if row.action.startswith("session")
    ]


@pytest.mark.parametrize("login", ["anna", " Anna ", "ANNA"])
async def test_the_right_password_opens_a_session(
    door: FrontDoor, sessions: Sessions, anna: User, login: str
) -> None:
    welcome = await door.log_in(a_knock(login=login))

    assert welcome.person.user_id == anna.id
    found = await sessions.find(welcome.session)
    assert found is not None
    assert found.person == welcome.person


@pytest.mark.parametrize(
    "knock",
    [
        a_knock("wrong"),
        a_knock(""),
        a_knock(login="nobody"),
        a_knock(login=""),
        a_knock("x" * 100_000),
        a_knock("\ud800\0", login="\ud800\0"),
    ],
)
@pytest.mark.usefixtures("anna")
async def test_every_refusal_reads_the_same(door: FrontDoor, knock: Knock) -> None:
    with pytest.raises(WrongCredentials, match=r"^login and password do not go together$"):
        await door.log_in(knock)


async def test_a_leaver_is_refused_like_a_stranger(
    database: Database, door: FrontDoor, anna: User
) -> None:
    async with database.write() as unit:
        await deactivate(unit, anna.id, by=None)

    with pytest.raises(WrongCredentials, match="do not go together"):
        await door.log_in(a_knock())


async def test_for_an_unknown_login_as_much_is_reckoned_as_for_a_wrong_password(
    database: Database, sessions: Sessions, anna: User
) -> None:
    reckoned: list[str] = []

    class CountingHasher(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
            reckoned.append(str(hash).split("$")[3])
            return super().verify(hash, password)

    hasher = CountingHasher(time_cost=1, memory_cost=8, parallelism=1)
    door = FrontDoor(database, sessions, Passwords(hasher))

    await knock_wrongly(door, 1, a_knock("wrong"))
    await knock_wrongly(door, 1, a_knock(login="nobody"))

    assert len(reckoned) == 2
    assert len(set(reckoned)) == 1  # with the same settings


@pytest.mark.usefixtures("anna")
async def test_the_session_gets_a_new_id_and_the_old_one_ends(
    door: FrontDoor, sessions: Sessions
) -> None:
    planted = (await door.log_in(a_knock())).session

    welcome = await door.log_in(a_knock(session=planted))

    assert welcome.session != planted
    assert await sessions.find(planted) is None
    assert (await door.log_in(a_knock(session="made up"))).session != "made up"


@pytest.mark.usefixtures("anna")
async def test_after_ten_wrong_passwords_from_one_place_no_more_are_looked_at(
    door: FrontDoor,
) -> None:
    assert await knock_wrongly(door, 100, a_knock("wrong")) == 10

    with pytest.raises(TooManyAttempts) as refusal:
        await door.log_in(a_knock())
    assert 1 <= refusal.value.retry_after_seconds <= 45


@pytest.mark.usefixtures("anna")
async def test_a_browser_that_was_here_before_comes_in_during_an_attack(door: FrontDoor) -> None:
    device = (await door.log_in(a_knock())).device
    await knock_wrongly(door, 100, a_knock("wrong"))

    welcome = await door.log_in(a_knock(device=device))

    assert welcome.device == device


@pytest.mark.usefixtures("anna")
async def test_a_made_up_browser_is_a_strangers(door: FrontDoor) -> None:
    knocks = [a_knock("wrong", device=f"made up {number}") for number in range(30)]

    assert sum([await knock_wrongly(door, 1, knock) for knock in knocks]) == 10


async def test_a_browser_known_for_one_account_is_a_stranger_for_another(
    database: Database, door: FrontDoor, anna: User
) -> None:
    await a_user(database, "boris")
    boris = await door.log_in(a_knock(login="boris"))

    assert await knock_wrongly(door, 100, a_knock("wrong", device=boris.device)) == 10


async def test_colleagues_at_one_browser_are_both_known_there(
    database: Database, door: FrontDoor, anna: User
) -> None:
    await a_user(database, "boris")
    device = (await door.log_in(a_knock())).device
    assert (await door.log_in(a_knock(login="boris", device=device))).device == device
    await knock_wrongly(door, 100, a_knock("wrong"))

    assert (await door.log_in(a_knock(device=device))).person.user_id == anna.id


async def test_only_the_latest_browsers_are_remembered(
    database: Database, door: FrontDoor, anna: User
) -> None:
    devices = [(await door.log_in(a_knock())).device for _ in range(DEVICES_KEPT + 3)]

    async with database.read() as session:
        kept = (await session.exec(select(KnownDevice))).all()
    assert len(kept) == DEVICES_KEPT
    assert (await door.log_in(a_knock(device=devices[-1]))).device == devices[-1]
    assert (await door.log_in(a_knock(device=devices[0]))).device != devices[0]


async def test_the_audit_tells_who_came_in_and_who_was_refused_but_not_what_was_typed(
    database: Database, door: FrontDoor, anna: User
) -> None:
    await knock_wrongly(door, 1, a_knock("wrong"))
    await knock_wrongly(door, 1, a_knock(login=PASSWORD))
    await door.log_in(a_knock())

    assert await audit_of(database) == [
        ("session.refused", None, HERE),
        ("session.refused", None, HERE),
        ("session.opened", anna.id, HERE),
    ]
    async with database.read() as session:
        rows = (await session.exec(select(AuditEntry))).all()
    assert not any(PASSWORD in row.model_dump_json() for row in rows)


async def test_a_hash_of_weaker_settings_is_made_anew(
    database: Database, sessions: Sessions, anna: User
) -> None:
    stronger = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    await FrontDoor(database, sessions, stronger).log_in(a_knock())

    async with database.read() as session:
        stored = (await session.exec(select(User.password_hash))).one()
    assert stored != anna.password_hash
    assert not stronger.is_outdated(stored)
    assert await stronger.verify(stored, PASSWORD)


async def test_a_password_is_changed_by_who_knows_the_present_one(
    door: FrontDoor, sessions: Sessions, anna: User
) -> None:
    here, elsewhere = await door.log_in(a_knock()), await door.log_in(a_knock())

    with pytest.raises(WrongCredentials):
        await change(door, sessions, here, current="wrong", new="another long one")
    with pytest.raises(InvalidValue):
        await change(door, sessions, here, current=PASSWORD, new="short")
    await change(door, sessions, here, current=PASSWORD, new="another long one")

    assert await sessions.find(here.session)
    assert await sessions.find(elsewhere.session) is None
    assert (await door.log_in(a_knock("another long one"))).person.user_id == anna.id


async def change(
    door: FrontDoor, sessions: Sessions, welcome: Welcome, *, current: str, new: str
) -> None:
    found = await sessions.find(welcome.session)
    assert found is not None
    await door.change_password(found.person, current=current, new=new, keep=found.id_hash)


async def test_a_letter_of_two_parts_is_the_same_password() -> None:
    passwords = quick_passwords()
    typed_on_a_mac = "йцукенгш!".replace("й", "и\u0306")

    assert await passwords.verify(await passwords.hash("йцукенгш!"), typed_on_a_mac)
    assert not await passwords.verify("not a hash", typed_on_a_mac)


async def test_a_crowd_at_the_door_is_asked_to_come_again() -> None:
    passwords = quick_passwords()
    crowd = [passwords.verify(None, "wrong") for _ in range(WAITING_LIMIT + 10)]

    answers = await asyncio.gather(*crowd, return_exceptions=True)

    assert answers.count(False) == WAITING_LIMIT
    assert sum(isinstance(answer, TooManyAttempts) for answer in answers) == 10
    assert await passwords.verify(None, "wrong") is False  # the crowd has gone


@pytest.mark.parametrize(
    "password", ["", "short", "x" * 257, "12345678", "Password1", "annannann", "administrator7"]
)
def test_a_password_that_anybody_would_try_is_refused(password: str) -> None:
    with pytest.raises(InvalidValue):
        check_password(password, login="administrator7")
