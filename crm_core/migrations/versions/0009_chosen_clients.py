"""Of several clients who share a number: who of them was said to be calling, and by whom."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("client_phone", sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("client_phone", sa.Column("chosen_by", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_client_phone_chosen",
        "client_phone",
        ["number", "chosen_at"],
        sqlite_where=sa.text("chosen_at IS NOT NULL"),
        postgresql_where=sa.text("chosen_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_client_phone_chosen", "client_phone")
    op.drop_column("client_phone", "chosen_by")
    op.drop_column("client_phone", "chosen_at")
