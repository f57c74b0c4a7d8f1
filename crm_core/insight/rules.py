"""The rules that follow from what has happened, one reader of the outbox for all of them.

They share a cursor, so a rule that comes with an upgrade begins with today's rows and not with
years of them; and each row costs one transaction, however many rules look at it.
"""

from crm_core.insight import call_backs, promise_keeping
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.outbox_tables import OutboxEntry

READER = "call_backs"  # the first of them; offices know how far it has read by this name
RULES = (call_backs.on_outbox_entry, promise_keeping.on_outbox_entry)


async def on_outbox_entry(unit: UnitOfWork, entry: OutboxEntry) -> None:
    """Let each rule look at it."""
    for rule in RULES:
        await rule(unit, entry)
