"""Every table of the house in one place, for comparing them with a migrated database."""

from sqlalchemy import MetaData
from sqlmodel import SQLModel

import crm_core.access.tables
import crm_core.calls.agents.tables
import crm_core.calls.missed_calls.tables
import crm_core.calls.orders.tables
import crm_core.calls.pbx.link_tables
import crm_core.calls.promises.tables
import crm_core.calls.recording_tables
import crm_core.calls.tables
import crm_core.kernel.outbox_tables
import crm_core.records.tables
import crm_core.sales.tables  # noqa: F401  # a table is known once its module was read

# Made by a migration's own SQL, since no model can say them: the search for clients.
UNMODELLED_TABLES = ("client_search",)
UNMODELLED_INDEXES = ("ix_client_search_text",)

METADATA: MetaData = SQLModel.metadata


def is_modelled(_object: object, name: str | None, kind: str, *_rest: object) -> bool:
    """Whether a table or index of the database should also be found among the models."""
    if kind == "table":
        return not (name or "").startswith(UNMODELLED_TABLES)
    return not (kind == "index" and name in UNMODELLED_INDEXES)
