"""What the first run asks for, and who follows the office instead of having chosen."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "office", sa.Column("phone_region", sa.String(2), nullable=False, server_default="")
    )
    _add_fact("office", "is_set_up")
    op.execute("UPDATE office SET is_set_up = (SELECT count(*) > 0 FROM user_account)")
    _add_fact("user_account", "has_own_language")
    _add_fact("user_account", "has_own_time_zone")
    op.add_column(
        "user_account", sa.Column("version", sa.Integer(), nullable=False, server_default="1")
    )
    # What differs from the office's was somebody's choice.
    op.execute(
        "UPDATE user_account SET"
        " has_own_language = (language <> (SELECT language FROM office)),"
        " has_own_time_zone = (time_zone <> (SELECT time_zone FROM office))"
    )


def _add_fact(table: str, name: str) -> None:
    op.add_column(table, sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    for name in ("version", "has_own_time_zone", "has_own_language"):
        op.drop_column("user_account", name)
    for name in ("is_set_up", "phone_region"):
        op.drop_column("office", name)
