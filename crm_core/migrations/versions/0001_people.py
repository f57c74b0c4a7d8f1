"""People, their rights, what they did, and the outbox."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# uuid5(NAMESPACE_URL, "allo:team:default"), written out: a migration never changes again.
DEFAULT_TEAM = {"id": UUID("58b93193-6a2f-5fb4-ba7f-2db372aa5687"), "name": "Основная команда"}

# role → scope → "object: actions"; what is not here is denied
RIGHTS: dict[str, dict[str, list[str]]] = {
    "agent": {
        "own": ["call: read work place", "note: update delete"],
        "team": ["client: read create update", "note: read create"],
        "all": ["user: read", "team: read", "disposition: read", "gap: read"],
    },
    "manager": {
        "own": ["call: place", "note: update delete"],
        "team": [
            "call: read work",
            "client: read create update delete export",
            "note: read create",
        ],
        "all": ["user: read", "team: read", "disposition: read", "gap: read"],
    },
    "supervisor": {
        "own": ["call: place", "note: update"],
        "team": [
            "call: work",
            "client: create update delete export",
            "note: create delete",
        ],
        "all": [
            "call: read",
            "client: read",
            "note: read",
            "user: read",
            "team: read",
            "disposition: read",
            "gap: read",
        ],
    },
    "admin": {"all": ["*: *"]},
}


def upgrade() -> None:
    _create_people()
    _create_doors()
    _create_rights()
    _create_outbox()
    _seed()


def downgrade() -> None:
    op.drop_table("outbox_cursor")
    op.drop_table("outbox")
    op.drop_table("audit")
    op.drop_table("access_right")
    op.drop_table("known_device")
    op.drop_table("api_token")
    op.drop_table("session")
    op.drop_table("extension")
    op.drop_table("user_account")
    op.drop_table("team")


def _create_people() -> None:
    op.create_table(
        "team",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_team"),
        sa.UniqueConstraint("name", name="uq_team_name"),
    )
    op.create_table(
        "user_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_user_account"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_user_account_team_id"),
        sa.UniqueConstraint("login", name="uq_user_account_login"),
    )
    op.create_index("ix_user_account_team_id", "user_account", ["team_id"])
    op.create_table(
        "extension",
        sa.Column("pbx", sa.String(), nullable=False),
        sa.Column("extension", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("pbx", "extension", name="pk_extension"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_extension_user_id"),
    )
    op.create_index("ix_extension_user_id", "extension", ["user_id"])


def _create_doors() -> None:
    op.create_table(
        "session",
        sa.Column("id_hash", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("user_agent", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id_hash", name="pk_session"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_session_user_id"),
    )
    op.create_index("ix_session_user_id", "session", ["user_id"])
    op.create_table(
        "api_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_api_token"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_api_token_user_id"),
        sa.UniqueConstraint("token_hash", name="uq_api_token_token_hash"),
    )
    op.create_index("ix_api_token_user_id", "api_token", ["user_id"])
    op.create_table(
        "known_device",
        sa.Column("device_hash", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("device_hash", "user_id", name="pk_known_device"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_known_device_user_id"),
    )


def _create_rights() -> None:
    op.create_table(
        "access_right",
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("object", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("role", "object", "action", name="pk_access_right"),
    )
    op.create_table(
        "audit",
        sa.Column("id", ROW_NUMBER, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("object_kind", sa.String(), nullable=False),
        sa.Column("object_id", sa.String(), nullable=False),
        sa.Column("details", JSON, nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_at", "audit", ["at"])


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", ROW_NUMBER, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_kind", "outbox", ["kind"])
    op.create_table(
        "outbox_cursor",
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("position", ROW_NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("reader", name="pk_outbox_cursor"),
    )


def _seed() -> None:
    team = sa.table("team", sa.column("id", sa.Uuid()), sa.column("name"))
    op.bulk_insert(team, [DEFAULT_TEAM])
    right = sa.table("access_right", *(sa.column(name) for name in _RIGHT_COLUMNS))
    op.bulk_insert(right, [dict(zip(_RIGHT_COLUMNS, row, strict=True)) for row in _right_rows()])


_RIGHT_COLUMNS = ("role", "object", "action", "scope")


def _right_rows() -> list[tuple[str, str, str, str]]:
    rows = []
    for role, scopes in RIGHTS.items():
        for scope, lines in scopes.items():
            for line in lines:
                kind, actions = line.split(": ")
                rows += [(role, kind, action, scope) for action in actions.split()]
    return rows
