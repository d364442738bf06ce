"""What becomes of an order when money arrives, fails or comes too late.

Late money is decided by rule (design.md, 5): it tries to take the stock again, else it goes back.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from domain.sales.box_office import (
    Identities,
    Movement,
    MovementKind,
    Stock,
    hold_all,
    move,
    take,
)
from domain.sales.order import Order, OrderStatus
from domain.sales.payment_attempt import Outcome, PaymentState
from domain.sales.ticket import Ticket, tickets_for
from domain.shared.errors import DomainError
from domain.shared.ids import EventId, OrderId, OrganizationId, PaymentId
from domain.shared.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFacts:
    """The payment as stored, read under its lock."""

    id: PaymentId
    organization_id: OrganizationId
    order_id: OrderId
    state: PaymentState
    amount: Money
    client_secret: str | None = None
    """What the buyer's browser needs, as it is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What is to be stored of one payment, and whether its money goes back."""

    outcome: Outcome
    facts: PaymentFacts
    changes: bool
    """False if the outcome is old news: nothing is written."""
    refund_reason: str | None = None
    review_flag: str | None = None
    """Why a person must look: the money neither pays the order nor goes back by itself."""


@dataclass(slots=True)
class Settlements:
    """One settlement per outcome, and all that is to be written with them."""

    settled: list[Settlement]
    orders: list[Order]
    tickets: list[Ticket]
    movements: list[Movement]


def decide_settlements(
    outcomes: Sequence[Outcome],
    payments: Mapping[PaymentId, PaymentFacts],
    orders: Mapping[OrderId, Order],
    stock: Stock,
    identities: Identities,
    *,
    cancelled_events: AbstractSet[EventId],
    now: datetime,
) -> Settlements:
    """Decide each outcome in turn. Changes `orders` and `stock` in place."""
    decided = Settlements([], [], [], [])
    states = {payment_id: facts.state for payment_id, facts in payments.items()}
    for outcome in outcomes:
        facts = payments[outcome.payment_id]
        order = orders[facts.order_id]
        if states[outcome.payment_id] is PaymentState.SUCCEEDED or (
            outcome.state is states[outcome.payment_id]
        ):
            # Confirmed twice, or a failure after the success: old news (domain-rules.md, 73).
            decided.settled.append(Settlement(outcome=outcome, facts=facts, changes=False))
            continue
        states[outcome.payment_id] = outcome.state
        refund_reason = review_flag = None
        if outcome.state is PaymentState.SUCCEEDED:
            if outcome.received != facts.amount or facts.amount != order.total:
                review_flag = "amount_mismatch"
            else:
                refund_reason = _pay(order, stock, decided, identities, cancelled_events, now)
        decided.settled.append(
            Settlement(
                outcome=outcome,
                facts=facts,
                changes=True,
                refund_reason=refund_reason,
                review_flag=review_flag,
            )
        )
    return decided


def _pay(
    order: Order,
    stock: Stock,
    decided: Settlements,
    identities: Identities,
    cancelled_events: AbstractSet[EventId],
    now: datetime,
) -> str | None:
    """Pay the order with money that is here, or say why the money goes back."""
    if order.status is OrderStatus.PAID:
        return "paid_twice"
    if order.status is OrderStatus.CANCELLED:
        return "order_cancelled"
    if order.event_id in cancelled_events:
        return "event_cancelled"
    if order.status is OrderStatus.EXPIRED:
        try:
            hold_all(order.draws, stock)
        except DomainError:
            return "stock_gone"
        decided.movements += move(order, MovementKind.HOLD, at=now)
    take(order, stock)
    order.pay(at=now)
    decided.orders.append(order)
    decided.movements += move(order, MovementKind.SELL, at=now)
    decided.tickets += tickets_for(order, identities, at=now)
    return None
