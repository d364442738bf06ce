"""What payments ask of a card processor: the port for Stripe, the simulation and plugins.

A gateway is remote unless it says otherwise: it is called outside every transaction, with our
payment's id as idempotency key, and its answer is recorded afterwards. It never decides anything
about an order.
"""

from typing import Literal, Protocol

from msgspec import Struct

from domain.shared.ids import OrganizationId, PaymentId, RefundId

GatewayStatus = Literal[
    "created", "processing", "requires_action", "succeeded", "failed", "cancelled"
]
GatewayRefundStatus = Literal["pending", "succeeded", "failed"]


class ChargeRequest(Struct, frozen=True, kw_only=True):
    """A sum to be collected for one payment."""

    payment_id: PaymentId
    organization_id: OrganizationId
    amount_minor: int
    currency: str
    reference: str
    """The order number, shown to people."""
    receipt_email: str | None = None


class GatewayPayment(Struct, frozen=True, kw_only=True):
    """How the processor sees a payment now.

    `amount_minor` is what it holds or will hold, never our wish.
    """

    provider_ref: str
    status: GatewayStatus
    amount_minor: int
    currency: str
    client_secret: str | None = None
    """What a browser needs to complete the payment; handed to the buyer alone."""
    failure_code: str | None = None
    """Why it failed, in the processor's stable words: `card_declined`, `insufficient_funds`."""
    payment_id: PaymentId | None = None
    """Our id as the processor remembers it (its metadata), if it does."""
    organization_id: OrganizationId | None = None


class GatewayRefund(Struct, frozen=True, kw_only=True):
    provider_ref: str
    status: GatewayRefundStatus
    failure_code: str | None = None


class GatewayNotice(Struct, frozen=True, kw_only=True):
    """A verified message from the processor: a hint to look, never the truth about money."""

    provider_event_id: str
    kind: str
    provider_ref: str | None
    """The payment it speaks of, if it speaks of one."""
    payment_id: PaymentId | None = None
    organization_id: OrganizationId | None = None
    live: bool = False


class PaymentGateway(Protocol):
    """Collects and returns money.

    Raises GatewayDown if the outcome is unknown (then fetch later), GatewayRefused if nothing
    happened and asking again is useless, PaymentNotFound if the processor knows no such payment.
    """

    @property
    def provider(self) -> str: ...  # Its name in our rows: "stripe", "simulated".

    @property
    def is_local(self) -> bool: ...  # True if it answers from this process, without any network.

    # Opens the payment; the same payment_id twice is the same payment. Raises InvalidAmount for a
    # sum that the processor cannot count.
    async def create(self, request: ChargeRequest) -> GatewayPayment: ...

    # Tries to collect with a payment method. A decline is an answer (`failed`), not an error; so is
    # the state of a payment that has moved on. Raises UnknownPaymentMethod. `attempt` counts the
    # tries of this payment: a retry of one try repeats its number, another method takes another.
    async def confirm(
        self, provider_ref: str, payment_method: str, request: ChargeRequest, attempt: int
    ) -> GatewayPayment: ...

    # What the processor holds now.
    async def fetch(self, provider_ref: str, request: ChargeRequest) -> GatewayPayment: ...

    # Gives up on an unpaid payment; answers `succeeded` if the money came first.
    async def cancel(self, provider_ref: str, request: ChargeRequest) -> GatewayPayment: ...

    # Returns money; the same refund_id twice is the same refund. Raises GatewayRefused if more is
    # asked than is left.
    async def refund(
        self, provider_ref: str, refund_id: RefundId, amount_minor: int, request: ChargeRequest
    ) -> GatewayRefund: ...

    async def close(self) -> None: ...  # Its connections, when the process ends.

    # Verifies the raw body of a webhook. Raises InvalidWebhook.
    def verify(self, body: bytes, headers: "dict[str, str]") -> GatewayNotice: ...
