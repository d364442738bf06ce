"""The servers that the suites run on: embedded by default, or those that TIXMO_TEST_* names."""

import os
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from adapters.embedded.postgres import APPLICATION, OWNER
from adapters.embedded.servers import EmbeddedAddresses, EmbeddedServers
from adapters.postgres.database import plain_url
from adapters.postgres.migrations.migrate import migrate
from adapters.postgres.privileges import ROLES


@dataclass
class TestServers:
    """Where they are, and what stops them."""

    superuser_url: str
    template: str
    redis_url: str
    _embedded: EmbeddedServers | None = field(default=None, repr=False)
    _home: Path | None = None

    __test__ = False

    def addresses(self) -> dict[str, str | None]:
        return {
            "superuser_url": self.superuser_url,
            "template": self.template,
            "redis_url": self.redis_url,
        }

    def url(self, database: str, user: str | None = None) -> str:
        """The address of a database, for the superuser unless somebody else is named."""
        url = make_url(self.superuser_url).set(database=database)
        if user is not None:
            # By socket everybody is trusted; elsewhere the roles are ours, and so is the word.
            url = url.set(username=user, password=user if url.host else None)
        return plain_url(url.render_as_string(False))

    def stop(self) -> None:
        if not self._embedded:
            with psycopg.connect(self.superuser_url, autocommit=True) as connection:
                connection.execute(f'drop database if exists "{self.template}" with (force)')
            return
        self._embedded.stop()
        assert self._home is not None
        shutil.rmtree(self._home, ignore_errors=True)


def start_servers() -> TestServers:
    """Start what is missing and migrate a template database."""
    given_database = os.environ.get("TIXMO_TEST_DATABASE_URL")
    given_redis = os.environ.get("TIXMO_TEST_REDIS_URL")
    template = f"tixmo_template_{os.getpid()}"
    embedded, home = None, None
    if not (given_database and given_redis):
        home = Path(tempfile.mkdtemp(prefix="tixmo-test-"))
        embedded = EmbeddedServers(home, durable=False)
    started = embedded.start() if embedded else None
    servers = TestServers(
        superuser_url=plain_url(given_database) if given_database else _of(started).superuser_url,
        template=template,
        redis_url=given_redis or _of(started).redis_url,
        _embedded=embedded,
        _home=home,
    )
    with psycopg.connect(servers.superuser_url, autocommit=True) as connection:
        connection.execute(ROLES)
        if given_database:
            for role in (OWNER, APPLICATION):
                connection.execute(f"alter role {role} password '{role}'")
        connection.execute(f"create database {template} template template0 owner {OWNER}")
    migrate(servers.url(template, OWNER))
    return servers


def clone_for(servers: TestServers, worker: str) -> tuple[str, str]:
    """A copy of the template for one worker: the application's address and the owner's."""
    name = f"tixmo_test_{worker}"
    with psycopg.connect(servers.superuser_url, autocommit=True) as connection:
        for statement in (
            f"drop database if exists {name} with (force)",
            f"create database {name} template {servers.template} owner {OWNER}",
        ):
            connection.execute(statement)
    return servers.url(name, APPLICATION), servers.url(name, OWNER)


def _of(started: EmbeddedAddresses | None) -> EmbeddedAddresses:
    assert started is not None
    return started
