"""Alembic's way in: runs on the connection that `migrate` hands over, one migrator at a time."""

from alembic import context
from sqlalchemy import text

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=None, transaction_per_migration=False)
with context.begin_transaction():
    connection.execute(text("select pg_advisory_xact_lock(20267)"))
    context.run_migrations()
