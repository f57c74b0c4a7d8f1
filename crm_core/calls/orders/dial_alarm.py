"""One alarm for a person whose clicks the limits refuse: in the log and in the audit, not a flood.

Toll fraud comes in bursts; a mistyped number comes once. Both leave one line an hour.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from crm_core.access.audit import write_audit
from crm_core.access.permissions import Person
from crm_core.calls.orders.dial_rules import (
    Dialled,
    NumberNotAllowed,
    SpendCapReached,
    TooManyCalls,
)
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import Database
from crm_core.kernel.errors import CrmError

logger = logging.getLogger(__name__)

QUIET = timedelta(hours=1)
PREFIX = 5  # characters of a number that a log may hold


class DialAlarm:
    """Told of every refusal; speaks once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._spoken: dict[UUID, datetime] = {}

    async def refused(self, person: Person, dialled: Dialled, error: CrmError) -> None:
        """Somebody was refused a call."""
        if not isinstance(error, NumberNotAllowed | TooManyCalls | SpendCapReached):
            return
        now = utc_now()
        if now - self._spoken.get(person.user_id, now - QUIET) < QUIET:
            return
        self._spoken[person.user_id] = now
        prefix = dialled.number[:PREFIX]
        logger.warning("calls of %s are refused: %s (%s…)", person.login, error.code, prefix)
        async with self._database.write() as unit:
            details = {"rule": error.code, "prefix": prefix, "limit": str(error)}
            on = ("user", person.user_id)
            write_audit(unit, "call_limit.reached", by=person.user_id, on=on, details=details)
