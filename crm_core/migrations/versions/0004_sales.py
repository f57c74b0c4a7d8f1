"""Pipelines, deals and tasks."""

from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)

RIGHTS: dict[str, dict[str, list[str]]] = {
    "agent": {
        "own": ["deal: update", "task: delete"],
        "team": ["deal: read create", "task: read create update"],
        "all": ["pipeline: read"],
    },
    "manager": {
        "team": ["deal: read create update delete export", "task: read create update delete"],
        "all": ["pipeline: read"],
    },
    "supervisor": {
        "own": ["task: update delete"],
        "team": ["deal: create update delete export", "task: create"],
        "all": ["pipeline: read", "deal: read", "task: read"],
    },
}

# Fixed ids, written out: a migration never changes again.
PIPELINE = UUID("3a6a2b0e-7b0d-5d59-9c55-0d1f5a6f1a10")
STAGES = [
    (UUID("3a6a2b0e-7b0d-5d59-9c55-0d1f5a6f1a11"), "Звонок", "open", 2),
    (UUID("3a6a2b0e-7b0d-5d59-9c55-0d1f5a6f1a12"), "Встреча", "open", 7),
    (UUID("3a6a2b0e-7b0d-5d59-9c55-0d1f5a6f1a13"), "Предложение", "open", 7),
    (UUID("3a6a2b0e-7b0d-5d59-9c55-0d1f5a6f1a14"), "Счёт", "open", 5),
    (UUID("3a6a2b0e-7b0d-5d59-9c55-0d1f5a6f1a15"), "Оплата", "open", 5),
    (UUID("3a6a2b0e-7b0d-5d59-9c55-0d1f5a6f1a16"), "Выиграна", "won", None),
    (UUID("3a6a2b0e-7b0d-5d59-9c55-0d1f5a6f1a17"), "Проиграна", "lost", None),
]


def upgrade() -> None:
    _create_pipelines()
    _create_deal()
    _create_task()
    _seed()


def downgrade() -> None:
    op.execute("DELETE FROM access_right WHERE object IN ('deal', 'task', 'pipeline')")
    op.drop_table("task")
    op.drop_table("deal")
    op.drop_table("stage")
    op.drop_table("pipeline")


def _create_pipelines() -> None:
    op.create_table(
        "pipeline",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pipeline"),
    )
    op.create_table(
        "stage",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pipeline_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("norm_days", sa.Integer(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stage"),
        sa.ForeignKeyConstraint(["pipeline_id"], ["pipeline.id"], name="fk_stage_pipeline_id"),
    )
    op.create_index("ix_stage_pipeline_id", "stage", ["pipeline_id"])


def _create_deal() -> None:
    op.create_table(
        "deal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("pipeline_id", sa.Uuid(), nullable=False),
        sa.Column("stage_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("lost_reason", sa.String(), nullable=True),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("stage_since_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deal"),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_deal_id"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_deal_client_id"),
        sa.ForeignKeyConstraint(["pipeline_id"], ["pipeline.id"], name="fk_deal_pipeline_id"),
        sa.ForeignKeyConstraint(["stage_id"], ["stage.id"], name="fk_deal_stage_id"),
    )
    op.create_index("ix_deal_owner_id", "deal", ["owner_id"])
    op.create_index(
        "ix_deal_board",
        "deal",
        ["pipeline_id", "status", "stage_id", "team_id", "owner_id", "currency", "amount_minor"],
    )
    op.create_index("ix_deal_client_status", "deal", ["client_id", "status", "created_at"])
    op.create_index("ix_deal_stage_since", "deal", ["stage_id", "stage_since_at", "id"])
    op.create_index("ix_deal_created", "deal", ["created_at", "id"])


def _create_task() -> None:
    op.create_table(
        "task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("comment", sa.String(), nullable=True),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("is_all_day", sa.Boolean(), nullable=False),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("deal_id", sa.Uuid(), nullable=True),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("done_by_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("reminded_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_task"),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_task_id"),
        sa.ForeignKeyConstraint(["assignee_id"], ["user_account.id"], name="fk_task_assignee_id"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_task_client_id"),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name="fk_task_deal_id"),
    )
    op.create_index("ix_task_assignee_open", "task", ["assignee_id", "done_at", "due_at", "id"])
    op.create_index("ix_task_client_open", "task", ["client_id", "done_at", "due_at"])
    op.create_index("ix_task_deal_open", "task", ["deal_id", "done_at", "due_at"])
    op.create_index("ix_task_call_id", "task", ["call_id"])
    op.create_index(
        "ix_task_due_open",
        "task",
        ["due_at"],
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )


def _seed() -> None:
    columns = ("role", "object", "action", "scope")
    right = sa.table("access_right", *(sa.column(name) for name in columns))
    rows = [
        {"role": role, "object": kind, "action": action, "scope": scope}
        for role, scopes in RIGHTS.items()
        for scope, lines in scopes.items()
        for kind, actions in (line.split(": ") for line in lines)
        for action in actions.split()
    ]
    op.bulk_insert(right, rows)
    pipeline = sa.table(
        "pipeline",
        sa.column("id", sa.Uuid()),
        sa.column("name"),
        sa.column("position"),
        sa.column("is_active", sa.Boolean()),
        sa.column("version"),
        sa.column("created_at", MOMENT),
    )
    op.bulk_insert(
        pipeline,
        [
            {
                "id": PIPELINE,
                "name": "Продажи",
                "position": 0,
                "is_active": True,
                "version": 1,
                "created_at": datetime(2026, 1, 1, tzinfo=UTC),
            }
        ],
    )
    stage = sa.table(
        "stage",
        sa.column("id", sa.Uuid()),
        sa.column("pipeline_id", sa.Uuid()),
        sa.column("name"),
        sa.column("position"),
        sa.column("kind"),
        sa.column("norm_days"),
        sa.column("is_active", sa.Boolean()),
    )
    op.bulk_insert(
        stage,
        [
            {
                "id": stage_id,
                "pipeline_id": PIPELINE,
                "name": name,
                "position": place,
                "kind": kind,
                "norm_days": norm,
                "is_active": True,
            }
            for place, (stage_id, name, kind, norm) in enumerate(STAGES)
        ],
    )
