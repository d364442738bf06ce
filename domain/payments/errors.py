"""What payments refuse, and why."""

from domain.shared.errors import Conflict, Invalid, NotFound, Unavailable


class PaymentNotFound(NotFound):
    """There is no such payment, or it is not yours to see."""

    code = "payment_not_found"


class OrderNotFound(NotFound):
    """There is no such order, or it is not yours to pay."""

    code = "order_not_found"


class RefundNotFound(NotFound):
    """There is no such refund."""

    code = "refund_not_found"


class PaymentStatusConflict(Conflict):
    """The payment is past this point."""

    code = "payment_status_conflict"


class RefundStatusConflict(Conflict):
    """The refund is past this point."""

    code = "refund_status_conflict"


class AttemptTaken(Conflict):
    """Somebody began to pay this order at the same time; try again."""

    code = "attempt_taken"


class OrderNotPayable(Conflict):
    """The order cannot be paid any more."""

    code = "order_not_payable"


class ProviderChanged(Conflict):
    """The payment was begun with a card processor that is not in use here any more."""

    code = "provider_changed"


class UnknownPaymentMethod(Invalid):
    """The payment method is not known to the card processor."""

    code = "unknown_payment_method"
    field = "paymentMethod"


class GatewayDown(Unavailable):
    """The card processor cannot be reached; try again shortly, nothing is paid twice."""

    code = "gateway_down"


class GatewayRefused(Conflict):
    """The card processor does not accept this."""

    code = "gateway_refused"


class InvalidWebhook(Invalid):
    """The message does not carry the card processor's signature."""

    code = "invalid_webhook"
