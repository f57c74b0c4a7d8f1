"""Agents at work: reasons for a pause, wrap-up held by us, shared desks, and who did what when."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
OPEN = sa.text("to_at IS NULL")

REASONS = (
    ("lunch", "Обед", "Lunch"),
    ("short_break", "Короткий перерыв", "Short break"),
    ("training", "Обучение", "Training"),
    ("meeting", "Совещание", "Meeting"),
    ("personal", "Личное", "Personal"),
)
RIGHTS = [
    *(
        (role, kind, action, "all")
        for role in ("agent", "manager", "supervisor")
        for kind, action in (
            ("agent", "read"),
            ("pause_reason", "read"),
            ("shared_desk", "read"),
            ("shared_desk", "take"),
        )
    ),
    ("agent", "agent", "pause", "own"),
    ("manager", "agent", "pause", "own"),
    ("supervisor", "agent", "pause", "all"),
]


def upgrade() -> None:
    _create_pause_reason()
    op.create_table(
        "shared_desk",
        sa.Column("pbx", sa.String(64), nullable=False),
        sa.Column("extension", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("pbx", "extension", name="pk_shared_desk"),
    )
    op.create_table(
        "agent_wrap_up",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("pbx", sa.String(), nullable=False),
        sa.Column("extension", sa.String(), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("until_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_agent_wrap_up"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_agent_wrap_up_user_id"),
    )
    _create_agent_state()
    columns = ("role", "object", "action", "scope")
    right = sa.table("access_right", *(sa.column(name) for name in columns))
    op.bulk_insert(right, [dict(zip(columns, row, strict=True)) for row in RIGHTS])


def downgrade() -> None:
    op.execute("DELETE FROM access_right WHERE object IN ('agent', 'pause_reason', 'shared_desk')")
    for table in ("agent_state", "agent_wrap_up", "shared_desk", "pause_reason"):
        op.drop_table(table)


def _create_pause_reason() -> None:
    op.create_table(
        "pause_reason",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("titles", JSON, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_pause_reason"),
    )
    reason = sa.table(
        "pause_reason",
        sa.column("code"),
        sa.column("titles", JSON),
        sa.column("position"),
        sa.column("is_active"),
    )
    op.bulk_insert(
        reason,
        [
            {"code": code, "titles": {"ru": ru, "en": en}, "position": place, "is_active": True}
            for place, (code, ru, en) in enumerate(REASONS)
        ],
    )


def _create_agent_state() -> None:
    op.create_table(
        "agent_state",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("pbx", sa.String(), nullable=False),
        sa.Column("extension", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("from_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("to_at", MOMENT, nullable=True),
        sa.Column("is_cut", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_agent_state"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_agent_state_user_id"),
    )
    op.create_index("ix_agent_state_user_from", "agent_state", ["user_id", "from_at"])
    op.create_index("ix_agent_state_from", "agent_state", ["from_at"])
    op.create_index(
        "ix_agent_state_open",
        "agent_state",
        ["user_id"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
