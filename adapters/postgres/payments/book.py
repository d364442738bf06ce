"""Finding payments and the orders they pay, in one statement each."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, TextClause, text

from adapters.postgres.arrays import uuids
from adapters.postgres.database import Database
from adapters.postgres.payments.tables import payment_from_row
from adapters.postgres.repeats import PostgresFirstRequests
from adapters.postgres.sessions import ended_sessions
from application.payments.ports import OrderToPay, PaymentToCollect
from application.shared import scope
from application.shared.idempotency import Repeated, RequestKey
from application.shared.scope import SYSTEM, Scope
from domain.shared.ids import OrderId, OrganizationId, PaymentId, SessionId, UserId
from domain.shared.money import Money

_ORDER = """
    o.buyer_id as order_buyer_id, o.number as order_number, o.buyer_email as order_email,
    o.total_minor as order_total_minor, o.currency as order_currency,
    o.status as order_status, o.expires_at as order_expires_at
"""
# Without what a buyer's browser pays with: that is read with the payment's own organisation alone.
_PAYMENT = """
    p.organization_id, p.id, p.order_id, p.payer_id, p.attempt, p.tries, p.provider, p.provider_ref,
    null as client_secret, p.status, p.amount_minor, p.currency, p.received_minor, p.failure_code,
    p.review_flag, p.created_at, p.updated_at, p.settled_at, p.version
"""
_FOUND = f"""
    select {_PAYMENT}, {_ORDER} from payments p
    join orders o on o.organization_id = p.organization_id and o.id = p.order_id
"""
_TO_PAY = f"select o.organization_id, o.id as order_id, {_ORDER} from orders o"
# Lateral, so that each pair is one look into the index, whatever the planner believes.
_ORDERS_TO_PAY = text(
    f"""
    select found.* from unnest(:buyer_ids, :ids) as wanted (buyer_id, id) cross join lateral (
        {_TO_PAY} where o.buyer_id = wanted.buyer_id and o.id = wanted.id) as found
    """
)
_GUESTS_ORDERS_TO_PAY = text(f"{_TO_PAY} where o.buyer_id is null and o.id = any(:ids)")
_OF_PAYERS = text(
    f"""
    select found.* from unnest(:payer_ids, :ids) as wanted (payer_id, id) cross join lateral (
        {_FOUND} where p.payer_id = wanted.payer_id and p.id = wanted.id) as found
    """
)
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

    async def orders_to_pay(
        self, wanted: Collection[tuple[UserId | None, OrderId]]
    ) -> dict[OrderId, OrderToPay]:
        of_people = [(buyer, order_id) for buyer, order_id in wanted if buyer is not None]
        of_guests = [order_id for buyer, order_id in wanted if buyer is None]
        rows: list[Row[Any]] = []
        if of_people:
            buyers, ids = zip(*of_people, strict=True)
            keys = {"buyer_ids": uuids(buyers), "ids": uuids(ids)}
            rows += await self._rows(SYSTEM, _ORDERS_TO_PAY, keys)
        if of_guests:
            rows += await self._rows(SYSTEM, _GUESTS_ORDERS_TO_PAY, {"ids": uuids(of_guests)})
        return {row.order_id: _order(row) for row in rows}

    async def of_payers(
        self, wanted: Collection[tuple[UserId | None, PaymentId]]
    ) -> dict[PaymentId, PaymentToCollect]:
        of_people = [(payer, payment_id) for payer, payment_id in wanted if payer is not None]
        of_guests = [payment_id for payer, payment_id in wanted if payer is None]
        rows: list[Row[Any]] = []
        if of_people:
            payers, ids = zip(*of_people, strict=True)
            keys = {"payer_ids": uuids(payers), "ids": uuids(ids)}
            rows += await self._rows(SYSTEM, _OF_PAYERS, keys)
        if of_guests:
            rows += await self._rows(SYSTEM, _OF_GUESTS, {"ids": uuids(of_guests)})
        return {row.id: _found(row) for row in rows}

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
