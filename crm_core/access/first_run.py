"""The first run: nobody can log in yet, and a code on the server's own console makes the first one.

The code is made anew by each start of a server without users, kept as a hash and in memory alone.
It opens one door, and that door is gone as soon as there is an administrator, however he came.
"""

import hmac
import logging
from dataclasses import dataclass

from sqlmodel import col, exists, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.door_keys import hash_of, new_secret
from crm_core.access.login import Knock, Welcome, let_in
from crm_core.access.login_limit import LoginLimit
from crm_core.access.office import OfficeChanges, change_office, hold_office
from crm_core.access.passwords import Passwords, check_password
from crm_core.access.sessions import Sessions
from crm_core.access.tables import User
from crm_core.access.users import NewUser, add_user
from crm_core.kernel.database import Database
from crm_core.kernel.errors import SetupClosed, WrongSetupCode

logger = logging.getLogger(__name__)

PREFIX = "allo-"  # a letter first: what begins with digits would be masked as a phone number
CLOSED = "There is an administrator already: log in."


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstAdministrator:
    """Who is to keep this office; login and password are those of the knock beside it."""

    name: str
    office: OfficeChanges


class FirstRun:
    """Holds the code, and lets it be used once."""

    def __init__(
        self,
        database: Database,
        sessions: Sessions,
        passwords: Passwords,
        limit: LoginLimit | None = None,
    ) -> None:
        self._database = database
        self._sessions = sessions
        self._passwords = passwords
        self._limit = limit or LoginLimit()
        self._code_hash: str | None = None

    async def begin(self) -> str | None:
        """A new code if nobody has an account, for whoever started the server; else None."""
        self._code_hash = None
        async with self._database.read() as session:
            if (await session.exec(select(exists(select(User.id))))).one():
                return None
        code = PREFIX + new_secret()
        self._code_hash = hash_of(code)
        return code

    async def demand(self, code: str, *, address: str) -> None:
        """Refuse whoever does not know the code, and everybody once there is an administrator."""
        async with self._database.read() as session:
            await self._demand_open(session)
        # One address cannot use up another's tries, so nobody shuts the owner out.
        attempt = self._limit.begin("setup", address="", known_device=f"address {address}")
        if not hmac.compare_digest(hash_of(code), self._code_hash or ""):
            logger.warning("somebody tried a wrong set-up code")
            raise WrongSetupCode("This is not the code that the server printed when it started.")
        self._limit.forgive(attempt)

    async def make_administrator(
        self, code: str, knock: Knock, wanted: FirstAdministrator
    ) -> Welcome:
        """Make the account, set the office up, and log in; of two at once one is refused."""
        await self.demand(code, address=knock.address)
        check_password(knock.password, login=knock.login)
        password_hash = await self._passwords.hash(knock.password)
        async with self._database.write() as unit:
            office = await hold_office(unit.session)
            await self._demand_open(unit.session)
            new = NewUser(
                login=knock.login, name=wanted.name, role="admin", password_hash=password_hash
            )
            user = await add_user(unit, new)
            await change_office(unit, office.version, wanted.office, by=user.id)
            await unit.session.flush()
            await unit.session.refresh(user)  # the office's language and zone are his now
            welcome = await let_in(unit, self._sessions, knock, user, is_known=False)
        self._code_hash = None
        logger.info("the first administrator was made: set-up is closed")
        return welcome

    async def _demand_open(self, session: AsyncSession) -> None:
        query = select(exists(select(User.id).where(col(User.role) == "admin")))
        if self._code_hash is None or (await session.exec(query)).one():
            self._code_hash = None
            raise SetupClosed(CLOSED)
