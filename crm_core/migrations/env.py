"""Alembic's way into the database: with a connection handed over, or for developers by URL.

`crm_core.kernel.schema.migrate` hands over a connection. A developer who runs `alembic` by hand
names the database in ALLO_DATABASE_URL.
"""

import os

from alembic import context
from sqlalchemy import Connection

from crm_core.kernel.schema import on_migration_connection
from crm_core.migrations.metadata import METADATA, is_modelled


def run_on(connection: Connection) -> None:
    """Run the asked-for steps in one transaction: afterwards all of them are done, or none.

    SQLite can do that too, although Alembic does not expect it.
    """
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        include_object=is_modelled,
        render_as_batch=True,
        transactional_ddl=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


handed_over = context.config.attributes.get("connection")
if handed_over is not None:
    run_on(handed_over)
else:
    on_migration_connection(os.environ["ALLO_DATABASE_URL"], run_on)
