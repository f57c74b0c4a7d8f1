"""Rights: what the four roles may do from the first day, and how far."""

from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select

from crm_core.access.permissions import Person, Rights, Subject, within
from crm_core.access.tables import Right, Team, User
from crm_core.access.teams import DEFAULT_TEAM_ID
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import Database
from crm_core.kernel.errors import Forbidden, NotFound
from tests.unit.access.people import a_person

ROLES = ["agent", "manager", "supervisor", "admin"]

# action on kind → how far an agent, a manager, a supervisor and an admin may do it
MATRIX = {
    ("read", "client"): ["team", "team", "all", "all"],
    ("create", "client"): ["team", "team", "team", "all"],
    ("update", "client"): ["team", "team", "team", "all"],
    ("delete", "client"): [None, "team", "team", "all"],
    ("export", "client"): [None, "team", "team", "all"],
    ("read", "note"): ["team", "team", "all", "all"],
    ("create", "note"): ["team", "team", "team", "all"],
    ("update", "note"): ["own", "own", "own", "all"],
    ("delete", "note"): ["own", "own", "team", "all"],
    ("read", "call"): ["own", "team", "all", "all"],
    ("work", "call"): ["own", "team", "team", "all"],
    ("trace", "call"): [None, None, "all", "all"],
    ("place", "call"): ["own", "own", "own", "all"],
    ("read", "user"): ["all", "all", "all", "all"],
    ("create", "user"): [None, None, None, "all"],
    ("update", "user"): [None, None, None, "all"],
    ("read", "gap"): ["all", "all", "all", "all"],
    ("read", "audit"): [None, None, None, "all"],
    ("read", "recording"): [None, None, None, "all"],
    ("launch", "rocket"): [None, None, None, "all"],
}


@pytest.fixture
async def rights(database: Database) -> Rights:
    return await Rights.load(database)


@pytest.mark.parametrize(("question", "scopes"), MATRIX.items(), ids=map(" ".join, MATRIX))
async def test_the_four_roles_may_do_what_is_written_here(
    rights: Rights, question: tuple[str, str], scopes: list[str | None]
) -> None:
    action, kind = question

    assert [rights.scope_of(a_person(role), action, kind) for role in ROLES] == scopes
    assert [await rights.may(a_person(role), action, kind) for role in ROLES] == [
        scope is not None for scope in scopes
    ]


async def test_a_role_that_nobody_seeded_may_nothing(rights: Rights) -> None:
    for action, kind in MATRIX:
        assert not await rights.may(a_person("visitor"), action, kind)
        assert not await rights.may(a_person("*"), action, kind)


async def test_without_rows_nobody_may_anything() -> None:
    for role in ROLES:
        assert not await Rights().may(a_person(role), "read", "client")


OTHER_TEAM = UUID(int=7)


def a_subject(kind: str, owner: Person | None, team_id: UUID | None) -> Subject:
    owner_id = owner.user_id if owner else uuid4()
    return Subject(id=uuid4(), kind=kind, owner_id=owner_id, team_id=team_id)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("is_own", [True, False])
@pytest.mark.parametrize("team_id", [DEFAULT_TEAM_ID, None, OTHER_TEAM])
async def test_a_single_record_is_reached_by_owner_and_team(
    rights: Rights, role: str, is_own: bool, team_id: UUID | None
) -> None:
    person = a_person(role)
    is_ours = is_own or team_id != OTHER_TEAM

    async def may(action: str, kind: str) -> bool:
        return await rights.may(
            person, action, a_subject(kind, person if is_own else None, team_id)
        )

    assert await may("read", "client") is (role in ("supervisor", "admin") or is_ours)
    assert (
        await may("read", "call")
        is {
            "agent": is_own,
            "manager": is_ours,
            "supervisor": True,
            "admin": True,
        }[role]
    )
    assert await may("update", "note") is (role == "admin" or is_own)


async def test_somebody_of_another_team_is_not_reached_by_who_has_none(rights: Rights) -> None:
    nobodys = a_subject("client", None, None)

    assert await rights.may(a_person("agent", team_id=None), "read", nobodys)
    assert not await rights.may(a_person("agent", team_id=OTHER_TEAM), "read", nobodys)


async def test_whose_phone_rings_is_vouched_for(rights: Rights) -> None:
    person, client = a_person("agent"), a_subject("client", None, OTHER_TEAM)
    ringing = {(person.user_id, client.id)}

    async def rings_for(asking: Person, record_id: UUID) -> bool:
        return (asking.user_id, record_id) in ringing

    rights.vouch("client", rings_for)

    assert await rights.may(person, "read", client)
    assert not await rights.may(a_person("agent"), "read", client)
    assert not await rights.may(person, "update", client)
    ringing.clear()
    assert not await rights.may(person, "read", client)


async def test_what_may_not_be_read_does_not_exist(rights: Rights) -> None:
    foreign = a_subject("client", None, OTHER_TEAM)
    ours = a_subject("client", None, None)
    agent = a_person("agent")

    with pytest.raises(NotFound):
        await rights.demand(agent, "read", foreign)
    with pytest.raises(NotFound):
        await rights.demand(agent, "delete", foreign)
    with pytest.raises(Forbidden):
        await rights.demand(agent, "delete", ours)
    with pytest.raises(Forbidden):
        await rights.demand(agent, "create", "user")
    await rights.demand(agent, "update", ours)


async def test_changed_rows_count_after_a_reload(database: Database, rights: Rights) -> None:
    async with database.write() as unit:
        unit.session.add(Right(role="agent", object="report", action="read", scope="team"))
        unit.session.add(Right(role="agent", object="parcel", action="read", scope="everything"))
    agent = a_person("agent")
    assert not await rights.may(agent, "read", "report")

    await rights.reload(database)

    assert await rights.may(agent, "read", "report")
    assert not await rights.may(agent, "read", "parcel")  # a scope nobody knows is none


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        ("own", {"mine"}),
        ("team", {"mine", "ours", "nobody's"}),
        ("all", {"mine", "ours", "nobody's", "theirs"}),
        (None, set()),
    ],
)
async def test_lists_show_what_the_scope_reaches(
    database: Database, scope: str | None, seen: set[str]
) -> None:
    # Users stand for records, each its own owner: `record` belongs to a later room.
    me = a_person("agent")
    async with database.write() as unit:
        unit.session.add(Team(id=OTHER_TEAM, name="others"))
        await unit.session.flush()
        for name, owner_id, team_id in [
            ("mine", me.user_id, DEFAULT_TEAM_ID),
            ("ours", uuid4(), DEFAULT_TEAM_ID),
            ("nobody's", uuid4(), None),
            ("theirs", uuid4(), OTHER_TEAM),
        ]:
            unit.session.add(_user(owner_id, name, team_id))
    condition = within(me, scope, owner=col(User.id), team=col(User.team_id))  # type: ignore[arg-type]

    async with database.read() as session:
        names = set((await session.exec(select(User.name).where(condition))).all())

    assert names == seen


def _user(user_id: UUID, name: str, team_id: UUID | None) -> User:
    return User(
        id=user_id, login=name, name=name, password_hash="", role="agent", team_id=team_id,
        created_at=utc_now(), updated_at=utc_now(),
    )  # fmt: skip
