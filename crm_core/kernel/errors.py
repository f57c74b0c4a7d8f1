"""Errors that say a fact about the call centre; the web layer alone knows HTTP statuses.

`code` is stable: other programs compare it. The message is for people and names the thing.
"""

from collections.abc import Mapping
from types import MappingProxyType


class CrmError(Exception):
    """Something that was asked for cannot be done.

    Where `code` alone leaves it open, `reason` is a stable word for what exactly was refused, and
    `about` the names and figures in the sentence: screens say it in their own language.
    """

    code = "error"
    reason: str | None = None
    about: Mapping[str, str | int] = MappingProxyType({})


class NotFound(CrmError):
    """The thing does not exist, or the one who asks has no right to know of it."""

    code = "not_found"


class Forbidden(CrmError):
    """The right to do this is missing."""

    code = "forbidden"


class PasswordMustChange(Forbidden):
    """Somebody else knows the password: nothing can be done with it but changing it."""

    code = "password_must_change"


class SetupClosed(NotFound):
    """There is an administrator: nobody is made one from outside any more."""

    code = "setup_closed"


class WrongSetupCode(Forbidden):
    """The code is not the one that the server printed when it started."""

    code = "setup_code_wrong"


class Conflict(CrmError):
    """Somebody else changed the thing, or the wish contradicts what is stored.

    `present` is the text as it is now, where two people wrote on one text.
    """

    code = "conflict"

    def __init__(
        self,
        message: str,
        *,
        present: str | None = None,
        reason: str | None = None,
        **about: str | int,
    ) -> None:
        super().__init__(message)
        self.present = present
        self.reason, self.about = reason, about


class InvalidValue(CrmError):
    """A value cannot be accepted; `field` names it as the caller wrote it."""

    code = "invalid_value"

    def __init__(
        self, field: str, message: str, *, reason: str | None = None, **about: str | int
    ) -> None:
        super().__init__(message)
        self.field = field
        self.reason, self.about = reason, about


class NotLoggedIn(CrmError):
    """There is no session, or it has ended."""

    code = "not_logged_in"


class WrongCredentials(NotLoggedIn):
    """Login and password do not go together; which of them is wrong is not told."""

    code = "wrong_credentials"


class TooManyAttempts(CrmError):
    """Too many failures; asking again helps after `retry_after_seconds`."""

    code = "too_many_attempts"

    def __init__(self, message: str, *, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class DatabaseBusy(CrmError):
    """Another program holds the database; asking again later helps."""

    code = "database_busy"


class DatabaseUnreachable(CrmError):
    """The database does not answer, or does not let us in."""

    code = "database_unreachable"


class DatabaseUnwritable(CrmError):
    """The database cannot store anything now: its disk is full, or broken. Reading may work."""

    code = "database_unwritable"


class SchemaMismatch(CrmError):
    """The database's tables are not those this program was written for."""

    code = "schema_mismatch"


class SchemaOutdated(SchemaMismatch):
    """The tables are missing or older: `allo migrate` brings them up."""

    code = "schema_outdated"


class SchemaTooNew(SchemaMismatch):
    """The tables belong to a newer Allo."""

    code = "schema_too_new"
