"""Payout accounts, revenue shares and domains in PostgreSQL, and questions about them."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from sqlalchemy import Row, Table, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.database import Database
from adapters.postgres.identity.store import PostgresIdentityTransaction
from adapters.postgres.identity.terms_rows import (
    account_from_row,
    account_to_row,
    custom_domains,
    domain_from_row,
    domain_to_row,
    payout_accounts,
    revenue_shares,
    shares_from_row,
    shares_to_row,
)
from adapters.postgres.rows import insert_row, update_row
from application.identity.views import (
    CustomDomainView,
    PayoutAccountView,
    RevenueSharesView,
    RevenueShareView,
)
from application.shared.scope import Scope
from domain.identity.custom_domain import CustomDomain
from domain.identity.errors import CustomDomainNotFound, PayoutAccountNotFound
from domain.identity.payout_account import PayoutAccount, masked
from domain.identity.revenue_shares import RevenueShare, RevenueShares
from domain.shared.ids import OrganizationId

T = TypeVar("T", PayoutAccount, RevenueShares, CustomDomain)


class PostgresOnePerOrganization(Generic[T]):
    """What an organisation has one of; kept by its version, new at version 0."""

    def __init__(
        self,
        connection: AsyncConnection,
        table: Table,
        to_row: Callable[[T], dict[str, Any]],
        from_row: Callable[[Row[Any]], T],
    ) -> None:
        self._connection = connection
        self._table = table
        self._to_row: Callable[[T], dict[str, Any]] = to_row
        self._from_row: Callable[[Row[Any]], T] = from_row

    async def get(self, organization_id: OrganizationId) -> T | None:
        statement = select(self._table).where(self._table.c.organization_id == organization_id)
        row = (await self._connection.execute(statement)).one_or_none()
        return None if row is None else self._from_row(row)

    async def save(self, kept: T) -> None:
        row = self._to_row(kept)
        if kept.version == 0:
            await insert_row(self._connection, self._table, row)
        else:
            await update_row(self._connection, self._table, row, version=kept.version)
        kept.version += 1

    async def remove(self, kept: T) -> None:
        own = self._table.c.organization_id == kept.organization_id
        await self._connection.execute(delete(self._table).where(own))


class PostgresTermsTransaction(PostgresIdentityTransaction):
    payout_accounts: PostgresOnePerOrganization[PayoutAccount]
    share_books: PostgresOnePerOrganization[RevenueShares]
    custom_domains: PostgresOnePerOrganization[CustomDomain]

    def build(self) -> None:
        super().build()
        self.payout_accounts = PostgresOnePerOrganization(
            self.connection, payout_accounts, account_to_row, account_from_row
        )
        self.share_books = PostgresOnePerOrganization(
            self.connection, revenue_shares, shares_to_row, shares_from_row
        )
        self.custom_domains = PostgresOnePerOrganization(
            self.connection, custom_domains, domain_to_row, domain_from_row
        )


class PostgresTermsQueries:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get_payout_account(
        self, scope: Scope, organization_id: OrganizationId
    ) -> PayoutAccountView:
        row = await self._one(scope, payout_accounts, organization_id)
        if row is None:
            raise PayoutAccountNotFound
        account = account_from_row(row)
        return PayoutAccountView(
            provider=account.provider,
            account_id=masked(account.account_id),
            status=account.status,
            created_at=account.created_at,
            updated_at=account.updated_at,
        )

    async def get_revenue_shares(
        self, scope: Scope, organization_id: OrganizationId
    ) -> RevenueSharesView:
        row = await self._one(scope, revenue_shares, organization_id)
        if row is None:
            return RevenueSharesView(shares=[], updated_at=None)
        book = shares_from_row(row)
        return RevenueSharesView(
            shares=[_share(share) for share in book.shares], updated_at=book.updated_at
        )

    async def get_domain(self, scope: Scope, organization_id: OrganizationId) -> CustomDomainView:
        row = await self._one(scope, custom_domains, organization_id)
        if row is None:
            raise CustomDomainNotFound
        domain = domain_from_row(row)
        return CustomDomainView(
            domain=domain.domain,
            is_verified=domain.verified_at is not None,
            verified_at=domain.verified_at,
            record_name=domain.record_name,
            record_value=domain.token,
            created_at=domain.created_at,
        )

    async def _one(
        self, scope: Scope, table: Table, organization_id: OrganizationId
    ) -> Row[Any] | None:
        statement = select(table).where(
            table.c.organization_id == organization_id,
            table.c.organization_id.in_(scope.organization_ids),
        )
        async with self._database.read(scope) as connection:
            return (await connection.execute(statement)).one_or_none()


def _share(share: RevenueShare) -> RevenueShareView:
    return RevenueShareView(
        party_organization_id=share.party_organization_id,
        party_name=share.party_name,
        basis_points=share.basis_points,
        fixed_amount=None if share.fixed is None else f"{share.fixed:f}",
        event_ids=None if share.event_ids is None else list(share.event_ids),
        valid_from=share.valid_from,
    )
