"""Recordings of calls."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")

# Whose call may be read is asked first; this row says that its audio may be heard as well.
LISTENERS = ("agent", "manager", "supervisor")


def upgrade() -> None:
    op.create_table(
        "recording",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("pbx", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=True),
        sa.Column("uniqueid", sa.String(), nullable=False),
        sa.Column("extension", sa.String(), nullable=True),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", MOMENT, nullable=True),
        sa.Column("content_hash", sa.String(), nullable=True),
        sa.Column("size_bytes", sa.Integer(), nullable=True),
        sa.Column("duration_seconds", sa.Float(), nullable=True),
        sa.Column("channels", sa.Integer(), nullable=True),
        sa.Column("peaks", JSON, nullable=True),
        sa.Column("fetched_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_recording"),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_recording_call_id"),
        sa.UniqueConstraint("call_id", "key", name="uq_recording_call_id_key"),
    )
    op.create_index("ix_recording_call_id", "recording", ["call_id"])
    op.create_index("ix_recording_due", "recording", ["next_try_at", "id"])
    right = sa.table(
        "access_right",
        *(sa.column(name) for name in ("role", "object", "action", "scope")),
    )
    op.bulk_insert(
        right,
        [
            {"role": role, "object": "recording", "action": "listen", "scope": "all"}
            for role in LISTENERS
        ],
    )


def downgrade() -> None:
    op.execute("DELETE FROM access_right WHERE object = 'recording'")
    op.drop_table("recording")
