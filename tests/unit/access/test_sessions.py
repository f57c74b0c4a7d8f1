"""Sessions: found by their cookie until they are idle, old or ended; told when they end."""

from datetime import timedelta

import pytest
from sqlmodel import select

from crm_core.access.endings import end_all_sessions
from crm_core.access.sessions import ABSOLUTE, IDLE, Sessions
from crm_core.access.tables import Session, User
from crm_core.access.users import change_role, deactivate, set_password
from crm_core.kernel.bus import EventBus
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import Database
from crm_core.kernel.events import Event, SessionsEnded
from tests.unit.access.people import a_user

MINUTE = timedelta(minutes=1)


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = utc_now()

    def __call__(self):  # type: ignore[no-untyped-def]
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(database: Database, clock: Clock) -> Sessions:
    return Sessions(database, clock=clock)


@pytest.fixture
async def anna(database: Database) -> User:
    return await a_user(database)


@pytest.fixture
def ended(bus: EventBus, monkeypatch: pytest.MonkeyPatch) -> list[SessionsEnded]:
    """What the bus is told of ended sessions."""
    told: list[SessionsEnded] = []

    def publish(event: Event) -> None:
        if isinstance(event, SessionsEnded):
            told.append(event)

    monkeypatch.setattr(bus, "publish", publish)
    return told


async def open_session(database: Database, sessions: Sessions, user: User) -> str:
    async with database.write() as unit:
        return await sessions.open(unit, user.id, address="203.0.113.9", user_agent="Firefox")


async def test_a_cookie_finds_its_person(
    database: Database, sessions: Sessions, anna: User
) -> None:
    cookie = await open_session(database, sessions, anna)

    found = await sessions.find(cookie)

    assert found is not None
    assert (found.person.user_id, found.person.role) == (anna.id, "agent")
    assert await sessions.find(cookie[:-1]) is None
    assert await sessions.find("") is None


async def test_the_cookie_itself_is_not_stored(
    database: Database, sessions: Sessions, anna: User
) -> None:
    cookie = await open_session(database, sessions, anna)

    async with database.read() as session:
        (row,) = (await session.exec(select(Session))).all()
    assert cookie not in row.model_dump_json()


async def test_an_idle_session_ends(
    database: Database, sessions: Sessions, anna: User, clock: Clock
) -> None:
    cookie = await open_session(database, sessions, anna)
    clock.now += IDLE - MINUTE
    assert await sessions.find(cookie)
    clock.now += IDLE - MINUTE
    assert await sessions.find(cookie)
    clock.now += IDLE

    assert await sessions.find(cookie) is None


async def test_an_old_session_ends_however_busy_it_is(
    database: Database, sessions: Sessions, anna: User, clock: Clock
) -> None:
    cookie = await open_session(database, sessions, anna)
    for _ in range(int(ABSOLUTE / timedelta(hours=6)) - 1):
        clock.now += timedelta(hours=6)
        assert await sessions.find(cookie)
    clock.now += timedelta(hours=6)

    assert await sessions.find(cookie) is None


async def test_the_last_use_outlives_the_program(
    database: Database, sessions: Sessions, anna: User, clock: Clock
) -> None:
    cookie = await open_session(database, sessions, anna)
    clock.now += IDLE - MINUTE
    await sessions.find(cookie)
    await sessions.write_down()
    clock.now += IDLE - MINUTE

    assert await Sessions(database, clock=clock).find(cookie)


async def test_ended_sessions_are_cleared_away_and_told(
    database: Database,
    sessions: Sessions,
    anna: User,
    clock: Clock,
    ended: list[SessionsEnded],
) -> None:
    await open_session(database, sessions, anna)
    clock.now += IDLE
    await sessions.write_down()

    async with database.read() as session:
        assert (await session.exec(select(Session))).all() == []
    assert [event.user_id for event in ended] == [anna.id]


async def test_logging_out_ends_this_browser_only(
    database: Database, sessions: Sessions, anna: User, ended: list[SessionsEnded]
) -> None:
    here = await open_session(database, sessions, anna)
    elsewhere = await open_session(database, sessions, anna)
    known = await sessions.find(here)
    assert known is not None
    async with database.write() as unit:
        await sessions.close(unit, here)
        assert ended == []  # nothing is told before it is true

    assert await sessions.find(here) is None
    assert await sessions.find(elsewhere)
    assert [event.id_hashes for event in ended] == [(known.id_hash,)]


@pytest.mark.parametrize("change", ["role", "leaver", "everywhere"])
async def test_a_change_of_rights_ends_every_session(
    database: Database, sessions: Sessions, anna: User, ended: list[SessionsEnded], change: str
) -> None:
    boris = await a_user(database, "boris")
    cookies = [await open_session(database, sessions, anna) for _ in range(3)]
    boris_cookie = await open_session(database, sessions, boris)
    async with database.write() as unit:
        match change:
            case "role":
                await change_role(unit, anna.id, "manager", by=None)
            case "leaver":
                await deactivate(unit, anna.id, by=None)
            case "everywhere":
                await end_all_sessions(unit, anna.id)

    assert [await sessions.find(cookie) for cookie in cookies] == [None, None, None]
    assert await sessions.find(boris_cookie)
    assert [(event.user_id, len(event.id_hashes)) for event in ended] == [(anna.id, 3)]


async def test_a_new_password_leaves_only_the_browser_that_asked_for_it(
    database: Database, sessions: Sessions, anna: User
) -> None:
    here = await open_session(database, sessions, anna)
    elsewhere = await open_session(database, sessions, anna)
    known = await sessions.find(here)
    assert known is not None
    async with database.write() as unit:
        await set_password(unit, anna.id, "hash", by=anna.id, keep=known.id_hash)

    assert await sessions.find(here)
    assert await sessions.find(elsewhere) is None


async def test_who_stays_connected_learns_what_another_program_ended(
    database: Database, sessions: Sessions, anna: User, clock: Clock
) -> None:
    cookies = [await open_session(database, sessions, anna) for _ in range(2)]
    hashes = [found.id_hash for cookie in cookies if (found := await sessions.find(cookie))]
    other_program = Sessions(database)
    async with database.write() as unit:
        await other_program.close(unit, cookies[0])

    assert await sessions.still_open(hashes) == {hashes[1]}
    assert await sessions.still_open([]) == set()
    clock.now += IDLE
    assert await sessions.still_open(hashes) == set()
