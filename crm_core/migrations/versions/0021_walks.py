"""What the lists of one person's and of one queue's calls walk along, in the journal's order.

Without these the journal gathered all calls of an agent or a queue, and sorted them for one page.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
UNRETURNED = sa.text("direction = 'inbound' AND result <> 'answered' AND returned_at IS NULL")
UNPAINTED = sa.text("painted_at IS NULL")
IN_ORDER = ["started_at", "id", "status", "merged_into"]
SEATS = ("placed_by_user_id", "handled_by_user_id")

FILL_PERSONS = """
    INSERT INTO call_of_person (call_id, user_id, started_at)
    SELECT id, placed_by_user_id, started_at FROM call WHERE placed_by_user_id IS NOT NULL
    UNION
    SELECT id, handled_by_user_id, started_at FROM call WHERE handled_by_user_id IS NOT NULL
    UNION
    SELECT call.id, call_leg.user_id, call.started_at
    FROM call_leg JOIN call ON call.id = call_leg.call_id WHERE call_leg.user_id IS NOT NULL
"""
FILL_QUEUES = """
    INSERT INTO call_of_queue (call_id, name, started_at)
    SELECT DISTINCT call.id, call_queue_visit.name, call.started_at
    FROM call_queue_visit JOIN call ON call.id = call_queue_visit.call_id
"""


def upgrade() -> None:
    _create("call_of_person", sa.Column("user_id", sa.Uuid(), nullable=False))
    _create("call_of_queue", sa.Column("name", sa.String(), nullable=False))
    op.execute(FILL_PERSONS)
    op.execute(FILL_QUEUES)
    op.create_index(
        "ix_call_of_person_started", "call_of_person", ["user_id", "started_at", "call_id"]
    )
    op.create_index("ix_call_of_queue_started", "call_of_queue", ["name", "started_at", "call_id"])
    _index("ix_shown_card_unpainted", "shown_card", ["user_id", "call_id"], UNPAINTED)
    op.drop_index("ix_call_placed_by_user", "call")
    op.drop_index("ix_call_handled_by_user", "call")
    op.drop_index("ix_call_queue_visit_name", "call_queue_visit")
    op.drop_index("ix_call_unreturned", "call")
    _index("ix_call_unreturned", "call", [*IN_ORDER, "client_id"], UNRETURNED)


def downgrade() -> None:
    op.drop_index("ix_shown_card_unpainted", "shown_card")
    op.drop_index("ix_call_unreturned", "call")
    _index("ix_call_unreturned", "call", IN_ORDER, UNRETURNED)
    op.create_index("ix_call_queue_visit_name", "call_queue_visit", ["name"])
    for column in SEATS:
        name = f"ix_call_{column.removesuffix('_id')}"
        _index(name, "call", [column, "id"], sa.text(f"{column} IS NOT NULL"))
    op.drop_table("call_of_queue")
    op.drop_table("call_of_person")


def _create(name: str, key: "sa.Column[object]") -> None:
    op.create_table(
        name,
        sa.Column("call_id", sa.Uuid(), nullable=False),
        key,
        sa.Column("started_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("call_id", key.name, name=f"pk_{name}"),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=f"fk_{name}_call_id"),
    )


def _index(name: str, table: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
