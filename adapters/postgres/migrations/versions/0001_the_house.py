"""The first schema, and the job queue's own."""

from pathlib import Path

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0001"
down_revision = None

GRANTS = """
do $$ begin
    if exists (select from pg_roles where rolname = 'tixmo_app') then
        grant usage on schema public to tixmo_app;
        grant select, insert, update, delete on all tables in schema public to tixmo_app;
        grant usage, select on all sequences in schema public to tixmo_app;
        grant execute on all functions in schema public to tixmo_app;
        alter default privileges in schema public
            grant select, insert, update, delete on tables to tixmo_app;
        alter default privileges in schema public grant usage, select on sequences to tixmo_app;
        alter default privileges in schema public grant execute on functions to tixmo_app;
    end if;
end $$
"""


def upgrade() -> None:
    # The driver's own call: SQLAlchemy would prepare the script, and a script is many statements.
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    for script in (
        Path(__file__).with_suffix(".sql").read_text(),
        SchemaManager.get_schema(),
        GRANTS,
    ):
        connection.execute(script)


def downgrade() -> None:
    raise NotImplementedError("The first schema is not undone: drop the database instead.")
