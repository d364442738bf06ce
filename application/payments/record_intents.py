"""Payments are begun in our books: many at once, each for itself."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from msgspec import Struct

from application.payments.gateway import GatewayPayment, PaymentGateway
from application.payments.ports import (
    BeginPayments,
    OrdersToPay,
    OrderToPay,
    PaymentsTransaction,
    charge_of,
)
from application.shared import scope
from application.shared.idempotency import RequestKey
from application.shared.order_links import Guest, Shopper
from application.shared.transaction import SessionEnded
from domain.payments.errors import AttemptTaken, OrderNotFound, OrderNotPayable
from domain.payments.payment import Payment, PaymentStatus
from domain.shared.errors import DomainError
from domain.shared.ids import OrderId, PaymentId

LOOKS_MAX = 3
"""How often a lost race for the next attempt is looked at again."""


class IntentWish(Struct, frozen=True):
    actor: Shopper
    order_id: OrderId
    payment_id: PaymentId
    """Of the payment, if it is a new one."""


class RecordedIntent(Struct, frozen=True):
    payment: Payment
    order: OrderToPay


Outcome: TypeAlias = RecordedIntent | DomainError


@dataclass(frozen=True, slots=True)
class RecordIntents:
    """The order's open payment, or a new one. One outcome per wish, in order.

    Two hands at once find one payment; a repeated request its own. A local processor is asked
    first, so that one commit records all.
    Refusals: OrderNotFound, OrderNotPayable, SessionEnded, KeyReused, GatewayRefused,
    InvalidAmount. Raises AttemptTaken, KeyInFlight, if all of them lost a race.
    """

    begin: BeginPayments
    orders: OrdersToPay
    gateway: PaymentGateway

    async def __call__(self, wishes: Sequence[IntentWish]) -> list[Outcome]:
        found = await self.orders.orders_to_pay({(w.actor.user_id, w.order_id) for w in wishes})
        sessions = {w.actor.session_id for w in wishes if w.actor.session_id is not None}
        ended = await self.orders.ended_sessions(sessions) if sessions else set()
        outcomes: dict[int, Outcome] = {}
        orders: dict[int, OrderToPay] = {}
        for index, wish in enumerate(wishes):
            order = found.get(wish.order_id)
            if order is None or not _is_theirs(wish.actor, order):
                outcomes[index] = OrderNotFound()
            elif wish.actor.session_id in ended:
                outcomes[index] = SessionEnded()
            else:
                orders[index] = order
        opened, refused = await self._open_locally(wishes, orders)
        outcomes |= refused
        payable = {index: order for index, order in orders.items() if index not in refused}
        if payable:
            outcomes |= await self._look(wishes, payable, opened)
        return [outcomes[index] for index in range(len(wishes))]

    async def again(self, wish: IntentWish) -> Outcome:
        """After a commit that may or may not have gone through: the open payment is found."""
        [outcome] = await self([wish])
        return outcome

    async def _open_locally(
        self, wishes: Sequence[IntentWish], orders: Mapping[int, OrderToPay]
    ) -> tuple[dict[int, GatewayPayment], dict[int, DomainError]]:
        if not self.gateway.is_local:
            return {}, {}
        asking = (
            self.gateway.create(charge_of(wishes[i].payment_id, o)) for i, o in orders.items()
        )
        answers = await asyncio.gather(*asking, return_exceptions=True)
        opened: dict[int, GatewayPayment] = {}
        refused: dict[int, DomainError] = {}
        for index, answer in zip(orders, answers, strict=True):
            if isinstance(answer, DomainError):
                refused[index] = answer
            elif isinstance(answer, BaseException):
                raise answer
            else:
                opened[index] = answer
        return opened, refused

    async def _look(
        self,
        wishes: Sequence[IntentWish],
        orders: Mapping[int, OrderToPay],
        opened: Mapping[int, GatewayPayment],
    ) -> dict[int, Outcome]:
        for _ in range(LOOKS_MAX - 1):
            try:
                return await self._record(wishes, orders, opened)
            except AttemptTaken:
                continue
        return await self._record(wishes, orders, opened)

    async def _record(
        self,
        wishes: Sequence[IntentWish],
        orders: Mapping[int, OrderToPay],
        opened: Mapping[int, GatewayPayment],
    ) -> dict[int, Outcome]:
        outcomes: dict[int, Outcome] = {}
        sellers = scope.organizations(order.organization_id for order in orders.values())
        keys = {key: wishes[i].payment_id for i in orders if (key := wishes[i].actor.key)}
        async with self.begin(sellers) as tx:
            taken = await tx.repeats.claim(keys) if keys else {}
            attempts = await tx.payments.of_orders({order.order_id for order in orders.values()})
            new: list[Payment] = []
            for index, order in orders.items():
                wish, mine = wishes[index], attempts.setdefault(order.order_id, [])
                keyed = wish.actor.keyed
                try:
                    if keyed is not None and keyed.key in taken:
                        payment = _named(mine, UUID(keyed.told(taken[keyed.key])))
                    else:
                        payment = self._open_payment(tx, wish, order, mine, opened.get(index))
                except DomainError as refusal:
                    outcomes[index] = refusal
                    continue
                if all(payment is not other for other in mine):
                    mine.append(payment)
                    new.append(payment)
                outcomes[index] = RecordedIntent(payment, order)
            await tx.payments.add(sorted(new, key=lambda payment: payment.order_id))
            await _keep_keys(tx, wishes, keys, outcomes, taken)
        for index, outcome in outcomes.items():
            keyed = wishes[index].actor.keyed
            if keyed is not None and isinstance(outcome, RecordedIntent):
                keyed.is_taken = True
        return outcomes

    def _open_payment(
        self,
        tx: PaymentsTransaction,
        wish: IntentWish,
        order: OrderToPay,
        attempts: Sequence[Payment],
        answer: GatewayPayment | None,
    ) -> Payment:
        """One of the attempts, or one more. Raises OrderNotPayable."""
        order.check_payable(tx.now)
        if any(payment.status is PaymentStatus.SUCCEEDED for payment in attempts):
            raise OrderNotPayable("Money for this order is here.", reason="already_paid")
        for payment in attempts:
            if payment.is_open and payment.provider == self.gateway.provider:
                return payment
        payment = Payment(
            organization_id=order.organization_id,
            id=wish.payment_id,
            order_id=order.order_id,
            payer_id=wish.actor.user_id,
            attempt=max((payment.attempt for payment in attempts), default=0) + 1,
            provider=self.gateway.provider,
            amount=order.total,
            created_at=tx.now,
            updated_at=tx.now,
        )
        if answer is not None:
            payment.open_at_processor(answer.provider_ref, answer.client_secret, at=tx.now)
        return payment


def _is_theirs(actor: Shopper, order: OrderToPay) -> bool:
    if isinstance(actor, Guest) and actor.order_id != order.order_id:
        return False
    return order.buyer_id == actor.user_id


def _named(attempts: Sequence[Payment], payment_id: UUID) -> Payment:
    """What this request recorded when it first came, whether it reached the processor or not."""
    return next(payment for payment in attempts if payment.id == payment_id)


async def _keep_keys(
    tx: PaymentsTransaction,
    wishes: Sequence[IntentWish],
    keys: Mapping[RequestKey, PaymentId],
    outcomes: Mapping[int, Outcome],
    taken: Mapping[RequestKey, object],
) -> None:
    """Each key that was taken here names its payment; what was refused stores nothing."""
    paid: dict[RequestKey, PaymentId] = {}
    for index, outcome in outcomes.items():
        key = wishes[index].actor.key
        if key is not None and key not in taken and isinstance(outcome, RecordedIntent):
            paid[key] = outcome.payment.id
    await tx.repeats.complete({key: id_ for key, id_ in paid.items() if keys[key] != id_})
    await tx.repeats.release(keys.keys() - paid.keys() - taken.keys())
