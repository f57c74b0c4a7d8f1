"""What an administrator sets in the office: queues, dispositions, ignored numbers."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")

# uuid5(NAMESPACE_URL, "allo:office"), written out: a migration never changes again.
OFFICE = {
    "id": UUID("0b6a1e52-6f0e-5c0b-9d8e-8a3a0c6f5a01"),
    "name": "",
    "language": "ru",
    "time_zone": "Europe/Moscow",
    "currency": "RUB",
    "version": 1,
}
RIGHTS = [
    *(
        (role, kind, "read", "all")
        for role in ("agent", "manager", "supervisor")
        for kind in ("queue_setting", "office")
    ),
    *(
        (role, "import", action, "own")
        for role in ("manager", "supervisor")
        for action in ("read", "create", "update")
    ),
]


def upgrade() -> None:
    op.add_column(
        "user_account",
        sa.Column("must_change_password", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_index("ix_audit_object", "audit", ["object_kind", "id"])
    _create_queues()
    _create_ignored_number()
    _create_office()
    _create_imports()
    columns = ("role", "object", "action", "scope")
    right = sa.table("access_right", *(sa.column(name) for name in columns))
    op.bulk_insert(right, [dict(zip(columns, row, strict=True)) for row in RIGHTS])


def downgrade() -> None:
    op.execute("DELETE FROM access_right WHERE object IN ('queue_setting', 'office', 'import')")
    for table in (
        "import_problem",
        "import_job",
        "office",
        "ignored_number",
        "queue_disposition",
        "queue_setting",
    ):
        op.drop_table(table)
    op.drop_index("ix_audit_object", "audit")
    op.drop_column("user_account", "must_change_password")


def _create_queues() -> None:
    op.create_table(
        "queue_setting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pbx", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("is_disposition_required", sa.Boolean(), nullable=False),
        sa.Column("wrap_up_seconds", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_queue_setting"),
        sa.UniqueConstraint("pbx", "name", name="uq_queue_setting_pbx_name"),
    )
    op.create_table(
        "queue_disposition",
        sa.Column("queue_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("queue_id", "code", name="pk_queue_disposition"),
        sa.ForeignKeyConstraint(
            ["queue_id"], ["queue_setting.id"], name="fk_queue_disposition_queue_id"
        ),
        sa.ForeignKeyConstraint(["code"], ["disposition.code"], name="fk_queue_disposition_code"),
    )


def _create_ignored_number() -> None:
    op.create_table(
        "ignored_number",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(64), nullable=False),
        sa.Column("is_prefix", sa.Boolean(), nullable=False),
        sa.Column("shows_no_card", sa.Boolean(), nullable=False),
        sa.Column("makes_no_task", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ignored_number"),
        sa.UniqueConstraint("number", "is_prefix", name="uq_ignored_number_number_is_prefix"),
    )


def _create_office() -> None:
    op.create_table(
        "office",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_office"),
    )
    columns = [sa.column("id", sa.Uuid()), *(sa.column(name) for name in OFFICE if name != "id")]
    op.bulk_insert(sa.table("office", *columns), [OFFICE])


def _create_imports() -> None:
    op.create_table(
        "import_job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(300), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("mapping", JSON, nullable=False),
        sa.Column("skips_duplicates", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("total_rows", sa.Integer(), nullable=False),
        sa.Column("done_rows", sa.Integer(), nullable=False),
        sa.Column("created_rows", sa.Integer(), nullable=False),
        sa.Column("skipped_rows", sa.Integer(), nullable=False),
        sa.Column("failed_rows", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_import_job"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_import_job_user_id"),
    )
    op.create_table(
        "import_problem",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("cells", JSON, nullable=False),
        sa.PrimaryKeyConstraint("import_id", "line", name="pk_import_problem"),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_job.id"], name="fk_import_problem_import_id"
        ),
    )
