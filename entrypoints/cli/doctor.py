"""Is everything there that the settings promise?"""

import asyncio
from typing import NamedTuple

import rich
from rich.table import Table
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from adapters.mail.smtp import SmtpMailer
from adapters.postgres.database import in_our_words
from adapters.postgres.migrations.migrate import newest_revision
from adapters.postgres.tenancy import gaps
from domain.shared.errors import DomainError
from entrypoints.cli.given import examined_settings
from entrypoints.container import Container, make_container, running
from entrypoints.settings import Settings


class Finding(NamedTuple):
    what: str
    is_well: bool
    details: str


def doctor() -> int:
    """Print a table; 1 if something is wrong. Raises Refusal (exit code 2) for bad settings."""
    settings = examined_settings()
    findings = asyncio.run(_examine(settings))
    table = Table("what", "how", "details")
    for finding in findings:
        how = "[green]ok[/]" if finding.is_well else "[red]wrong[/]"
        table.add_row(finding.what, how, finding.details)
    rich.print(table)
    return 0 if all(finding.is_well for finding in findings) else 1


async def _examine(settings: Settings) -> list[Finding]:
    async with running(make_container(settings)) as container:
        checks = (await container.health.report_health()()).checks
        database, cache, queue = checks.database, checks.cache, checks.queue
        return [
            Finding("settings", True, f"{settings.env}, payments {settings.payments}"),
            Finding("database", database.status == "ok", f"{database.latency_ms} ms"),
            await _schema(container),
            await _tenancy(container),
            Finding("cache", cache.status != "down", cache.status),
            Finding(
                "queue",
                queue.status == "ok" and not queue.failed,
                f"{queue.waiting} waiting, oldest {queue.lag_seconds} s, {queue.failed} failed"
                if queue.status == "ok"
                else queue.status,
            ),
            await _mail(container),
        ]


async def _schema(container: Container) -> Finding:
    newest = newest_revision()
    try:
        with in_our_words():
            async with container.core.engine().connect() as connection:
                query = text("select version_num from alembic_version")
                found = (await connection.execute(query)).scalar_one()
    except ProgrammingError:
        return Finding("schema", False, "none yet: run `tixmo migrate`")
    except DomainError as error:
        return Finding("schema", False, error.detail)
    hint = "" if found == newest else f", newest is {newest}: run `tixmo migrate`"
    return Finding("schema", found == newest, f"revision {found}{hint}")


async def _tenancy(container: Container) -> Finding:
    """Wrong if rows are not kept apart; a role that is not kept out is wrong in production."""
    try:
        with in_our_words():
            async with container.core.engine().connect() as connection:
                found = await gaps(connection)
    except DomainError as error:
        return Finding("tenancy", False, error.detail)
    faults = [*found.schema, *found.role]
    is_well = not found.schema and (not found.role or container.settings().env != "production")
    return Finding("tenancy", is_well, "; ".join(faults) or "every tenant's rows are kept apart")


async def _mail(container: Container) -> Finding:
    mailer = container.messaging.mailer()
    if isinstance(mailer, SmtpMailer):
        try:
            await mailer.ping()
        except DomainError as error:
            return Finding("mail", False, error.detail)
    return Finding("mail", True, container.settings().mail)
