"""The demo world, through the use cases."""

import asyncio
import importlib.util

from entrypoints.cli.given import given_settings
from entrypoints.cli.refusal import Refusal
from entrypoints.container import Container, make_container, running
from entrypoints.logging import configure_logging
from entrypoints.settings import Settings


def seed() -> None:
    settings = given_settings()
    if settings.env == "production":
        raise Refusal("The demo world has known passwords: it is not for production.", exit_code=2)
    configure_logging(settings)
    asyncio.run(_seed(settings))


async def _seed(settings: Settings) -> None:
    async with running(make_container(settings)) as container:
        await seed_world(container)


async def seed_world(container: Container) -> None:
    """Idempotent: what is there already stays as it is."""
    if importlib.util.find_spec("seeding.world") is None:
        return
    from seeding.world import seed

    await seed(container)
