"""Payments in PostgreSQL: rows locked once and sorted, sets written in one statement each."""

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import text

from adapters.postgres.payments.tables import (
    payment_from_row,
    payment_to_row,
    payments,
    refund_from_row,
    refund_to_row,
    refunds,
)
from adapters.postgres.rows import update_row
from adapters.postgres.sets import set_insert, set_update
from adapters.postgres.transaction import PostgresTransaction
from application.payments.ports import StoredNotice
from domain.payments.errors import RefundNotFound
from domain.payments.payment import Payment
from domain.payments.refund import Refund
from domain.shared.ids import OrderId, PaymentId, RefundId

_LOCK = text(
    """
    select * from payments
    where organization_id = any(:organization_ids) and id = any(:ids)
    order by id for update
    """
)
_OF_ORDERS = text(
    """
    select * from payments
    where organization_id = any(:organization_ids) and order_id = any(:order_ids)
    order by order_id, attempt
    """
)
_ADD = set_insert(payments)
# What was asked for never changes, so it is not among the columns.
_SAVE = set_update(
    payments,
    """
    update payments p
    set tries = n.tries, provider_ref = n.provider_ref, client_secret = n.client_secret,
        status = n.status, received_minor = n.received_minor, failure_code = n.failure_code,
        review_flag = n.review_flag, updated_at = n.updated_at, settled_at = n.settled_at,
        version = p.version + 1
    from unnest(
        cast(:organization_id as uuid[]), cast(:id as uuid[]), cast(:tries as integer[]),
        cast(:provider_ref as text[]), cast(:client_secret as text[]), cast(:status as text[]),
        cast(:received_minor as bigint[]), cast(:failure_code as text[]),
        cast(:review_flag as text[]), cast(:updated_at as timestamptz[]),
        cast(:settled_at as timestamptz[]), cast(:version as integer[]))
        as n (organization_id, id, tries, provider_ref, client_secret, status, received_minor,
              failure_code, review_flag, updated_at, settled_at, version)
    where p.organization_id = n.organization_id and p.id = n.id and p.version = n.version
      and p.organization_id = any(:organization_id) and p.id = any(:id)
    """,
)
_LOCK_REFUND = text(
    """
    select * from refunds where organization_id = any(:organization_ids) and id = :id for update
    """
)
_REMEMBER = text(
    """
    insert into provider_events
        (provider, provider_event_id, kind, provider_ref, received_at, processed_at)
    values (:provider, :provider_event_id, :kind, :provider_ref, :received_at, :processed_at)
    on conflict do nothing
    """
)
_MARK = text(
    """
    update provider_events set processed_at = :at
    where provider = :provider and provider_event_id = :provider_event_id
      and processed_at is null
    """
)


class PostgresPayments:
    def __init__(self, tx: PostgresTransaction) -> None:
        self._tx = tx

    async def lock(self, ids: Collection[PaymentId]) -> dict[PaymentId, Payment]:
        return await lock_payments(self._tx, ids)

    async def of_orders(self, ids: Collection[OrderId]) -> dict[OrderId, list[Payment]]:
        keys = {"organization_ids": list(self._tx.scope.organization_ids), "order_ids": list(ids)}
        found: dict[OrderId, list[Payment]] = {}
        for row in await self._tx.connection.execute(_OF_ORDERS, keys):
            found.setdefault(row.order_id, []).append(payment_from_row(row))
        return found

    async def add(self, payments: Sequence[Payment]) -> None:
        await add_payments(self._tx, payments)
        for payment in payments:
            payment.version = 1

    async def save(self, payments: Sequence[Payment]) -> None:
        await save_payments(self._tx, payments)


class PostgresRefunds:
    def __init__(self, tx: PostgresTransaction) -> None:
        self._tx = tx

    async def lock(self, refund_id: RefundId) -> Refund:
        keys = {"organization_ids": list(self._tx.scope.organization_ids), "id": refund_id}
        row = (await self._tx.connection.execute(_LOCK_REFUND, keys)).one_or_none()
        if row is None:
            raise RefundNotFound
        return refund_from_row(row)

    async def save(self, refund: Refund) -> None:
        row = refund_to_row(refund)
        await update_row(self._tx.connection, refunds, row, version=refund.version)
        refund.version += 1


class PostgresNotices:
    def __init__(self, tx: PostgresTransaction) -> None:
        self._tx = tx

    async def add(self, notice: StoredNotice) -> bool:
        keys = msgspec.structs.asdict(notice)
        result = await self._tx.connection.execute(_REMEMBER, keys)
        return bool(result.rowcount == 1)

    async def mark_processed(self, provider: str, provider_event_id: str, at: datetime) -> None:
        keys = {"provider": provider, "provider_event_id": provider_event_id, "at": at}
        await self._tx.connection.execute(_MARK, keys)


class PostgresPaymentsTransaction(PostgresTransaction):
    payments: PostgresPayments
    refunds: PostgresRefunds
    notices: PostgresNotices

    def build(self) -> None:
        self.payments = PostgresPayments(self)
        self.refunds = PostgresRefunds(self)
        self.notices = PostgresNotices(self)


async def lock_payments(
    tx: PostgresTransaction, ids: Collection[PaymentId]
) -> dict[PaymentId, Payment]:
    """The payments of the scope's organisations, locked in order of id."""
    keys = {"organization_ids": list(tx.scope.organization_ids), "ids": list(set(ids))}
    rows = await tx.connection.execute(_LOCK, keys)
    return {row.id: payment_from_row(row) for row in rows}


async def add_payments(tx: PostgresTransaction, new: Sequence[Payment]) -> None:
    """All of them in one statement, at version 1. Raises AttemptTaken."""
    rows = [payment_to_row(payment) | {"version": 1} for payment in new]
    await _ADD.run(tx.connection, rows)


async def save_payments(tx: PostgresTransaction, changed: Sequence[Payment]) -> None:
    """All of them in one statement. Raises StaleVersion."""
    rows = [payment_to_row(payment) | {"version": payment.version} for payment in changed]
    await _SAVE.save(tx.connection, rows)
    for payment in changed:
        payment.version += 1
