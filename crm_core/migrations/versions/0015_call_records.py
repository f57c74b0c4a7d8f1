"""Where a PBX's own call records lie, and what they gave back after a gap."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pbx_link", sa.Column("sealed_call_records", sa.String(), nullable=True))
    state = sa.Column("recovery_state", sa.String(), nullable=False, server_default="none")
    op.add_column("gap", state)
    for name in ("recovered", "without_agent"):
        op.add_column("gap", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("gap", sa.Column("recovery_reason", sa.String(), nullable=True))


def downgrade() -> None:
    for name in ("recovery_reason", "without_agent", "recovered", "recovery_state"):
        op.drop_column("gap", name)
    op.drop_column("pbx_link", "sealed_call_records")
