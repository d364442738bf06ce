"""Promo codes and their uses: memory and PostgreSQL keep the same promises."""

import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from uuid import UUID

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from adapters.memory.database import MemoryDatabase, MemoryTransaction
from adapters.memory.pricing import MemoryPricingTransaction, MemoryPromoCodes
from adapters.postgres.database import Database
from adapters.postgres.pricing.store import PostgresPricingTransaction
from adapters.postgres.pricing.tables import promo_code_from_row, promo_code_to_row, promo_codes
from application.pricing.ports import BeginPricing
from application.shared.scope import Scope, organizations
from domain.pricing.discount import Discount, DiscountType
from domain.pricing.errors import MaxUsesBelowUsed, PromoCodeInUse, PromoCodeNotFound
from domain.pricing.promo_code import PromoCode, PromoCodeStatus
from domain.shared.ids import EventId, OrganizationId, PromoCodeId
from domain.shared.period import Period
from tests.beyond import all_rows
from tests.contracts.pricing_contract import NOON, OPERA, ROCK, PricingContract, a_code, kept

_FOUND = text(
    """
    insert into organizations (id, name, slug, type, status, default_currency,
        service_fee_percent, service_fee_fixed, created_at, updated_at, version)
    select id, 'O', cast(id as text), 'promoter', 'active', 'USD', 0, 0, at, at, 1
    from unnest(cast(:ids as uuid[])) id, (select timestamptz '2026-06-01' as at) t
    """
)
_USE = text("update allotment_counters set held = :held where allotment_id = :id")
_ORDERED_AND_CANCELLED = text(
    """
    with event as (
        insert into events (organization_id, id, short_id, name, slug, category, tags, starts_at,
            ends_at, timezone, capacity, currency, location_type, visibility, images, metadata,
            intent, created_at, updated_at, version)
        select :organization_id, :id, 1, 'E', 'e', 'music', '{}', at, at + interval '1 hour',
            'UTC', 1, 'USD', 'virtual', 'public', '[]', '{}', 'draft', at, at, 1
        from (select timestamptz '2026-06-01' as at) t
    )
    insert into orders (organization_id, id, number, event_id, buyer_name, buyer_email, status,
        currency, subtotal_minor, discount_minor, fees_minor, tax_minor, total_minor, promo_code_id,
        draw_ids, draw_units, placed_at, expires_at, version)
    select :organization_id, :id, 'N1', :id, 'Ann', 'ann@example.org', 'cancelled', 'USD', 0, 0, 0,
        0, 0, :id, array[:id], '{1}', at, at, 1
    from (select timestamptz '2026-06-01' as at) t
    """
)


class TestMemoryPricing(PricingContract):
    @pytest.fixture
    def begin(self, memory: MemoryDatabase) -> BeginPricing:
        return memory.beginner(MemoryPricingTransaction)


class TestPostgresPricing(PricingContract):
    @pytest_asyncio.fixture(loop_scope="session")
    async def begin(self, postgres: Database) -> BeginPricing:
        async with all_rows(postgres) as connection:
            await connection.execute(_FOUND, {"ids": [ROCK, OPERA]})
        return postgres.beginner(PostgresPricingTransaction)

    async def test_uses_that_were_made_cannot_be_taken_back(
        self, begin: BeginPricing, postgres: Database
    ) -> None:
        code = await kept(begin, a_code(), 5)
        async with all_rows(postgres) as connection:
            await connection.execute(_USE, {"held": 3, "id": code.id})

        with pytest.raises(MaxUsesBelowUsed):
            async with begin(organizations([ROCK])) as tx:
                await tx.uses.resize(code, 2)
        with pytest.raises(PromoCodeInUse):
            async with begin(organizations([ROCK])) as tx:
                await tx.uses.close(code)

    async def test_a_code_that_was_used_and_given_back_is_still_in_use(
        self, begin: BeginPricing, postgres: Database
    ) -> None:
        code = await kept(begin, a_code(), 5)
        async with all_rows(postgres) as connection:
            await connection.execute(
                _ORDERED_AND_CANCELLED, {"organization_id": ROCK, "id": code.id}
            )

        with pytest.raises(PromoCodeInUse):
            async with begin(organizations([ROCK])) as tx:
                await tx.uses.close(code)

    async def test_a_code_that_somebody_else_deleted_first_is_not_there(
        self, begin: BeginPricing
    ) -> None:
        code = await kept(begin, a_code(), 5)
        async with begin(organizations([ROCK])) as tx:
            await tx.uses.close(code)
            await tx.promo_codes.remove(code)

        with pytest.raises(PromoCodeNotFound):
            async with begin(organizations([ROCK])) as tx:
                await tx.uses.close(code)


class _LosesTheMinimum(MemoryPromoCodes):
    async def add(self, promo_code: PromoCode) -> None:
        await super().add(dataclasses.replace(promo_code, min_order_value=None))
        promo_code.version = 1


class _TakesTwice(MemoryPromoCodes):
    async def add(self, promo_code: PromoCode) -> None:
        promo_code.version = 1
        self._rows.put(promo_code.id, promo_code)


class _IgnoresVersions(MemoryPromoCodes):
    async def save(self, promo_code: PromoCode) -> None:
        promo_code.version += 1
        self._rows.put(promo_code.id, promo_code)


class _ShowsEverything(MemoryPromoCodes):
    async def get(self, promo_code_id: PromoCodeId) -> PromoCode:
        return self._rows._rows[promo_code_id]


class _NeverForgets(MemoryPromoCodes):
    async def remove(self, promo_code: PromoCode) -> None:
        pass


@pytest.mark.parametrize(
    ("saboteur", "promise"),
    [
        (_LosesTheMinimum, "test_a_code_comes_back_equal"),
        (_TakesTwice, "test_a_code_exists_once_in_an_organization"),
        (_TakesTwice, "test_of_many_equal_codes_made_at_once_one_is_kept"),
        (_IgnoresVersions, "test_an_old_version_is_not_saved"),
        (_ShowsEverything, "test_another_organizations_code_is_not_found"),
        (_NeverForgets, "test_an_unused_code_is_forgotten_with_its_uses"),
    ],
)
async def test_a_broken_store_is_caught(
    memory: MemoryDatabase, saboteur: type[MemoryPromoCodes], promise: str
) -> None:
    class Sabotaged(MemoryPricingTransaction):
        def build(self) -> None:
            super().build()
            self.promo_codes = saboteur(self)

    await _catches(promise, memory.beginner(Sabotaged))


async def test_a_store_that_forgets_to_roll_back_is_caught(memory: MemoryDatabase) -> None:
    @asynccontextmanager
    async def begin(scope: Scope) -> AsyncIterator[MemoryTransaction]:
        yield MemoryPricingTransaction(memory, scope)

    await _catches("test_a_refusal_leaves_no_trace", begin)  # type: ignore[arg-type]  # Broken on purpose.


async def _catches(promise: str, begin: BeginPricing) -> None:
    """The named promise fails: by its own assertion, or because a wrong error comes out."""
    with pytest.raises((Exception, pytest.fail.Exception)):
        await getattr(PricingContract(), promise)(begin)


instants = st.timedeltas(-timedelta(days=9_000), timedelta(days=60_000)).map(NOON.__add__)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)
promo_code_values = st.builds(
    PromoCode,
    organization_id=st.uuids().map(OrganizationId),
    id=st.uuids().map(PromoCodeId),
    code=st.from_regex(r"\A[A-Za-z0-9-]{3,40}\Z"),
    description=st.none() | texts,
    discount=st.builds(
        Discount,
        st.sampled_from(DiscountType),
        st.decimals(Decimal("0.001"), Decimal(100), places=3),
    ),
    validity=st.builds(Period, st.none() | instants, st.none())
    | st.builds(Period, st.none(), instants),
    min_order_value=st.none() | st.decimals(0, 10**9, places=3),
    applicable_events=st.none()
    | st.lists(st.uuids().map(EventId), min_size=1, max_size=5).map(tuple),
    status=st.sampled_from(PromoCodeStatus),
    created_at=instants,
    updated_at=instants,
    version=st.integers(1, 9),
)


@given(promo_code_values)
def test_a_row_brings_the_code_back(promo_code: PromoCode) -> None:
    row = promo_code_to_row(promo_code)

    again = promo_code_from_row(SimpleNamespace(**row, version=promo_code.version))  # type: ignore[arg-type]  # As good as a row.

    assert again == promo_code
    assert {*row, "version"} == set(promo_codes.columns.keys())
    assert isinstance(row["id"], UUID)
