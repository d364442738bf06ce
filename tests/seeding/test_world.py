"""The demo world: whole, believable in its numbers, made once and never in production."""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from dependency_injector import providers
from sqlalchemy import text

from application.admission.authenticate_scanner import AuthenticateScannerCommand
from application.catalogue.queries import EventFilter
from application.identity.log_in import LogInCommand
from application.identity.ports import Client
from application.shared.paging import PageRequest
from application.shared.scope import PUBLIC, SYSTEM
from domain.catalogue.phase import Phase
from entrypoints.container import Container
from seeding.errors import ProductionRefused
from seeding.report import SeedOutcome, SeedReport
from seeding.world import SHOWS, seed

TABLES = "users organizations venues events ticket_types promo_codes orders tickets scans scanners"


@pytest_asyncio.fixture(loop_scope="session")
async def report(container: Container) -> SeedReport:
    return await seed(container)
