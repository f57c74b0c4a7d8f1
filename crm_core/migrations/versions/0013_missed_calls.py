"""The missed-call ledger, working hours, and promises; open call-backs become debts."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
OWED = {
    "uq_missed_call_client": ("client_id", "state = 'outstanding' AND client_id IS NOT NULL"),
    "uq_missed_call_number": ("number", "state = 'outstanding' AND client_id IS NULL"),
}
HOURS = "working_hours"
RIGHTS = [
    *(("agent", "missed_call", action, "team") for action in ("read", "work")),
    *(("manager", "missed_call", action, "team") for action in ("read", "work")),
    ("supervisor", "missed_call", "read", "all"),
    ("supervisor", "missed_call", "work", "team"),
    ("agent", "promise", "read", "team"),
    ("agent", "promise", "update", "own"),
    *(("manager", "promise", action, "team") for action in ("read", "update")),
    ("supervisor", "promise", "read", "all"),
    ("supervisor", "promise", "update", "team"),
]


def upgrade() -> None:
    for table in ("office", "team", "queue_setting"):
        op.add_column(table, sa.Column(HOURS, JSON, nullable=True))
    op.add_column("queue_setting", sa.Column("team_id", sa.Uuid(), nullable=True))
    _create_missed_call()
    _create_promise()
    columns = ("role", "object", "action", "scope")
    right = sa.table("access_right", *(sa.column(name) for name in columns))
    op.bulk_insert(right, [dict(zip(columns, row, strict=True)) for row in RIGHTS])
    _open_debts()


def downgrade() -> None:
    op.execute("DELETE FROM access_right WHERE object IN ('missed_call', 'promise')")
    op.drop_table("promise")
    op.drop_table("missed_call")
    op.drop_column("queue_setting", "team_id")
    for table in ("queue_setting", "team", "office"):
        op.drop_column(table, HOURS)


def _create_missed_call() -> None:
    op.create_table(
        "missed_call",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("pbx", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=True),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("first_call_id", sa.Uuid(), nullable=False),
        sa.Column("last_call_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("last_called_at", MOMENT, nullable=False),
        sa.Column("times_called", sa.Integer(), nullable=False),
        sa.Column("times_tried", sa.Integer(), nullable=False),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("settled_by_call_id", sa.Uuid(), nullable=True),
        sa.Column("settled_how", sa.String(), nullable=True),
        sa.Column("written_off_at", MOMENT, nullable=True),
        sa.Column("written_off_by_id", sa.Uuid(), nullable=True),
        sa.Column("written_off_reason", sa.String(500), nullable=True),
        sa.Column("merged_into", sa.Uuid(), nullable=True),
        sa.Column("claimed_by_id", sa.Uuid(), nullable=True),
        sa.Column("claimed_until", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_missed_call"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_missed_call_client_id"),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["user_account.id"], name="fk_missed_call_assignee_id"
        ),
    )
    for name, (column, condition) in OWED.items():
        where = sa.text(condition)
        op.create_index(
            name,
            "missed_call",
            [column],
            unique=True,
            sqlite_where=where,
            postgresql_where=where,
        )
    op.create_index("ix_missed_call_state_opened", "missed_call", ["state", "opened_at", "id"])
    op.create_index("ix_missed_call_opened", "missed_call", ["opened_at", "id"])
    op.create_index("ix_missed_call_client", "missed_call", ["client_id"])
    op.create_index("ix_missed_call_number", "missed_call", ["number"])


def _create_promise() -> None:
    op.create_table(
        "promise",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("second", sa.Float(), nullable=False),
        sa.Column("text", sa.String(300), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.Column("settled_by_call_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_promise"),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_promise_call_id"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_promise_client_id"),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name="fk_promise_made_by_id"),
    )
    op.create_index("ix_promise_call_id", "promise", ["call_id"])
    op.create_index("ix_promise_client_state", "promise", ["client_id", "state", "due_at"])
    op.create_index("ix_promise_number_state", "promise", ["number", "state", "due_at"])
    op.create_index("ix_promise_state_due", "promise", ["state", "due_at", "id"])


def _open_debts() -> None:
    """Each call-back that waits is a debt, the oldest of a caller; its id is the task's own."""
    connection = op.get_bind()
    tables = sa.MetaData()
    tables.reflect(connection, only=("task", "call", "missed_call"))
    task, call, debt = (tables.tables[name] for name in ("task", "call", "missed_call"))
    waiting = (
        sa.select(task, call.c.pbx, call.c.queue)
        .join(call, call.c.id == task.c.call_id)
        .where(task.c.made_by == "missed_call", task.c.done_at.is_(None))
        .order_by(task.c.created_at, task.c.id)
    )
    callers: set[tuple[str, Any]] = set()
    for row in connection.execute(waiting).mappings().all():
        caller = ("client", row["client_id"]) if row["client_id"] else ("number", row["number"])
        if caller in callers or caller == ("number", None):
            continue
        callers.add(caller)
        connection.execute(debt.insert(), _debt_of(connection, call, row))


def _debt_of(connection: sa.Connection, call: sa.Table, row: Any) -> dict[str, Any]:
    client, number, since = row["client_id"], row["number"], row["created_at"]
    same = call.c.client_id == client if client else call.c.number == number
    unanswered = (
        same,
        call.c.status == "ended",
        call.c.result != "answered",
        call.c.merged_into.is_(None),
        call.c.ended_at >= since,
    )
    missed = (
        sa.select(call.c.id, call.c.ended_at)
        .where(*unanswered, call.c.direction == "inbound")
        .order_by(call.c.ended_at.desc())
    )
    latest = connection.execute(missed.limit(1)).first()
    tried = sa.select(sa.func.count()).where(*unanswered, call.c.direction == "outbound")
    return {
        "id": row["id"],
        "client_id": client,
        "number": number,
        "pbx": row["pbx"],
        "queue": row["queue"],
        "team_id": row["team_id"],
        "first_call_id": row["call_id"],
        "last_call_id": latest.id if latest else row["call_id"],
        "opened_at": since,
        "last_called_at": latest.ended_at if latest else since,
        "times_called": row["times"],
        "times_tried": connection.execute(tried).scalar_one(),
        "assignee_id": row["assignee_id"],
        "task_id": row["id"],
        "state": "outstanding",
    }
