"""What every store of promo codes and their uses promises."""

import asyncio
import dataclasses
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from adapters.system.ids import SystemIds
from application.pricing.ports import BeginPricing
from application.shared.scope import organizations
from domain.pricing.discount import Discount, DiscountType
from domain.pricing.errors import PromoCodeNotFound, PromoCodeTaken
from domain.pricing.promo_code import PromoCode, PromoCodeStatus
from domain.shared.errors import StaleVersion
from domain.shared.ids import EventId, OrganizationId, PromoCodeId
from domain.shared.period import Period
from tests.conftest import VirtualClock

IDS = SystemIds()
NOON = VirtualClock().now
ROCK, OPERA = OrganizationId(UUID(int=1)), OrganizationId(UUID(int=2))
"""Whoever runs the contract makes sure that both exist."""


def a_code(**terms: Any) -> PromoCode:
    given: dict[str, Any] = {
        "organization_id": ROCK,
        "code": "SPRING10",
        "description": "For friends",
        "discount": Discount(DiscountType.PERCENTAGE, Decimal("12.5")),
        "validity": Period(NOON, NOON + timedelta(days=1)),
        "min_order_value": Decimal(20),
        "applicable_events": (EventId(UUID(int=3)), EventId(UUID(int=4))),
        **terms,
    }
    return PromoCode(id=PromoCodeId(IDS.new()), created_at=NOON, updated_at=NOON, **given)


async def kept(begin: BeginPricing, code: PromoCode, max_uses: int | None = 5) -> PromoCode:
    async with begin(organizations([code.organization_id])) as tx:
        await tx.promo_codes.add(code)
        await tx.uses.open(code, max_uses)
    return code


async def found(begin: BeginPricing, code: PromoCode) -> PromoCode:
    async with begin(organizations([code.organization_id])) as tx:
        return await tx.promo_codes.get(code.id)


async def _kept_and_regretted(begin: BeginPricing, code: PromoCode) -> None:
    async with begin(organizations([code.organization_id])) as tx:
        await tx.promo_codes.add(code)
        await tx.uses.open(code, 5)
        raise RuntimeError


class PricingContract:
    async def test_a_code_comes_back_equal(self, begin: BeginPricing) -> None:
        code = await kept(begin, a_code())

        again = await found(begin, code)

        assert again == code
        assert again.version == 1

    async def test_a_code_without_limits_comes_back_equal(self, begin: BeginPricing) -> None:
        code = a_code(
            description=None, validity=Period(), min_order_value=None, applicable_events=None
        )

        await kept(begin, code, None)

        assert await found(begin, code) == code

    async def test_a_code_exists_once_in_an_organization(self, begin: BeginPricing) -> None:
        await kept(begin, a_code())
        await kept(begin, a_code(organization_id=OPERA))

        with pytest.raises(PromoCodeTaken):
            await kept(begin, a_code())

    async def test_of_many_equal_codes_made_at_once_one_is_kept(self, begin: BeginPricing) -> None:
        making = [kept(begin, a_code()) for _ in range(5)]

        made = await asyncio.gather(*making, return_exceptions=True)

        assert [isinstance(one, PromoCode) for one in made].count(True) == 1
        assert [isinstance(one, PromoCodeTaken) for one in made].count(True) == 4

    async def test_another_organizations_code_is_not_found(self, begin: BeginPricing) -> None:
        code = await kept(begin, a_code())

        async with begin(organizations([OPERA])) as tx:
            with pytest.raises(PromoCodeNotFound):
                await tx.promo_codes.get(code.id)

    async def test_an_old_version_is_not_saved(self, begin: BeginPricing) -> None:
        code = await kept(begin, a_code())
        newer = dataclasses.replace(code, status=PromoCodeStatus.DISABLED)
        async with begin(organizations([ROCK])) as tx:
            await tx.promo_codes.save(newer)

        with pytest.raises(StaleVersion):
            async with begin(organizations([ROCK])) as tx:
                await tx.promo_codes.save(dataclasses.replace(code, description="Late"))

        assert await found(begin, code) == newer

    async def test_a_refusal_leaves_no_trace(self, begin: BeginPricing) -> None:
        code = a_code()

        with pytest.raises(RuntimeError):
            await _kept_and_regretted(begin, code)

        with pytest.raises(PromoCodeNotFound):
            await found(begin, code)

    async def test_an_unused_code_is_forgotten_with_its_uses(self, begin: BeginPricing) -> None:
        code = await kept(begin, a_code())

        async with begin(organizations([ROCK])) as tx:
            await tx.uses.close(code)
            await tx.promo_codes.remove(code)

        with pytest.raises(PromoCodeNotFound):
            await found(begin, code)
        again = dataclasses.replace(code, version=0)
        assert await kept(begin, again) == again

    async def test_a_limit_is_changed_and_lifted(self, begin: BeginPricing) -> None:
        code = await kept(begin, a_code(), 5)

        for max_uses in (3, None, 1):
            async with begin(organizations([ROCK])) as tx:
                await tx.uses.resize(code, max_uses)
