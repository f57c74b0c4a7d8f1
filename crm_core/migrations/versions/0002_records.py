"""Records, what joins them, and the search for clients."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
SORT_TEXT = sa.String(100).with_variant(sa.String(100, collation="C"), "postgresql")

# A part of a name or a number is found by its groups of three letters. On SQLite an FTS5 table
# stands beside `client`, kept by triggers. It hangs on a key of its own, because VACUUM may number
# the rows of `client` anew, and it stores no second copy of the text.
SEARCH_ON_SQLITE = [
    """
    CREATE TABLE client_search_key (
        key INTEGER PRIMARY KEY,
        client_id CHAR(32) NOT NULL UNIQUE REFERENCES client (id)
    )
    """,
    """
    CREATE VIRTUAL TABLE client_search USING fts5 (search_text, content = '', tokenize = 'trigram')
    """,
    """
    CREATE TRIGGER client_search_added AFTER INSERT ON client BEGIN
        INSERT INTO client_search_key (client_id) VALUES (new.id);
        INSERT INTO client_search (rowid, search_text)
            SELECT key, new.search_text FROM client_search_key WHERE client_id = new.id;
    END
    """,
    """
    CREATE TRIGGER client_search_changed AFTER UPDATE OF search_text ON client
    WHEN old.search_text IS NOT new.search_text BEGIN
        INSERT INTO client_search (client_search, rowid, search_text)
            SELECT 'delete', key, old.search_text FROM client_search_key WHERE client_id = old.id;
        INSERT INTO client_search (rowid, search_text)
            SELECT key, new.search_text FROM client_search_key WHERE client_id = new.id;
    END
    """,
    """
    CREATE TRIGGER client_search_removed BEFORE DELETE ON client BEGIN
        INSERT INTO client_search (client_search, rowid, search_text)
            SELECT 'delete', key, old.search_text FROM client_search_key WHERE client_id = old.id;
        DELETE FROM client_search_key WHERE client_id = old.id;
    END
    """,
]
SEARCH_ON_POSTGRESQL = [
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX ix_client_search_text ON client USING gin (search_text gin_trgm_ops)",
]


def upgrade() -> None:
    _create_record()
    _create_activity()
    _create_client()
    _create_note()
    _create_search()


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE client_search")
        op.execute("DROP TABLE client_search_key")
    op.drop_table("note")
    op.drop_table("client_phone")
    op.drop_table("client")
    op.drop_table("activity")
    op.drop_table("relation")
    op.drop_table("record")


def _create_record() -> None:
    op.create_table(
        "record",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_record"),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name="fk_record_owner_id"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_record_team_id"),
    )
    op.create_index("ix_record_created_at", "record", ["created_at"])
    op.create_index("ix_record_owner_kind", "record", ["owner_id", "kind"])
    op.create_index("ix_record_team_kind", "record", ["team_id", "kind"])
    op.create_table(
        "relation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_relation"),
        sa.ForeignKeyConstraint(["from_id"], ["record.id"], name="fk_relation_from_id"),
        sa.ForeignKeyConstraint(["to_id"], ["record.id"], name="fk_relation_to_id"),
        sa.UniqueConstraint("from_id", "to_id", "type", name="uq_relation_from_id_to_id_type"),
    )
    op.create_index("ix_relation_from_id", "relation", ["from_id"])
    op.create_index("ix_relation_to_id", "relation", ["to_id"])


def _create_activity() -> None:
    op.create_table(
        "activity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("summary", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_activity"),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_activity_record_id"),
        sa.UniqueConstraint("record_id", "source_id", name="uq_activity_record_id_source_id"),
    )
    op.create_index("ix_activity_record_at", "activity", ["record_id", "at", "id"])
    op.create_index("ix_activity_source_id", "activity", ["source_id"])


def _create_client() -> None:
    op.create_table(
        "client",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("greeting_name", sa.String(), nullable=True),
        sa.Column("position", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("city", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("comment", sa.String(), nullable=True),
        sa.Column("is_vip", sa.Boolean(), nullable=False),
        sa.Column("tags", JSON, nullable=False),
        sa.Column("sort_name", SORT_TEXT, nullable=False),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_client"),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_client_id"),
    )
    op.create_index("ix_client_sort_name", "client", ["sort_name", "id"])
    op.create_table(
        "client_phone",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("tail", sa.String(), nullable=True),
        sa.Column("raw_number", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_client_phone"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_client_phone_client_id"),
        sa.UniqueConstraint("client_id", "number", name="uq_client_phone_client_id_number"),
    )
    op.create_index("ix_client_phone_client_id", "client_phone", ["client_id"])
    op.create_index("ix_client_phone_number", "client_phone", ["number"])
    op.create_index("ix_client_phone_tail", "client_phone", ["tail"])


def _create_note() -> None:
    op.create_table(
        "note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("on_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_note"),
        sa.ForeignKeyConstraint(["author_id"], ["user_account.id"], name="fk_note_author_id"),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_note_id"),
        sa.ForeignKeyConstraint(["on_id"], ["record.id"], name="fk_note_on_id"),
    )
    op.create_index("ix_note_on_id", "note", ["on_id"])


def _create_search() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SEARCH_ON_SQLITE if is_sqlite else SEARCH_ON_POSTGRESQL:
        op.execute(statement)
