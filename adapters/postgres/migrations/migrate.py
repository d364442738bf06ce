"""Brings a database to the newest schema; safe to run from several processes at once."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from adapters.postgres.database import driver_url, in_our_words
from adapters.postgres.privileges import ensure_roles, grant_privileges


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def migrate(url: str) -> str:
    """Upgrade as the owner of the schema, and grant the roles what they need; answers the revision
    it now has. Raises DatabaseDown.
    """
    config = _config()
    engine = create_engine(driver_url(url), connect_args={"connect_timeout": 5})
    try:
        with in_our_words(), engine.connect() as connection:
            config.attributes["connection"] = connection
            ensure_roles(connection)
            command.upgrade(config, "head")
            connection.commit()
            grant_privileges(connection)
            connection.commit()
            found = connection.execute(text("select version_num from alembic_version")).scalar_one()
            return str(found)
    finally:
        engine.dispose()


def newest_revision() -> str:
    """The revision that this code expects."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head
