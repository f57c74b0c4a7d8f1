"""Indexes for what large offices ask: rare calls among many, and the sums of the deals' board."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

LIVE = sa.text("status <> 'ended'")
PLACED = sa.text("placed_by_user_id IS NOT NULL")
HANDLED = sa.text("handled_by_user_id IS NOT NULL")

BEFORE = ("pipeline_id", "status", "stage_id", "team_id", "owner_id", "currency", "amount_minor")
BOARD = ("pipeline_id", "stage_id", "currency", "amount_minor", "status", "team_id", "owner_id")


def upgrade() -> None:
    op.create_index("ix_call_result_started", "call", ["result", "started_at", "id"])
    for name, columns, where in (
        ("ix_call_live", ["started_at", "id"], LIVE),
        ("ix_call_placed_by_user", ["placed_by_user_id"], PLACED),
        ("ix_call_handled_by_user", ["handled_by_user_id"], HANDLED),
    ):
        op.create_index(name, "call", columns, sqlite_where=where, postgresql_where=where)
    # In the order in which the sums are grouped: nothing is sorted, and no row is fetched.
    op.drop_index("ix_deal_board", "deal")
    op.create_index("ix_deal_board", "deal", list(BOARD))


def downgrade() -> None:
    op.drop_index("ix_deal_board", "deal")
    op.create_index("ix_deal_board", "deal", list(BEFORE))
    for name in (
        *("ix_call_handled_by_user", "ix_call_placed_by_user"),
        *("ix_call_live", "ix_call_result_started"),
    ):
        op.drop_index(name, "call")
