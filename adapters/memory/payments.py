"""Payments in memory: the same promises as PostgreSQL, one writer at a time."""

import dataclasses
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid5

from adapters.bridges.order_payments import begun_with, facts_of, learn
from adapters.memory.database import (
    MemoryDatabase,
    MemoryTable,
    MemoryTransaction,
    add_versioned,
    save_versioned,
)
from adapters.memory.repeats import MemoryFirstRequests
from application.payments.ports import OrderToPay, PaymentToCollect, StoredNotice
from application.shared.idempotency import Repeated, RequestKey
from domain.payments.errors import AttemptTaken, RefundNotFound
from domain.payments.payment import Payment, PaymentStatus
from domain.payments.refund import Refund, RefundStatus
from domain.sales.order import Order
from domain.sales.payment_attempt import PaymentAttempt
from domain.sales.settlement import PaymentFacts, Settlement
from domain.shared.errors import StaleVersion
from domain.shared.ids import (
    OrderId,
    OrganizationId,
    PaymentId,
    RefundId,
    SessionId,
    UserId,
)

_NoticeKey = tuple[str, str]


class MemoryPayments:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._tx = tx
        self._rows: MemoryTable[PaymentId, Payment] = tx.database.table("payments")

    async def lock(self, ids: Collection[PaymentId]) -> dict[PaymentId, Payment]:
        return _of_scope(self._tx, ids)

    async def of_orders(self, ids: Collection[OrderId]) -> dict[OrderId, list[Payment]]:
        mine = self._tx.scope.organization_ids
        found: dict[OrderId, list[Payment]] = {}
        for payment in self._rows.where(lambda p: p.order_id in ids and p.organization_id in mine):
            found.setdefault(payment.order_id, []).append(payment)
        for attempts in found.values():
            attempts.sort(key=lambda payment: payment.attempt)
        return found

    async def add(self, payments: Sequence[Payment]) -> None:
        taken = {
            (twin.order_id, twin.attempt)
            for twins in (await self.of_orders({p.order_id for p in payments})).values()
            for twin in twins
        }
        for payment in payments:
            if (payment.order_id, payment.attempt) in taken:
                raise AttemptTaken
            taken.add((payment.order_id, payment.attempt))
            add_versioned(self._rows, payment.id, payment)

    async def save(self, payments: Sequence[Payment]) -> None:
        _save(self._rows, payments)


class MemoryRefunds:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._tx = tx
        self._rows: MemoryTable[RefundId, Refund] = tx.database.table("refunds")

    async def lock(self, refund_id: RefundId) -> Refund:
        refund = self._rows.get(refund_id)
        if refund is None or refund.organization_id not in self._tx.scope.organization_ids:
            raise RefundNotFound
        return refund

    async def save(self, refund: Refund) -> None:
        save_versioned(self._rows, refund.id, refund)


class MemoryNotices:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._rows: MemoryTable[_NoticeKey, StoredNotice] = tx.database.table("provider_events")

    async def add(self, notice: StoredNotice) -> bool:
        key = (notice.provider, notice.provider_event_id)
        if self._rows.get(key) is not None:
            return False
        self._rows.put(key, notice)
        return True

    async def mark_processed(self, provider: str, provider_event_id: str, at: datetime) -> None:
        notice = self._rows.get((provider, provider_event_id))
        if notice is not None and notice.processed_at is None:
            done = StoredNotice(
                provider=notice.provider,
                provider_event_id=notice.provider_event_id,
                kind=notice.kind,
                provider_ref=notice.provider_ref,
                received_at=notice.received_at,
                processed_at=at,
            )
            self._rows.put((provider, provider_event_id), done)


class MemoryPaymentsTransaction(MemoryTransaction):
    payments: MemoryPayments
    refunds: MemoryRefunds
    notices: MemoryNotices

    def build(self) -> None:
        self.payments = MemoryPayments(self)
        self.refunds = MemoryRefunds(self)
        self.notices = MemoryNotices(self)


class MemoryPaymentBook:
    """Payments and orders to pay, as they stand."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._payments: MemoryTable[PaymentId, Payment] = database.table("payments")
        # Rows of sales: read here as PostgreSQL joins them, without knowing their class.
        self._orders: MemoryTable[OrderId, Any] = database.table("orders")
        self._database = database

    async def orders_to_pay(
        self, wanted: Collection[tuple[UserId | None, OrderId]]
    ) -> dict[OrderId, OrderToPay]:
        found = ((buyer_id, self._orders.get(order_id)) for buyer_id, order_id in wanted)
        return {
            order.id: _order_to_pay(order)
            for buyer_id, order in found
            if order is not None and order.buyer.id == buyer_id
        }

    async def of_payers(
        self, wanted: Collection[tuple[UserId | None, PaymentId]]
    ) -> dict[PaymentId, PaymentToCollect]:
        found = self._payments.where(lambda payment: (payment.payer_id, payment.id) in wanted)
        return {payment.id: self._with_order(payment) for payment in found}

    async def of_organization(
        self, organization_id: OrganizationId, payment_id: PaymentId
    ) -> PaymentToCollect | None:
        payment = self._payments.get(payment_id)
        if payment is None or payment.organization_id != organization_id:
            return None
        return self._with_order(payment)

    async def of_reference(self, provider: str, reference: str) -> PaymentToCollect | None:
        for payment in self._payments.rows():
            if (payment.provider, payment.provider_ref) == (provider, reference):
                return self._with_order(payment)
        return None

    async def undecided(
        self, provider: str, *, before: datetime, created_after: datetime, limit: int
    ) -> list[PaymentToCollect]:
        unseen = self._payments.where(lambda p: p.provider == provider and p.updated_at <= before)
        due = [
            found
            for found in map(self._with_order, unseen)
            if _may_still_come(found, created_after)
        ]
        due.sort(key=lambda found: (not _is_processing(found.payment), found.payment.updated_at))
        return due[:limit]

    async def ended_sessions(self, ids: Collection[SessionId]) -> set[SessionId]:
        return self._database.ended_sessions(ids)

    async def first_requests(self, keys: Collection[RequestKey]) -> dict[RequestKey, Repeated]:
        return await MemoryFirstRequests(self._database).find(keys)

    def _with_order(self, payment: Payment) -> PaymentToCollect:
        seen = dataclasses.replace(payment, client_secret=None)
        return PaymentToCollect(seen, _order_to_pay(self._orders.get(payment.order_id)))


class MemoryMoney:
    """Payments as far as the money path writes them: inside the transaction of sales."""

    def __init__(self, tx: MemoryTransaction) -> None:
        self._tx = tx
        self._payments: MemoryTable[PaymentId, Payment] = tx.database.table("payments")
        self._refunds: MemoryTable[RefundId, Refund] = tx.database.table("refunds")
        self._locked: dict[PaymentId, Payment] = {}

    async def lock(self, ids: Collection[PaymentId]) -> dict[PaymentId, PaymentFacts]:
        locked = _of_scope(self._tx, ids)
        self._locked |= locked
        return {payment_id: facts_of(payment) for payment_id, payment in locked.items()}

    async def add(self, begun: Sequence[tuple[Order, PaymentAttempt]]) -> None:
        for order, attempt in begun:
            payment = begun_with(order, attempt)
            add_versioned(self._payments, payment.id, payment)

    async def settle(self, settlements: Sequence[tuple[Settlement, RefundId]]) -> None:
        changed: dict[PaymentId, Payment] = {}
        for settlement, refund_id in settlements:
            payment = self._locked[settlement.facts.id]
            if not settlement.changes or not learn(payment, settlement, self._tx.now):
                continue
            changed[payment.id] = payment
            reason = settlement.refund_reason
            if reason is not None:
                self._request(payment, refund_id, payment.received_minor, reason)
        _save(self._payments, list(changed.values()))

    async def refund_order(self, order_id: OrderId, refund_id: RefundId, reason: str) -> None:
        mine = self._tx.scope.organization_ids
        captured = self._payments.where(
            lambda p: (
                p.order_id == order_id
                and p.organization_id in mine
                and p.status is PaymentStatus.SUCCEEDED
            )
        )
        is_first = True
        for payment in sorted(captured, key=lambda payment: payment.id):
            left = payment.received_minor - self._returned(payment)
            if left > 0:
                # One id for one refund: a second captured payment takes one that follows from it.
                made = refund_id if is_first else RefundId(uuid5(refund_id, str(payment.id)))
                self._request(payment, made, left, reason)
                is_first = False

    def _returned(self, payment: Payment) -> int:
        refunds = self._refunds.where(
            lambda r: r.payment_id == payment.id and r.status is not RefundStatus.FAILED
        )
        return sum(refund.amount.minor for refund in refunds)

    def _request(self, payment: Payment, refund_id: RefundId, minor: int, reason: str) -> None:
        refund = Refund.request(payment, refund_id, minor, reason, at=self._tx.now)
        self._tx.announce(refund)
        add_versioned(self._refunds, refund.id, refund)


def _of_scope(tx: MemoryTransaction, ids: Collection[PaymentId]) -> dict[PaymentId, Payment]:
    rows: MemoryTable[PaymentId, Payment] = tx.database.table("payments")
    found = [row for id_ in sorted(set(ids)) if (row := rows.get(id_)) is not None]
    mine = tx.scope.organization_ids
    return {payment.id: payment for payment in found if payment.organization_id in mine}


def _save(rows: MemoryTable[PaymentId, Payment], payments: Sequence[Payment]) -> None:
    if len({payment.id for payment in payments}) != len(payments):
        raise StaleVersion
    for payment in payments:
        save_versioned(rows, payment.id, payment)


def _order_to_pay(order: Any) -> OrderToPay:
    return OrderToPay(
        order_id=order.id,
        organization_id=order.organization_id,
        buyer_id=order.buyer.id,
        number=order.number,
        email=order.buyer.email,
        total=order.total,
        is_pending=order.status.value == "pending",
        expires_at=order.expires_at,
    )


def _is_processing(payment: Payment) -> bool:
    return payment.status is PaymentStatus.PROCESSING


def _may_still_come(found: PaymentToCollect, created_after: datetime) -> bool:
    payment = found.payment
    if not payment.is_open or _is_processing(payment):
        return _is_processing(payment)
    is_awaited = found.order.is_pending or payment.created_at > created_after
    return payment.provider_ref is not None and is_awaited
