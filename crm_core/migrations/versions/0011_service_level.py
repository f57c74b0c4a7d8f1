"""Within how many seconds a queue's callers should be answered."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SECONDS = "service_level_seconds"


def upgrade() -> None:
    op.add_column("office", sa.Column(SECONDS, sa.Integer(), nullable=False, server_default="20"))
    op.add_column("queue_setting", sa.Column(SECONDS, sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("queue_setting", SECONDS)
    op.drop_column("office", SECONDS)
