"""When the caller of a missed call was next spoken with, kept with the call.

Without it the journal's list of calls that nobody returned looked for a talk at every missed call.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

UNRETURNED = sa.text("direction = 'inbound' AND result <> 'answered' AND returned_at IS NULL")
FILL = """
    UPDATE call SET returned_at = (
        SELECT min(later.started_at) FROM call AS later
        WHERE later.number = call.number AND later.started_at > call.started_at
            AND later.result = 'answered'
    )
    WHERE direction = 'inbound' AND result <> 'answered' AND number IS NOT NULL
"""


def upgrade() -> None:
    op.add_column("call", sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(FILL)
    _create("ix_call_unreturned", ["started_at", "id", "status", "merged_into"])
    _create("ix_call_unreturned_number", ["number", "started_at"])


def downgrade() -> None:
    for name in ("ix_call_unreturned", "ix_call_unreturned_number"):
        op.drop_index(name, "call")
    op.drop_column("call", "returned_at")


def _create(name: str, columns: list[str]) -> None:
    op.create_index(name, "call", columns, sqlite_where=UNRETURNED, postgresql_where=UNRETURNED)
