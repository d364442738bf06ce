"""What the commands start from: settings that can be used, and an address that is free."""

import socket
from contextlib import closing

import msgspec

from adapters.embedded.addresses import EmbeddedAddresses, running_addresses
from adapters.postgres.database import create_engine, in_our_words
from adapters.postgres.tenancy import gaps
from entrypoints.cli.refusal import Refusal
from entrypoints.settings import InvalidSettings, Settings, load_settings


def any_settings() -> Settings:
    """Raises Refusal (exit code 2) naming each variable that is wrong."""
    try:
        return load_settings()
    except InvalidSettings as error:
        raise Refusal(str(error), exit_code=2) from error


def given_settings() -> Settings:
    """Settings that name a database. Raises Refusal (exit code 2)."""
    settings = any_settings()
    if settings.is_embedded:
        raise Refusal(
            "TIXMO_DATABASE_URL is not set. Name your PostgreSQL"
            " (postgresql://user:password@host/tixmo), or run `make demo`, which brings its own.",
            exit_code=2,
        )
    return settings


def examined_settings() -> Settings:
    """Settings that name a database, or that of the demo that runs in TIXMO_HOME.

    Raises Refusal (exit code 2).
    """
    settings = any_settings()
    if not settings.is_embedded:
        return settings
    addresses = running_addresses(settings.home)
    if addresses is None:
        raise Refusal(
            f"TIXMO_DATABASE_URL is not set, and no demo's database answers in {settings.home}."
            " Name your PostgreSQL (TIXMO_DATABASE_URL=postgresql://user:password@host/tixmo),"
            " or start `make demo` here, or say where it runs (TIXMO_HOME=/its/folder).",
            exit_code=2,
        )
    return with_embedded(settings, addresses)


def with_embedded(settings: Settings, addresses: EmbeddedAddresses) -> Settings:
    """The settings, on our own servers."""
    return msgspec.structs.replace(
        settings,
        database_url=addresses.database_url,
        owner_database_url=addresses.owner_database_url,
        redis_url=settings.redis_url or addresses.redis_url,
    )


async def refuse_unbound_role(settings: Settings) -> None:
    """In production, whoever serves must be bound by row-level security.

    Raises Refusal (exit code 2), and DatabaseDown.
    """
    if settings.env != "production":
        return
    engine = create_engine(settings.database_url, pool_size=1)
    try:
        with in_our_words():
            async with engine.connect() as connection:
                found = await gaps(connection)
    finally:
        await engine.dispose()
    if any(found):
        lines = "\n".join(f"  {line}" for line in (*found.role, *found.schema))
        raise Refusal(
            f"Tenants would not be kept apart in this database:\n{lines}\n"
            "Connect as tixmo_app (TIXMO_DATABASE_URL) and run `tixmo migrate`; docs/running.md.",
            exit_code=2,
        )


def refuse_taken_port(host: str, port: int) -> None:
    """Raises Refusal if somebody else listens there, or if the address is not of this machine."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        # As the server does, so that connections that are just ending do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refusal(
                f"Cannot listen at {host}:{port}: {error.strerror}."
                f" Choose another port: PORT={port + 1 if port < 65535 else port - 1} make demo,"
                " or set TIXMO_PORT."
            ) from error
