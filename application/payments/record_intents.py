"""Payments are begun in our books: many at once, each for itself."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias
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
from application.shared.idempotency import KeyInFlight, KeyReused, OutcomeGone, RequestKey
from application.shared.order_links import Guest, Shopper
from application.shared.transaction import DatabaseDown, NothingDone, SessionEnded
from application.shared.twins import followers_of
from domain.payments.errors import AttemptTaken, OrderNotFound, OrderNotPayable
from domain.payments.payment import Payment, PaymentStatus
from domain.shared.errors import DomainError
from domain.shared.ids import OrderId, PaymentId, SessionId

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


class _Payable(NamedTuple):
    """A wish that may be recorded, and what a local processor said to it."""

    wish: IntentWish
    order: OrderToPay
    answer: GatewayPayment | None = None


Outcome: TypeAlias = RecordedIntent | DomainError


@dataclass(frozen=True, slots=True)
class RecordIntents:
    """The order's open payment, or a new one. One outcome per wish, in order.

    Two hands at once find one payment; a repeated request its own. A local processor is asked
    first, so that one commit records all.
    Refusals: OrderNotFound, OrderNotPayable, SessionEnded, KeyReused, KeyInFlight, GatewayRefused,
    InvalidAmount. Raises AttemptTaken if all of them lost a race, and NothingDone.
    """

    begin: BeginPayments
    orders: OrdersToPay
    gateway: PaymentGateway

    async def __call__(self, wishes: Sequence[IntentWish]) -> list[Outcome]:
        """Nobody waits here for a first request: its repeats are refused with KeyInFlight."""
        followers = followers_of(map(_names, wishes))
        leaders = {i: wish for i, wish in enumerate(wishes) if i not in followers}
        outcomes = await self._served(leaders, is_shared=True)
        for index, leader in followers.items():
            told = _after(wishes[index], wishes[leader], outcomes[leader])
            outcomes[index] = told or await self.alone(wishes[index])
        return [outcomes[index] for index in range(len(wishes))]

    async def alone(self, wish: IntentWish) -> Outcome:
        """With more patience; also after a commit that may have gone through: the open payment is
        found.
        """
        return (await self._served({0: wish}))[0]

    async def _served(
        self, wishes: Mapping[int, IntentWish], *, is_shared: bool = False
    ) -> dict[int, Outcome]:
        try:
            found, ended = await self._found(wishes.values())
        except DatabaseDown as down:
            raise NothingDone from down
        outcomes: dict[int, Outcome] = {}
        theirs: dict[int, _Payable] = {}
        for index, wish in wishes.items():
            order = found.get(wish.order_id)
            if order is None or not _is_theirs(wish.actor, order):
                outcomes[index] = OrderNotFound()
            elif wish.actor.session_id in ended:
                outcomes[index] = SessionEnded()
            else:
                theirs[index] = _Payable(wish, order)
        asked = await asyncio.gather(*map(self._ask_if_local, theirs.values()))
        payable: dict[int, _Payable] = {}
        for index, answer in zip(theirs, asked, strict=True):
            if isinstance(answer, DomainError):
                outcomes[index] = answer
            else:
                payable[index] = answer
        if payable:
            try:
                outcomes |= await self._look(payable, is_shared=is_shared)
            except KeyInFlight as busy:
                outcomes |= {index: KeyInFlight(**busy.facts) for index in payable}
        return outcomes

    async def _found(
        self, wishes: Collection[IntentWish]
    ) -> tuple[dict[OrderId, OrderToPay], set[SessionId]]:
        """The orders, and which of the sessions have ended."""
        found = await self.orders.orders_to_pay({(w.actor.user_id, w.order_id) for w in wishes})
        sessions = {w.actor.session_id for w in wishes if w.actor.session_id is not None}
        return found, await self.orders.ended_sessions(sessions) if sessions else set()

    async def _ask_if_local(self, payable: _Payable) -> _Payable | DomainError:
        if not self.gateway.is_local:
            return payable
        try:
            answer = await self.gateway.create(charge_of(payable.wish.payment_id, payable.order))
        except DomainError as refusal:
            return refusal
        return payable._replace(answer=answer)

    async def _look(
        self, payable: Mapping[int, _Payable], *, is_shared: bool
    ) -> dict[int, Outcome]:
        for _ in range(LOOKS_MAX - 1):
            try:
                return await self._record(payable, is_shared=is_shared)
            except AttemptTaken:
                continue
        return await self._record(payable, is_shared=is_shared)

    async def _record(
        self, payable: Mapping[int, _Payable], *, is_shared: bool
    ) -> dict[int, Outcome]:
        outcomes: dict[int, Outcome] = {}
        wishes = {index: one.wish for index, one in payable.items()}
        orders = {one.order.order_id: one.order for one in payable.values()}
        sellers = scope.organizations(order.organization_id for order in orders.values())
        keys = {key: wish.payment_id for wish in wishes.values() if (key := _key_to_take(wish))}
        async with self.begin(sellers) as tx:
            taken = await tx.repeats.claim(keys, is_shared=is_shared) if keys else {}
            attempts = await tx.payments.of_orders(orders.keys())
            new: list[Payment] = []
            for index, one in payable.items():
                mine = attempts.setdefault(one.order.order_id, [])
                keyed = one.wish.actor.keyed
                try:
                    if keyed is not None and keyed.key in taken:
                        payment = _named(mine, UUID(keyed.told(taken[keyed.key])))
                    else:
                        payment = self._open_payment(tx, one, mine)
                except DomainError as refusal:
                    outcomes[index] = refusal
                    continue
                if all(payment is not other for other in mine):
                    mine.append(payment)
                    new.append(payment)
                outcomes[index] = RecordedIntent(payment, one.order)
            await tx.payments.add(sorted(new, key=lambda payment: payment.order_id))
            await _keep_keys(tx, wishes, keys, outcomes, taken)
        for index, outcome in outcomes.items():
            keyed = wishes[index].actor.keyed
            if keyed is not None and isinstance(outcome, RecordedIntent):
                keyed.is_taken = True
        return outcomes

    def _open_payment(
        self, tx: PaymentsTransaction, payable: _Payable, attempts: Sequence[Payment]
    ) -> Payment:
        """One of the attempts, or one more. Raises OrderNotPayable."""
        wish, order, answer = payable
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


def _names(wish: IntentWish) -> list[UUID]:
    return [] if wish.actor.key is None else [wish.actor.key.id]


def _after(wish: IntentWish, leader: IntentWish, outcome: Outcome) -> Outcome | None:
    """What a repeat is told in whose batch the first one was; None if that tells it nothing."""
    if isinstance(outcome, KeyInFlight):
        return KeyInFlight(**outcome.facts)
    if wish.actor.key != leader.actor.key:
        return KeyReused() if isinstance(outcome, RecordedIntent) else None
    if isinstance(outcome, RecordedIntent) and wish.actor.keyed is not None:
        wish.actor.keyed.is_repeat = True
        return outcome
    return None


def _key_to_take(wish: IntentWish) -> RequestKey | None:
    """None also if a commit of this very request holds it already."""
    keyed = wish.actor.keyed
    return None if keyed is None or keyed.is_taken else keyed.key


def _is_theirs(actor: Shopper, order: OrderToPay) -> bool:
    if isinstance(actor, Guest) and actor.order_id != order.order_id:
        return False
    return actor.owns(order.buyer_id)


def _named(attempts: Sequence[Payment], payment_id: UUID) -> Payment:
    """What this request recorded when it first came, whether it reached the processor or not."""
    payment = next((payment for payment in attempts if payment.id == payment_id), None)
    if payment is None:
        raise OutcomeGone
    return payment


async def _keep_keys(
    tx: PaymentsTransaction,
    wishes: Mapping[int, IntentWish],
    keys: Mapping[RequestKey, PaymentId],
    outcomes: Mapping[int, Outcome],
    taken: Mapping[RequestKey, object],
) -> None:
    """Each key that was taken here names its payment; what was refused stores nothing."""
    paid = {
        key: outcome.payment.id
        for index, outcome in outcomes.items()
        if isinstance(outcome, RecordedIntent)
        and (key := wishes[index].actor.key) is not None
        and key in keys
        and key not in taken
    }
    await tx.repeats.complete({key: id_ for key, id_ in paid.items() if keys[key] != id_})
    await tx.repeats.release(keys.keys() - paid.keys() - taken.keys())
