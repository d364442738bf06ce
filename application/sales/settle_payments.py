"""What card processors said is applied: orders become paid, or their money goes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from msgspec import Struct

from application.sales.ports import BeginSales, Charged
from application.shared import scope
from application.shared.idempotency import Repeated
from application.shared.ids import IdFactory
from domain.sales.box_office import Identities
from domain.sales.errors import OrderNotFound
from domain.sales.order import Order, OrderStatus
from domain.sales.payment_attempt import PaymentState
from domain.sales.settlement import PaymentFacts, Settlement, decide_settlements
from domain.shared.errors import DomainError
from domain.shared.ids import OrderId, PaymentId, RefundId, TicketId


class SettlementResult(Struct, frozen=True, kw_only=True):
    """Where a payment and its order stand now."""

    payment_id: PaymentId
    payment_state: PaymentState
    order_id: OrderId
    order_status: OrderStatus
    failure_code: str | None = None
    client_secret: str | None = None
    refund_reason: str | None = None
    """Why the money goes back: it came too late, or twice."""


@dataclass(frozen=True, slots=True)
class SettlePayments:
    """Settle payment, order, tickets and stock in one commit; a repeat changes nothing.

    Money that comes too late takes the stock again if it is free, and goes back if it is not.
    One answer per command, in order; an unknown payment is OrderNotFound.
    """

    begin: BeginSales
    ids: IdFactory

    async def __call__(self, commands: Sequence[Charged]) -> list[SettlementResult | DomainError]:
        if not commands:
            return []
        sellers = scope.organizations(command.organization_id for command in commands)
        keys = {command.key: None for command in commands if command.key is not None}
        async with self.begin(sellers) as tx:
            repeated = await tx.repeats.claim(keys) if keys else {}
            orders = await tx.orders.lock({command.order_id for command in commands})
            payments = await tx.payments.lock({c.outcome.payment_id for c in commands})
            known = [
                command.outcome
                for command in commands
                if command.key not in repeated
                and command.outcome.payment_id in payments
                and command.order_id in orders
            ]
            stock = await tx.stock.lock(
                {draw.allotment_id for order in orders.values() for draw in order.draws}
            )
            cancelled = await tx.cancelled_events({order.event_id for order in orders.values()})
            decided = decide_settlements(
                known,
                payments,
                orders,
                stock,
                ticket_identities(self.ids),
                cancelled_events=cancelled,
                now=tx.now,
            )
            await tx.payments.settle(
                [(settlement, RefundId(self.ids.new())) for settlement in decided.settled]
            )
            await tx.orders.save(decided.orders)
            await tx.tickets.add(decided.tickets)
            tx.announce(*decided.orders, by={c.order_id: c.origin for c in commands})
            await tx.stock.save(stock.values(), decided.movements)
        results = {
            settlement.outcome.payment_id: _result(
                settlement, orders[settlement.facts.order_id].status
            )
            for settlement in decided.settled
        }
        return [
            _again(c, repeated[c.key], payments, orders)
            if c.key in repeated
            else results.get(c.outcome.payment_id, OrderNotFound())
            for c in commands
        ]


def _again(
    command: Charged,
    first: Repeated,
    payments: Mapping[PaymentId, PaymentFacts],
    orders: Mapping[OrderId, Order],
) -> SettlementResult | DomainError:
    """How the payment of a repeated request stands."""
    facts = payments.get(command.outcome.payment_id)
    if command.key is None or facts is None or facts.order_id not in orders:
        return OrderNotFound()
    try:
        first.answers(command.key)
    except DomainError as refusal:
        return refusal
    as_it_stands = Settlement(outcome=command.outcome, facts=facts, changes=False)
    return _result(as_it_stands, orders[facts.order_id].status)


def _result(settlement: Settlement, status: OrderStatus) -> SettlementResult:
    outcome, facts = settlement.outcome, settlement.facts
    return SettlementResult(
        payment_id=facts.id,
        payment_state=outcome.state if settlement.changes else facts.state,
        order_id=facts.order_id,
        order_status=status,
        failure_code=outcome.failure_code,
        client_secret=outcome.client_secret or facts.client_secret,
        refund_reason=settlement.refund_reason,
    )


def ticket_identities(ids: IdFactory) -> Identities:
    """An id and a code for as many tickets as there turn out to be."""
    while True:
        yield TicketId(ids.new()), ids.code()
