"""What an organisation sells, seen from its standing, in PostgreSQL."""

from datetime import datetime

from sqlalchemy import text

from adapters.postgres.allotments import PostgresAllotments
from adapters.postgres.identity.store import PostgresIdentityTransaction
from adapters.postgres.transaction import PostgresTransaction
from domain.shared.ids import OrganizationId

_ORDERS_AHEAD = text(
    """
    select exists (
        select from events e
        join orders o on o.organization_id = e.organization_id and o.event_id = e.id
        where e.organization_id = :organization_id and e.ends_at > :at
          and o.status in ('pending', 'paid'))
    """
)


class PostgresOwnSales:
    def __init__(self, tx: PostgresTransaction) -> None:
        self._tx = tx

    async def doubt_offers(self, organization_id: OrganizationId, at: datetime) -> None:
        await PostgresAllotments(self._tx, organization_id).touch_all(at)

    async def has_orders_ahead(self, organization_id: OrganizationId, at: datetime) -> bool:
        keys = {"organization_id": organization_id, "at": at}
        return bool(await self._tx.connection.scalar(_ORDERS_AHEAD, keys))


class PostgresStandingTransaction(PostgresIdentityTransaction):
    sales: PostgresOwnSales

    def build(self) -> None:
        super().build()
        self.sales = PostgresOwnSales(self)
