"""The log of calls."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")

DISPOSITIONS = [
    ("offer", "Ждёт КП", "Waiting for offer"),
    ("meeting", "Назначена встреча", "Meeting set"),
    ("callback", "Перезвонить", "Call back"),
    ("refused", "Отказ", "Refused"),
    ("consulted", "Консультация", "Consulted"),
    ("wrong_number", "Ошиблись номером", "Wrong number"),
]


def upgrade() -> None:
    _create_call()
    _create_parts()
    _create_traces()
    _seed()


def downgrade() -> None:
    op.drop_table("gap")
    op.drop_table("tape_checkpoint")
    op.drop_table("shown_card")
    op.drop_table("call_queue_visit")
    op.drop_table("call_leg")
    op.drop_table("call")
    op.drop_table("disposition")


def _create_call() -> None:
    op.create_table(
        "disposition",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("titles", JSON, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_disposition"),
    )
    op.create_table(
        "call",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pbx", sa.String(), nullable=False),
        sa.Column("linkedid", sa.String(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("raw_number", sa.String(), nullable=True),
        sa.Column("is_withheld", sa.Boolean(), nullable=False),
        sa.Column("caller_name", sa.String(), nullable=True),
        sa.Column("did", sa.String(), nullable=True),
        sa.Column("queue", sa.String(), nullable=True),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("wait_seconds", sa.Float(), nullable=False),
        sa.Column("talk_seconds", sa.Float(), nullable=False),
        sa.Column("hold_seconds", sa.Float(), nullable=False),
        sa.Column("placed_by", sa.String(), nullable=True),
        sa.Column("placed_by_user_id", sa.Uuid(), nullable=True),
        sa.Column("handled_by", sa.String(), nullable=True),
        sa.Column("handled_by_user_id", sa.Uuid(), nullable=True),
        sa.Column("transfers", JSON, nullable=False),
        sa.Column("merged_into", sa.Uuid(), nullable=True),
        sa.Column("is_recovered", sa.Boolean(), nullable=False),
        sa.Column("is_stub", sa.Boolean(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("is_client_chosen", sa.Boolean(), nullable=False),
        sa.Column("disposition", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("note_version", sa.Integer(), nullable=False),
        sa.Column("note_author_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_call"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_call_client_id"),
        sa.ForeignKeyConstraint(["disposition"], ["disposition.code"], name="fk_call_disposition"),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_call_id"),
    )
    op.create_index("ix_call_client_started", "call", ["client_id", "started_at"])
    op.create_index("ix_call_linkedid", "call", ["linkedid"])
    # Partial: nearly all calls are merged into none, and no planner may go by that.
    op.create_index(
        "ix_call_merged_into",
        "call",
        ["merged_into"],
        sqlite_where=sa.text("merged_into IS NOT NULL"),
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    op.create_index("ix_call_number_started", "call", ["number", "started_at"])
    op.create_index("ix_call_started", "call", ["started_at", "id"])


def _create_parts() -> None:
    op.create_table(
        "call_leg",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("extension", sa.String(), nullable=True),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("rang_at", MOMENT, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("talk_seconds", sa.Float(), nullable=False),
        sa.Column("device", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_call_leg"),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_call_leg_call_id"),
        sa.UniqueConstraint("call_id", "key", name="uq_call_leg_call_id_key"),
    )
    op.create_index("ix_call_leg_call_id", "call_leg", ["call_id"])
    op.create_index("ix_call_leg_user", "call_leg", ["user_id", "call_id"])
    op.create_table(
        "call_queue_visit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("left_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_call_queue_visit"),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_call_queue_visit_call_id"),
        sa.UniqueConstraint("call_id", "position", name="uq_call_queue_visit_call_id_position"),
    )
    op.create_index("ix_call_queue_visit_call_id", "call_queue_visit", ["call_id"])
    op.create_index("ix_call_queue_visit_name", "call_queue_visit", ["name"])


def _create_traces() -> None:
    op.create_table(
        "shown_card",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("extension", sa.String(), nullable=False),
        sa.Column("rang_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("painted_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_shown_card"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_shown_card_user_id"),
        sa.UniqueConstraint(
            "call_id", "user_id", "extension", name="uq_shown_card_call_id_user_id_extension"
        ),
    )
    op.create_index("ix_shown_card_call_id", "shown_card", ["call_id"])
    op.create_table(
        "tape_checkpoint",
        sa.Column("pbx", sa.String(), nullable=False),
        sa.Column("segment", sa.String(), nullable=False),
        sa.Column("offset", sa.Integer(), nullable=False),
        sa.Column("tracker_version", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("pbx", name="pk_tape_checkpoint"),
    )
    op.create_table(
        "gap",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pbx", sa.String(), nullable=False),
        sa.Column("from_at", MOMENT, nullable=False),
        sa.Column("to_at", MOMENT, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_gap"),
    )
    op.create_index("ix_gap_pbx", "gap", ["pbx"])


def _seed() -> None:
    disposition = sa.table(
        "disposition",
        sa.column("code"),
        sa.column("titles", JSON),
        sa.column("position"),
        sa.column("is_active", sa.Boolean()),
    )
    op.bulk_insert(
        disposition,
        [
            {"code": code, "titles": {"ru": ru, "en": en}, "position": place, "is_active": True}
            for place, (code, ru, en) in enumerate(DISPOSITIONS)
        ],
    )
