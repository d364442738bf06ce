"""What every store of an organisation's terms promises."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from application.identity.terms_ports import BeginTerms
from application.shared.scope import organizations
from domain.identity.custom_domain import CustomDomain
from domain.identity.errors import DomainTaken
from domain.identity.payout_account import PayoutAccount, PayoutProvider
from domain.identity.revenue_shares import RevenueShare, RevenueShares
from domain.shared.errors import StaleVersion
from domain.shared.ids import EventId, OrganizationId
from tests.contracts.identity_contract import NOON, an_organization, keep


async def a_house(begin: BeginTerms, slug: str = "rock") -> OrganizationId:
    organization = an_organization(slug)
    await keep(begin, organization)
    return organization.id


def an_account(house: OrganizationId) -> PayoutAccount:
    return PayoutAccount(
        organization_id=house,
        provider=PayoutProvider.STRIPE,
        account_id="acct_1",
        created_at=NOON,
        updated_at=NOON,
    )


class TermsContract:
    async def test_an_account_comes_back_equal(self, begin: BeginTerms) -> None:
        house, other = await a_house(begin), await a_house(begin, "folk")
        account = an_account(house)
        async with begin(organizations([house])) as tx:
            await tx.payout_accounts.save(account)
        account.refer_to(PayoutProvider.BANK_TRANSFER, "PL61", at=NOON + timedelta(hours=1))
        async with begin(organizations([house])) as tx:
            await tx.payout_accounts.save(account)

        async with begin(organizations([house])) as tx:
            assert await tx.payout_accounts.get(house) == account
            assert await tx.payout_accounts.get(other) is None

    async def test_an_organization_has_one_account(self, begin: BeginTerms) -> None:
        house = await a_house(begin)
        async with begin(organizations([house])) as tx:
            await tx.payout_accounts.save(an_account(house))

        with pytest.raises(StaleVersion):
            async with begin(organizations([house])) as tx:
                await tx.payout_accounts.save(an_account(house))

    async def test_shares_come_back_equal(self, begin: BeginTerms) -> None:
        house, other = await a_house(begin), await a_house(begin, "folk")
        book = RevenueShares(organization_id=house, updated_at=NOON)
        shares = [
            RevenueShare(party_organization_id=other, basis_points=1_250, valid_from=NOON),
            RevenueShare(
                party_name="The band",
                fixed=Decimal("0.125"),
                event_ids=(EventId(UUID(int=1)), EventId(UUID(int=2))),
                valid_from=NOON + timedelta(days=1),
            ),
        ]
        book.share(shares, at=NOON)
        async with begin(organizations([house])) as tx:
            await tx.share_books.save(book)

        async with begin(organizations([house])) as tx:
            assert await tx.share_books.get(house) == book

    async def test_a_domain_is_claimed_by_many_and_proved_by_one(self, begin: BeginTerms) -> None:
        houses = [await a_house(begin), await a_house(begin, "folk")]
        first, second = [CustomDomain.claim(one, "rock.org", "t", at=NOON) for one in houses]
        for domain in (first, second):
            async with begin(organizations(houses)) as tx:
                await tx.custom_domains.save(domain)
        first.verify(at=NOON)
        second.verify(at=NOON)
        async with begin(organizations(houses)) as tx:
            await tx.custom_domains.save(first)

        with pytest.raises(DomainTaken):
            async with begin(organizations(houses)) as tx:
                await tx.custom_domains.save(second)

        async with begin(organizations(houses)) as tx:
            assert await tx.custom_domains.get(houses[0]) == first
            await tx.custom_domains.remove(first)
        async with begin(organizations(houses)) as tx:
            assert await tx.custom_domains.get(houses[0]) is None
