"""Finding payments and the orders they pay, in one statement each."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, TextClause, text

from adapters.postgres.database import Database
from adapters.postgres.payments.tables import payment_from_row
from adapters.postgres.repeats import PostgresFirstRequests
from adapters.postgres.sessions import ended_sessions
from application.payments.ports import OrderToPay, PaymentToCollect
from application.shared import scope
from application.shared.idempotency import Repeated, RequestKey
from application.shared.scope import SYSTEM, Scope
from domain.payments.errors import OrderNotFound
from domain.shared.ids import OrderId, OrganizationId, PaymentId, SessionId, UserId
from domain.shared.money import Money

_ORDER = """
    o.buyer_id as order_buyer_id, o.number as order_number, o.buyer_email as order_email,
    o.total_minor as order_total_minor, o.currency as order_currency,
    o.status as order_status, o.expires_at as order_expires_at
"""
_FOUND = f"""
    select p.*, {_ORDER} from payments p
    join orders o on o.organization_id = p.organization_id and o.id = p.order_id
"""
_ORDER_TO_PAY = text(
    f"""
    select o.organization_id, o.id as order_id, {_ORDER} from orders o
    where o.buyer_id = :buyer_id and o.id = :order_id
    """
)
_GUEST_ORDER_TO_PAY = text(
    f"""
    select o.organization_id, o.id as order_id, {_ORDER} from orders o
    where o.buyer_id is null and o.id = :order_id
    """
)
# Two arrays and not pairs, for the index; whoever asks compares the payer.
_OF_PAYERS = text(f"{_FOUND} where p.payer_id = any(:payer_ids) and p.id = any(:ids)")
_OF_GUESTS = text(f"{_FOUND} where p.payer_id is null and p.id = any(:ids)")
_OF_ORGANIZATION = text(f"{_FOUND} where p.organization_id = :organization_id and p.id = :id")
_OF_REFERENCE = text(f"{_FOUND} where p.provider = :provider and p.provider_ref = :reference")
_UNDECIDED = text(
    f"""
    {_FOUND}
    where p.provider = :provider and p.updated_at <= :before
      and p.status in ('created', 'processing', 'requires_action', 'failed')
      and (p.status = 'processing'
           or (p.provider_ref is not null
               and (o.status = 'pending' or p.created_at > :created_after)))
    order by p.status <> 'processing', p.updated_at
    limit :limit
    """
)


class PostgresPaymentBook:
    """Payments and orders to pay, as they stand."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def order_to_pay(self, buyer_id: UserId | None, order_id: OrderId) -> OrderToPay:
        if buyer_id is None:
            rows = await self._rows(SYSTEM, _GUEST_ORDER_TO_PAY, {"order_id": order_id})
        else:
            keys = {"buyer_id": buyer_id, "order_id": order_id}
            rows = await self._rows(scope.person(buyer_id), _ORDER_TO_PAY, keys)
        if not rows:
            raise OrderNotFound
        return _order(rows[0])

    async def of_payers(
        self, wanted: Collection[tuple[UserId | None, PaymentId]]
    ) -> dict[PaymentId, PaymentToCollect]:
        people = {payer for payer, _ in wanted if payer is not None}
        of_guests = [payment_id for payer, payment_id in wanted if payer is None]
        rows: list[Row[Any]] = []
        if people:
            ids = [payment_id for payer, payment_id in wanted if payer is not None]
            rows += await self._rows(SYSTEM, _OF_PAYERS, {"payer_ids": list(people), "ids": ids})
        if of_guests:
            rows += await self._rows(SYSTEM, _OF_GUESTS, {"ids": of_guests})
        return {row.id: _found(row) for row in rows if (row.payer_id, row.id) in wanted}

    async def of_organization(
        self, organization_id: OrganizationId, payment_id: PaymentId
    ) -> PaymentToCollect | None:
        keys = {"organization_id": organization_id, "id": payment_id}
        rows = await self._rows(scope.organizations([organization_id]), _OF_ORGANIZATION, keys)
        return _found(rows[0]) if rows else None

    async def of_reference(self, provider: str, reference: str) -> PaymentToCollect | None:
        keys = {"provider": provider, "reference": reference}
        rows = await self._rows(SYSTEM, _OF_REFERENCE, keys)
        return _found(rows[0]) if rows else None

    async def undecided(
        self, provider: str, *, before: datetime, created_after: datetime, limit: int
    ) -> list[PaymentToCollect]:
        keys = {
            "provider": provider,
            "before": before,
            "created_after": created_after,
            "limit": limit,
        }
        return [_found(row) for row in await self._rows(SYSTEM, _UNDECIDED, keys)]

    async def ended_sessions(self, ids: Collection[SessionId]) -> set[SessionId]:
        async with self._database.read(SYSTEM) as connection:
            return await ended_sessions(connection, ids)

    async def first_requests(self, keys: Collection[RequestKey]) -> dict[RequestKey, Repeated]:
        return await PostgresFirstRequests(self._database).find(keys)

    async def _rows(
        self, asking: Scope, statement: TextClause, keys: dict[str, Any]
    ) -> list[Row[Any]]:
        async with self._database.read(asking) as connection:
            return list(await connection.execute(statement, keys))


def _found(row: Row[Any]) -> PaymentToCollect:
    return PaymentToCollect(payment_from_row(row), _order(row))


def _order(row: Row[Any]) -> OrderToPay:
    return OrderToPay(
        order_id=row.order_id,
        organization_id=row.organization_id,
        buyer_id=row.order_buyer_id,
        number=row.order_number,
        email=row.order_email,
        total=Money(row.order_total_minor, row.order_currency),
        is_pending=row.order_status == "pending",
        expires_at=row.order_expires_at,
    )
