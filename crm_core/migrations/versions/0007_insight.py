"""Who may see the live board."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SCOPES = {"agent": "own", "manager": "team", "supervisor": "all"}


def upgrade() -> None:
    columns = ("role", "object", "action", "scope")
    right = sa.table("access_right", *(sa.column(name) for name in columns))
    op.bulk_insert(
        right,
        [
            {"role": role, "object": "board", "action": "read", "scope": scope}
            for role, scope in SCOPES.items()
        ],
    )


def downgrade() -> None:
    op.execute("DELETE FROM access_right WHERE object = 'board'")
