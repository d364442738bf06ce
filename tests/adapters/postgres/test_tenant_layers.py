"""Two layers keep tenants apart, our conditions and PostgreSQL's policies: each does so alone.

The mutation run of faults.md 2.10 on a few questions: without the condition the policy holds, with
the policy switched off the condition does, and without both, the control, the other's row appears.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import select, text, true

from adapters.postgres.admission import queries as scanners
from adapters.postgres.admission.queries import PostgresScannerQueries
from adapters.postgres.admission.tables import scanners as scanner_rows
from adapters.postgres.catalogue import pool_queries as pools
from adapters.postgres.catalogue.pool_queries import PostgresPoolQueries
from adapters.postgres.database import Database
from adapters.postgres.identity import queries as identity
from adapters.postgres.identity.queries import PostgresOrganizationQueries
from adapters.postgres.pricing import queries as promo_codes
from adapters.postgres.pricing.queries import PostgresPromoCodeQueries
from application.shared.clock import Clock
from application.shared.paging import PageRequest
from application.shared.scope import Scope, organizations
from domain.shared.ids import EventId, OrganizationId
from tests.beyond import all_rows

ROCK, FOLK = OrganizationId(UUID(int=0xA)), OrganizationId(UUID(int=0xB))
EVENT = EventId(UUID(int=0xE))
ROCKS = organizations([ROCK])

_WORLD = """
insert into organizations (id, name, slug, type, status, default_currency, service_fee_percent,
    service_fee_fixed, created_at, updated_at, version)
values ('{owner}', 'Org', '{owner}', 'promoter', 'active', 'EUR', 0, 0, now(), now(), 1);
insert into promo_codes (organization_id, id, code, discount_type, discount_value, status,
    created_at, updated_at, version)
values ('{owner}', '{owner}', 'EARLY', 'percentage', 10, 'active', now(), now(), 1);
insert into allotments (organization_id, id, kind, event_id, name, created_at)
values ('{owner}', '{owner}', 'pool', '{event}', 'Stand', now());
insert into allotment_counters (organization_id, allotment_id, capacity)
values ('{owner}', '{owner}', 10);
insert into scanners (organization_id, id, name, key_hash, key_hint, status, created_at, version)
values ('{owner}', '{owner}', 'Door', uuid_send('{owner}'), 'x', 'active', now(), 1)
"""

Question = Callable[[Database, Clock], Awaitable[list[Any]]]


async def _promo_codes(database: Database, clock: Clock) -> list[Any]:
    page = await PostgresPromoCodeQueries(database, clock).list_promo_codes(ROCKS, PageRequest())
    return [one.organization_id for one in page.items]


async def _pools(database: Database, _: Clock) -> list[Any]:
    return [one.id for one in (await PostgresPoolQueries(database).list_pools(ROCKS, EVENT)).items]


async def _scanners(database: Database, _: Clock) -> list[Any]:
    page = await PostgresScannerQueries(database).list_scanners(ROCKS, PageRequest())
    return [one.organization_id for one in page.items]


async def _organizations(database: Database, _: Clock) -> list[Any]:
    queries = PostgresOrganizationQueries(database)
    return [one.id for one in (await queries.list_organizations(ROCKS, PageRequest())).items]


def _without(module: Any, name: str, condition: str) -> Callable[[pytest.MonkeyPatch], None]:
    def forget(monkeypatch: pytest.MonkeyPatch) -> None:
        sql = getattr(module, name).text
        assert condition in sql
        monkeypatch.setattr(module, name, text(sql.replace(condition, "true")))

    return forget


def _every_scanner(scope: Scope) -> Any:
    return select(scanner_rows)


CASES: dict[str, tuple[Question, tuple[str, ...], Callable[[pytest.MonkeyPatch], None]]] = {
    "promo_codes": (
        _promo_codes,
        ("promo_codes", "allotment_counters"),
        _without(promo_codes, "_LIST", "p.organization_id = any(:whole)"),
    ),
    "pools": (
        _pools,
        ("allotments", "allotment_counters"),
        _without(pools, "_LIST", "a.organization_id = any(:organization_ids)"),
    ),
    "scanners": (
        _scanners,
        ("scanners",),
        lambda monkeypatch: monkeypatch.setattr(scanners, "_scanners_in", _every_scanner),
    ),
    "organizations": (
        _organizations,
        ("organizations",),
        lambda monkeypatch: monkeypatch.setattr(identity, "_visible", lambda scope: true()),
    ),
}


@pytest_asyncio.fixture(loop_scope="session")
async def world(postgres: Database) -> Database:
    async with all_rows(postgres) as connection:
        for owner in (ROCK, FOLK):
            for statement in _WORLD.format(owner=owner, event=EVENT).split(";"):
                await connection.execute(text(statement))
    return postgres


@asynccontextmanager
async def unprotected(database: Database, *tables: str) -> AsyncIterator[None]:
    async def switch(state: str) -> None:
        async with all_rows(database) as connection:
            for table in tables:
                await connection.execute(text(f"alter table {table} {state} row level security"))

    await switch("disable")
    try:
        yield
    finally:
        await switch("enable")


@pytest.mark.parametrize("case", CASES)
async def test_each_layer_holds_alone_and_without_both_it_is_noticed(
    case: str, world: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask, tables, forget = CASES[case]

    async with unprotected(world, *tables):
        assert await ask(world, clock) == [ROCK]
    with monkeypatch.context() as forgetful:
        forget(forgetful)
        assert await ask(world, clock) == [ROCK]
        async with unprotected(world, *tables):
            assert sorted(await ask(world, clock)) == [ROCK, FOLK]
    assert await ask(world, clock) == [ROCK]
