"""People for the tests of this room."""

from uuid import uuid4

from argon2 import PasswordHasher

from crm_core.access.passwords import Passwords
from crm_core.access.permissions import Person
from crm_core.access.tables import User
from crm_core.access.teams import DEFAULT_TEAM_ID
from crm_core.access.users import NewUser, add_user
from crm_core.kernel.database import Database

PASSWORD = "correct horse battery"


def quick_passwords() -> Passwords:
    """argon2id with the least work it allows: the tests guess thousands of times."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


async def a_user(database: Database, login: str = "anna", role: str = "agent") -> User:
    password_hash = await quick_passwords().hash(PASSWORD)
    async with database.write() as unit:
        return await add_user(
            unit,
            NewUser(login=login, name=login.title(), role=role, password_hash=password_hash),
        )


def a_person(role: str, **changes: object) -> Person:
    values: dict[str, object] = {
        "user_id": uuid4(),
        "login": role,
        "name": role.title(),
        "role": role,
        "team_id": DEFAULT_TEAM_ID,
        "language": "ru",
        "time_zone": "Europe/Moscow",
    }
    return Person(**{**values, **changes})  # type: ignore[arg-type]
