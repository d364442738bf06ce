"""Payout accounts, revenue shares and domains in memory."""

from typing import Generic, TypeVar

from adapters.memory.database import MemoryTable, MemoryTransaction, add_versioned, save_versioned
from adapters.memory.identity import MemoryIdentityTransaction
from domain.identity.custom_domain import CustomDomain
from domain.identity.errors import DomainTaken
from domain.identity.payout_account import PayoutAccount
from domain.identity.revenue_shares import RevenueShares
from domain.shared.errors import StaleVersion
from domain.shared.ids import OrganizationId

T = TypeVar("T", PayoutAccount, RevenueShares, CustomDomain)


class MemoryOnePerOrganization(Generic[T]):
    def __init__(self, tx: MemoryTransaction, table: str) -> None:
        self.rows: MemoryTable[OrganizationId, T] = tx.database.table(table)

    async def get(self, organization_id: OrganizationId) -> T | None:
        return self.rows.get(organization_id)

    async def save(self, kept: T) -> None:
        if kept.version:
            save_versioned(self.rows, kept.organization_id, kept)
        elif self.rows.get(kept.organization_id) is not None:
            raise StaleVersion
        else:
            add_versioned(self.rows, kept.organization_id, kept)

    async def remove(self, kept: T) -> None:
        self.rows.remove(kept.organization_id)


class MemoryCustomDomains(MemoryOnePerOrganization[CustomDomain]):
    async def save(self, kept: CustomDomain) -> None:
        others = self.rows.where(
            lambda row: (
                row.domain == kept.domain
                and row.verified_at is not None
                and row.organization_id != kept.organization_id
            )
        )
        if kept.verified_at is not None and others:
            raise DomainTaken
        await super().save(kept)


class MemoryTermsTransaction(MemoryIdentityTransaction):
    payout_accounts: MemoryOnePerOrganization[PayoutAccount]
    share_books: MemoryOnePerOrganization[RevenueShares]
    custom_domains: MemoryCustomDomains

    def build(self) -> None:
        super().build()
        self.payout_accounts = MemoryOnePerOrganization(self, "payout_accounts")
        self.share_books = MemoryOnePerOrganization(self, "revenue_shares")
        self.custom_domains = MemoryCustomDomains(self, "custom_domains")
