"""What payments ask of the world; the card processor itself is in `gateway`."""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from application.payments.gateway import ChargeRequest, GatewayPayment
from application.shared.idempotency import Repeated, RequestKey
from application.shared.scope import Scope
from application.shared.transaction import Transaction
from domain.payments.errors import OrderNotPayable
from domain.payments.payment import Payment
from domain.payments.refund import Refund
from domain.shared.ids import OrderId, OrganizationId, PaymentId, RefundId, SessionId, UserId
from domain.shared.money import Money


class OrderToPay(Struct, frozen=True, kw_only=True):
    """What payments need to know of an order."""

    order_id: OrderId
    organization_id: OrganizationId
    buyer_id: UserId | None
    number: str
    email: str
    total: Money
    is_pending: bool
    """Stored as unpaid; it may be overdue all the same."""
    expires_at: datetime

    def check_payable(self, at: datetime) -> None:
        """Raises OrderNotPayable with a reason."""
        if not self.is_pending:
            raise OrderNotPayable(order_id=self.order_id, reason="not_pending")
        if self.expires_at <= at:
            raise OrderNotPayable(
                "The order has expired.", order_id=self.order_id, reason="expired"
            )
        if self.total.minor <= 0:
            raise OrderNotPayable("The order is free.", order_id=self.order_id, reason="free")


class OrdersToPay(Protocol):
    # People's own orders, or without a buyer those of guests; what is unknown or another's is left
    # out.
    async def orders_to_pay(
        self, wanted: Collection[tuple[UserId | None, OrderId]]
    ) -> dict[OrderId, OrderToPay]: ...
    # Which of these sessions have ended.
    async def ended_sessions(self, ids: Collection[SessionId]) -> set[SessionId]: ...


class PaymentToCollect(Struct, frozen=True):
    """A payment as it stands, with its order."""

    payment: Payment
    order: OrderToPay

    @property
    def charge(self) -> ChargeRequest:
        return charge_of(self.payment.id, self.order)


def charge_of(payment_id: PaymentId, order: OrderToPay) -> ChargeRequest:
    """The same words each time: the processor compares what repeats a key."""
    return ChargeRequest(
        payment_id=payment_id,
        organization_id=order.organization_id,
        amount_minor=order.total.minor,
        currency=order.total.currency,
        reference=order.number,
        receipt_email=order.email,
    )


class PaymentBook(Protocol):
    """Payments as they stand, found without locks and before the organisation is known; without
    their client secrets, which belong to whoever pays.
    """

    # People's own payments, or without a payer those of guests; what is unknown or another's is
    # left out.
    async def of_payers(
        self, wanted: Collection[tuple[UserId | None, PaymentId]]
    ) -> dict[PaymentId, PaymentToCollect]: ...
    async def of_organization(
        self, organization_id: OrganizationId, payment_id: PaymentId
    ) -> PaymentToCollect | None: ...
    async def of_reference(self, provider: str, reference: str) -> PaymentToCollect | None: ...
    # Payments of this provider that are open and that nobody looked at since `before`; a declined
    # one too, for its buyer may pay with another card in the browser. Those in flight first, then
    # those that the processor knows and that were created after `created_after` or whose order
    # still waits. Longest unseen first.
    async def undecided(
        self, provider: str, *, before: datetime, created_after: datetime, limit: int
    ) -> list[PaymentToCollect]: ...
    # Which of these sessions have ended.
    async def ended_sessions(self, ids: Collection[SessionId]) -> set[SessionId]: ...
    # What is remembered of these requests.
    async def first_requests(self, keys: Collection[RequestKey]) -> dict[RequestKey, Repeated]: ...


class Payments(Protocol):
    """Payments of the transaction's organisations."""

    # Locks the payments, sorted by id; unknown ids are left out.
    async def lock(self, ids: Collection[PaymentId]) -> dict[PaymentId, Payment]: ...
    # Those that have payments, by attempt; not locked.
    async def of_orders(self, ids: Collection[OrderId]) -> dict[OrderId, list[Payment]]: ...
    async def add(self, payments: Sequence[Payment]) -> None: ...  # Raises AttemptTaken.
    async def save(self, payments: Sequence[Payment]) -> None: ...  # Raises StaleVersion.


class Refunds(Protocol):
    """Refunds of the transaction's organisations."""

    async def lock(self, refund_id: RefundId) -> Refund: ...  # Raises RefundNotFound.
    async def save(self, refund: Refund) -> None: ...  # Raises StaleVersion.


class StoredNotice(Struct, frozen=True, kw_only=True):
    """A message of a processor, as remembered."""

    provider: str
    provider_event_id: str
    kind: str
    provider_ref: str | None
    received_at: datetime
    processed_at: datetime | None = None


class Notices(Protocol):
    # False if this provider's event is known already, for ever.
    async def add(self, notice: StoredNotice) -> bool: ...
    async def mark_processed(self, provider: str, provider_event_id: str, at: datetime) -> None: ...


class PaymentsTransaction(Transaction, Protocol):
    @property
    def payments(self) -> Payments: ...
    @property
    def refunds(self) -> Refunds: ...
    @property
    def notices(self) -> Notices: ...


BeginPayments = Callable[[Scope], AbstractAsyncContextManager[PaymentsTransaction]]


class Collected(Struct, frozen=True, kw_only=True):
    """What the processor says of one of our payments."""

    payment_id: PaymentId
    organization_id: OrganizationId
    order_id: OrderId
    answer: GatewayPayment


def collected(payment: Payment, answer: GatewayPayment) -> Collected:
    return Collected(
        payment_id=payment.id,
        organization_id=payment.organization_id,
        order_id=payment.order_id,
        answer=answer,
    )


class Settle(Protocol):
    """Applies what a processor said to payment, order, tickets and stock, in one commit."""

    # A repeat changes nothing. Raises OrderNotFound, Contention, StaleVersion.
    async def settle(self, collected: Collected) -> None: ...
