"""Calls by a click: what may be dialled, what was asked, and where phones dial."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")

# Whom no office calls and fraud lives on: satellites and international networks, paid services.
DENIED = [
    *("+870", "+878", "+881", "+882", "+883", "+888", "+979"),
    *("+7801", "+7802", "+7803", "+7805", "+7806", "+7807", "+7808", "+7809"),
    *("+1900", "+1976", "+4487", "+449", "+49900", "+380900", "+375902"),
]
LIMITS: tuple[tuple[object, ...], ...] = (
    # role, allowed, denied, calls a minute, calls and minutes abroad in a day
    ("*", [], DENIED, 60, 200, 600),
    ("agent", ["+"], [], 10, 20, 60),
    ("manager", ["+"], [], 10, 40, 120),
    ("supervisor", ["+"], [], 10, 40, 120),
    ("admin", ["+"], [], 10, 40, 120),
)
CONTROL = (("agent", "own"), ("manager", "own"), ("supervisor", "all"))


def upgrade() -> None:
    _create_limits()
    _create_orders()
    _seed_rights()
    for name, default in (("dial_context", ""), ("dial_format", "e164")):
        column = sa.Column(name, sa.String(80), nullable=False, server_default=default)
        op.add_column("pbx_link", column)


def downgrade() -> None:
    op.drop_column("pbx_link", "dial_format")
    op.drop_column("pbx_link", "dial_context")
    op.execute("DELETE FROM access_right WHERE object = 'call' AND action = 'control'")
    op.drop_table("call_order")
    op.drop_table("call_limit")


def _create_limits() -> None:
    limits = op.create_table(
        "call_limit",
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("allowed", JSON, nullable=False),
        sa.Column("denied", JSON, nullable=False),
        sa.Column("calls_per_minute", sa.Integer(), nullable=False),
        sa.Column("abroad_calls_per_day", sa.Integer(), nullable=False),
        sa.Column("abroad_minutes_per_day", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("role", name="pk_call_limit"),
    )
    names = [column.name for column in limits.columns]
    op.bulk_insert(limits, [dict(zip(names, row, strict=True)) for row in LIMITS])


def _create_orders() -> None:
    op.create_table(
        "call_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("pbx", sa.String(64), nullable=False),
        sa.Column("extension", sa.String(80), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("is_abroad", sa.Boolean(), nullable=False),
        sa.Column("uniqueid", sa.String(80), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("key", sa.String(200), nullable=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_call_order"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_call_order_user_id"),
        sa.UniqueConstraint("user_id", "key", name="uq_call_order_key"),
    )
    op.create_index("ix_call_order_at", "call_order", ["at"])
    op.create_index("ix_call_order_user", "call_order", ["user_id", "at"])


def _seed_rights() -> None:
    names = ("role", "object", "action", "scope")
    right = sa.table("access_right", *(sa.column(name) for name in names))
    rows = [(role, "call", "control", scope) for role, scope in CONTROL]
    op.bulk_insert(right, [dict(zip(names, row, strict=True)) for row in rows])
