"""Payments as far as the money path writes them: inside the transaction of sales."""

from collections.abc import Collection, Sequence
from uuid import uuid5

from sqlalchemy import text

from adapters.bridges.order_payments import begun_with, facts_of, learn
from adapters.postgres.payments.store import add_payments, lock_payments, save_payments
from adapters.postgres.payments.tables import (
    refund_to_row,
    refunds,
)
from adapters.postgres.sets import set_insert
from adapters.postgres.transaction import PostgresTransaction
from domain.payments.payment import Payment
from domain.payments.refund import Refund
from domain.sales.order import Order
from domain.sales.payment_attempt import PaymentAttempt
from domain.sales.settlement import PaymentFacts, Settlement
from domain.shared.ids import OrderId, PaymentId, RefundId

_CAPTURED = text(
    """
    select id from payments
    where organization_id = any(:organization_ids) and order_id = :order_id
      and status = 'succeeded' and received_minor > 0
    """
)
# A statement of its own, after the lock: a refund that is being written is seen or waited for.
_RETURNED = text(
    """
    select payment_id, sum(amount_minor) as minor from refunds
    where organization_id = any(:organization_ids) and payment_id = any(:ids)
      and status <> 'failed'
    group by payment_id
    """
)
_ADD_REFUNDS = set_insert(refunds)


class PostgresMoney:
    def __init__(self, tx: PostgresTransaction) -> None:
        self._tx = tx
        self._locked: dict[PaymentId, Payment] = {}

    async def lock(self, ids: Collection[PaymentId]) -> dict[PaymentId, PaymentFacts]:
        locked = await lock_payments(self._tx, ids)
        self._locked |= locked
        return {payment_id: facts_of(payment) for payment_id, payment in locked.items()}

    async def add(self, begun: Sequence[tuple[Order, PaymentAttempt]]) -> None:
        await add_payments(self._tx, [begun_with(order, attempt) for order, attempt in begun])

    async def settle(self, settlements: Sequence[tuple[Settlement, RefundId]]) -> None:
        changed: dict[PaymentId, Payment] = {}
        going_back: list[Refund] = []
        for settlement, refund_id in settlements:
            payment = self._locked[settlement.facts.id]
            if not settlement.changes or not learn(payment, settlement, self._tx.now):
                continue
            changed[payment.id] = payment
            reason = settlement.refund_reason
            if reason is not None:
                minor = payment.received_minor
                going_back.append(
                    Refund.request(payment, refund_id, minor, reason, at=self._tx.now)
                )
        await save_payments(self._tx, list(changed.values()))
        await self._request(going_back)

    async def refund_order(self, order_id: OrderId, refund_id: RefundId, reason: str) -> None:
        mine = {"organization_ids": list(self._tx.scope.organization_ids)}
        connection = self._tx.connection
        found = await connection.execute(_CAPTURED, mine | {"order_id": order_id})
        locked = await lock_payments(self._tx, [row.id for row in found])
        keys = mine | {"ids": list(locked)}
        returned = {row.payment_id: row.minor for row in await connection.execute(_RETURNED, keys)}
        going_back: list[Refund] = []
        for payment in locked.values():
            left = payment.received_minor - int(returned.get(payment.id, 0))
            if left > 0:
                # One id for one refund: a second captured payment takes one that follows from it.
                made = RefundId(uuid5(refund_id, str(payment.id))) if going_back else refund_id
                going_back.append(Refund.request(payment, made, left, reason, at=self._tx.now))
        await self._request(going_back)

    async def _request(self, going_back: Sequence[Refund]) -> None:
        rows = [refund_to_row(refund) | {"version": 1} for refund in going_back]
        await _ADD_REFUNDS.run(self._tx.connection, rows)
        self._tx.announce(*going_back)
