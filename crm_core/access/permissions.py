"""What a person may do: one table of rights, one question, and no is the answer by default.

A row gives a role an action on a kind of record within a scope: one's own, one's team's, or all.
Beside the rows stand vouchers: another room can say of a single record that this person has to do
with it, such as the client whose call makes their phone ring.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, true
from sqlmodel import select

from crm_core.access.tables import Right
from crm_core.access.teams import DEFAULT_TEAM_ID
from crm_core.kernel.database import Database
from crm_core.kernel.errors import Forbidden, NotFound

ROLES = ("agent", "manager", "supervisor", "admin")
ANY = "*"  # in a row: every kind, or every action

Scope = Literal["own", "team", "all"]
_WIDTH: dict[str, int] = {"own": 1, "team": 2, "all": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who asks: a user that is logged in, or a program with a user's token."""

    user_id: UUID
    login: str
    name: str
    role: str
    team_id: UUID | None
    language: str
    time_zone: str
    must_change_password: bool = False


class Owned(Protocol):
    """What can be asked about: every record, and a `Subject` that stands for one."""

    @property
    def id(self) -> UUID: ...
    @property
    def kind(self) -> str: ...
    @property
    def owner_id(self) -> UUID | None: ...
    @property
    def team_id(self) -> UUID | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Stands for a record that was not loaded, or has no row yet."""

    id: UUID
    kind: str
    owner_id: UUID | None = None
    team_id: UUID | None = None


Voucher = Callable[[Person, UUID], Awaitable[bool]]


class Rights:
    """The rights of all roles, kept in memory; `reload` after a change."""

    def __init__(self, rows: Iterable[Right] = ()) -> None:
        self._scopes: dict[tuple[str, str, str], str] = {}
        self._vouchers: dict[tuple[str, str], list[Voucher]] = {}
        self._keep(rows)

    @classmethod
    async def load(cls, database: Database) -> "Rights":
        rights = cls()
        await rights.reload(database)
        return rights

    async def reload(self, database: Database) -> None:
        """Read the rows again; vouchers stay."""
        async with database.read() as session:
            self._keep((await session.exec(select(Right))).all())

    def _keep(self, rows: Iterable[Right]) -> None:
        self._scopes = {(row.role, row.object, row.action): row.scope for row in rows}

    def vouch(self, kind: str, voucher: Voucher, *, actions: Sequence[str] = ("read",)) -> None:
        """Let another room say yes to single records of `kind` that the scope does not reach."""
        for action in actions:
            self._vouchers.setdefault((kind, action), []).append(voucher)

    def scope_of(self, person: Person, action: str, kind: str) -> Scope | None:
        """How far the right reaches without vouchers; for lists, with `within`."""
        rows = [
            self._scopes.get((person.role, an_object, an_action))
            for an_object in (kind, ANY)
            for an_action in (action, ANY)
        ]
        widest = max(rows, key=lambda scope: _WIDTH.get(scope or "", 0))
        match widest:
            case "own" | "team" | "all":
                return widest
            case _:
                return None

    async def may(self, person: Person, action: str, subject: str | Owned) -> bool:
        """Whether the person may do it: to this record, or to some records of a kind at all."""
        if isinstance(subject, str):
            return self.scope_of(person, action, subject) is not None
        scope = self.scope_of(person, action, subject.kind)
        if scope is not None and _reaches(scope, person, subject):
            return True
        for voucher in self._vouchers.get((subject.kind, action), ()):
            if await voucher(person, subject.id):
                return True
        return False

    async def demand(self, person: Person, action: str, subject: str | Owned) -> None:
        """Refuse what the person may not do.

        What they may not even read does not exist for them: they learn nothing from the refusal.
        """
        if await self.may(person, action, subject):
            return
        if isinstance(subject, str):
            raise Forbidden(f"your role does not allow to {action} a {subject}")
        if action == "read" or not await self.may(person, "read", subject):
            raise NotFound(f"no such {subject.kind}")
        raise Forbidden(f"your role does not allow to {action} this {subject.kind}")


def within(
    person: Person, scope: Scope | None, *, owner: ColumnElement[Any], team: ColumnElement[Any]
) -> ColumnElement[bool]:
    """The scope as a condition of a query, over the columns that hold owner and team."""
    match scope:
        case "all":
            return true()
        case "team":
            own_team = person.team_id or DEFAULT_TEAM_ID
            reached = [owner == person.user_id, team == own_team]
            if own_team == DEFAULT_TEAM_ID:
                reached.append(team.is_(None))
            return or_(*reached)
        case "own":
            return owner == person.user_id
        case _:
            return false()


def _reaches(scope: Scope, person: Person, subject: Owned) -> bool:
    """`within` for one record in memory. Who has no team belongs to the default one."""
    if scope == "all" or subject.owner_id == person.user_id:
        return True
    if scope == "own":
        return False
    return (subject.team_id or DEFAULT_TEAM_ID) == (person.team_id or DEFAULT_TEAM_ID)
