"""The demo world, through the use cases."""

import asyncio

import rich_click as click

from entrypoints.cli.given import given_settings
from entrypoints.cli.refusal import Refusal
from entrypoints.container import make_container, running
from entrypoints.logging import configure_logging
from entrypoints.settings import Settings
from seeding.report import SeedOutcome, SeedReport
from seeding.world import seed as seed_world


def seed() -> None:
    """Raises Refusal in production, and where an earlier seeding was interrupted."""
    settings = given_settings()
    if settings.env == "production":
        raise Refusal("The demo world has known passwords: it is not for production.", exit_code=2)
    configure_logging(settings)
    report = asyncio.run(_seed(settings))
    if report.outcome is SeedOutcome.INTERRUPTED:
        raise Refusal(report.outcome.value)
    click.echo(str(report))


async def _seed(settings: Settings) -> SeedReport:
    async with running(make_container(settings)) as container:
        return await seed_world(container)
