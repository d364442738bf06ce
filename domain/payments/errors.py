"""What payments refuse, and why."""

from domain.shared.errors import Conflict, Invalid, NotFound, Unavailable


class PaymentNotFound(NotFound):
    """There is no such payment, or it is not yours to see."""

    code = "payment_not_found"


class PaymentStatusConflict(Conflict):
    """The payment is past this point."""

    code = "payment_status_conflict"


class OrderNotPayable(Conflict):
    """The order cannot be paid any more."""

    code = "order_not_payable"


class UnknownPaymentMethod(Invalid):
    """The payment method is not known to the card processor."""

    code = "unknown_payment_method"


class GatewayDown(Unavailable):
    """The card processor cannot be reached; try again shortly, nothing is paid twice."""

    code = "gateway_down"


class GatewayRefused(Conflict):
    """The card processor does not accept this."""

    code = "gateway_refused"


class InvalidWebhook(Invalid):
    """The message does not carry the card processor's signature."""

    code = "invalid_webhook"
