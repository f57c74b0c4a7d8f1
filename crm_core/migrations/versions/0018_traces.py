"""What became of a card, and who may look into the black box of a call."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
RIGHTS = sa.table(
    "access_right",
    sa.column("role", sa.String),
    sa.column("object", sa.String),
    sa.column("action", sa.String),
    sa.column("scope", sa.String),
)


def upgrade() -> None:
    op.add_column("shown_card", sa.Column("had_screen", sa.Boolean(), nullable=True))
    op.add_column("shown_card", sa.Column("dismissed_at", MOMENT, nullable=True))
    op.add_column("shown_card", sa.Column("gone_at", MOMENT, nullable=True))
    op.bulk_insert(
        RIGHTS,
        [{"role": "supervisor", "object": "call", "action": "trace", "scope": "all"}],
    )


def downgrade() -> None:
    op.execute("DELETE FROM access_right WHERE object = 'call' AND action = 'trace'")
    for name in ("gone_at", "dismissed_at", "had_screen"):
        op.drop_column("shown_card", name)
