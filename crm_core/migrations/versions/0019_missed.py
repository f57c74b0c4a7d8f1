"""Indexes for the journal of a million calls: what was missed, and whom a list is of.

Each holds all that is asked before a call itself must be looked at.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

MISSED = sa.text("direction = 'inbound' AND result <> 'answered'")
PLACED = sa.text("placed_by_user_id IS NOT NULL")
HANDLED = sa.text("handled_by_user_id IS NOT NULL")


def upgrade() -> None:
    _create("ix_call_missed", ["started_at", "id", "number", "status", "merged_into"], MISSED)
    for name in ("ix_call_number_started", "ix_call_placed_by_user", "ix_call_handled_by_user"):
        op.drop_index(name, "call")
    op.create_index("ix_call_number_started", "call", ["number", "started_at", "result"])
    _create("ix_call_placed_by_user", ["placed_by_user_id", "id"], PLACED)
    _create("ix_call_handled_by_user", ["handled_by_user_id", "id"], HANDLED)


def downgrade() -> None:
    for name in (
        *("ix_call_missed", "ix_call_number_started"),
        *("ix_call_placed_by_user", "ix_call_handled_by_user"),
    ):
        op.drop_index(name, "call")
    op.create_index("ix_call_number_started", "call", ["number", "started_at"])
    _create("ix_call_placed_by_user", ["placed_by_user_id"], PLACED)
    _create("ix_call_handled_by_user", ["handled_by_user_id"], HANDLED)


def _create(name: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, "call", columns, sqlite_where=where, postgresql_where=where)
