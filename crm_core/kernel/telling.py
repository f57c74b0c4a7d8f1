"""What a transaction has to tell once it is committed: to the bus, and by the outbox inside it."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert

from crm_core.kernel.clock import utc_now
from crm_core.kernel.events import Event
from crm_core.kernel.outbox_tables import OutboxEntry


class Telling:
    """Kept until the end of the transaction; of one that fails nothing is told."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.entries: list[dict[str, Any]] = []

    def publish(self, event: Event) -> None:
        """Tell the bus after the commit."""
        self.events.append(event)

    def tell(self, kind: str, record_id: UUID, payload: dict[str, Any] | None = None) -> None:
        """Write to the outbox in this same transaction: for effects that must never be lost."""
        self.entries.append(
            {"at": utc_now(), "kind": kind, "record_id": record_id, "payload": payload or {}}
        )


def add_to_outbox(connection: Connection, telling: Telling) -> None:
    """Add the outbox rows, last of all; their ids keep the order in which it was told."""
    if telling.entries:
        connection.execute(insert(OutboxEntry), telling.entries)
