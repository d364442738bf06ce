"""A card processor that is only played: for the demo and for tests, never with real money.

It keeps no state, so several processes and restarts agree: each answer follows from the question
alone. It is local, so its caller decides and records in one commit, and no outcome is ever unknown.
"""

from application.payments.gateway import (
    ChargeRequest,
    GatewayNotice,
    GatewayPayment,
    GatewayRefund,
    GatewayStatus,
)
from domain.payments.errors import (
    GatewayRefused,
    InvalidWebhook,
    PaymentNotFound,
    UnknownPaymentMethod,
)
from domain.shared.ids import RefundId

# The names of Stripe's test cards, and what becomes of them: a status and a failure code.
_Outcome = tuple[GatewayStatus, str | None]
_GOOD: _Outcome = ("succeeded", None)
_DECLINED: _Outcome = ("failed", "card_declined")
_INSUFFICIENT: _Outcome = ("failed", "insufficient_funds")
_OUTCOMES: dict[str, _Outcome] = {
    "pm_card_visa": _GOOD,
    "pm_card_visa_debit": _GOOD,
    "pm_card_mastercard": _GOOD,
    "pm_card_mastercard_debit": _GOOD,
    "pm_card_mastercard_prepaid": _GOOD,
    "pm_card_amex": _GOOD,
    "pm_card_discover": _GOOD,
    "pm_card_diners": _GOOD,
    "pm_card_jcb": _GOOD,
    "pm_card_unionpay": _GOOD,
    "pm_card_chargeDeclined": _DECLINED,
    "pm_card_visa_chargeDeclined": _DECLINED,
    "pm_card_chargeDeclinedInsufficientFunds": _INSUFFICIENT,
    "pm_card_visa_chargeDeclinedInsufficientFunds": _INSUFFICIENT,
    "pm_card_chargeDeclinedExpiredCard": ("failed", "expired_card"),
    "pm_card_chargeDeclinedIncorrectCvc": ("failed", "incorrect_cvc"),
    "pm_card_chargeDeclinedProcessingError": ("failed", "processing_error"),
    "pm_card_authenticationRequired": ("requires_action", None),
    "pm_card_threeDSecure2Required": ("requires_action", None),
}


class SimulatedGateway:
    """Plays Stripe's test cards, at once and without a network."""

    provider = "simulated"
    is_local = True

    async def create(self, request: ChargeRequest) -> GatewayPayment:
        return _payment(request, "created")

    async def confirm(
        self, provider_ref: str, payment_method: str, request: ChargeRequest, attempt: int
    ) -> GatewayPayment:
        """What becomes of the card. Raises PaymentNotFound, UnknownPaymentMethod."""
        _check(provider_ref, request)
        if payment_method not in _OUTCOMES:
            raise UnknownPaymentMethod()
        status, failure_code = _OUTCOMES[payment_method]
        return _payment(request, status, failure_code)

    async def fetch(self, provider_ref: str, request: ChargeRequest) -> GatewayPayment:
        """Always `created`: whatever was decided here is recorded by the caller already."""
        _check(provider_ref, request)
        return _payment(request, "created")

    async def cancel(self, provider_ref: str, request: ChargeRequest) -> GatewayPayment:
        _check(provider_ref, request)
        return _payment(request, "cancelled")

    async def refund(
        self, provider_ref: str, refund_id: RefundId, amount_minor: int, request: ChargeRequest
    ) -> GatewayRefund:
        """Return money. Raises PaymentNotFound, and GatewayRefused beyond the whole payment."""
        _check(provider_ref, request)
        if not 0 < amount_minor <= request.amount_minor:
            raise GatewayRefused(reason="amount")
        return GatewayRefund(provider_ref=f"simre_{refund_id.hex}", status="succeeded")

    async def close(self) -> None:
        """There is nothing to close."""

    def verify(self, body: bytes, headers: dict[str, str]) -> GatewayNotice:
        """Raises InvalidWebhook always: a simulation sends none."""
        raise InvalidWebhook("A simulated card processor sends no messages.")


def _reference(request: ChargeRequest) -> str:
    return f"sim_{request.payment_id.hex}"


def _check(provider_ref: str, request: ChargeRequest) -> None:
    if provider_ref != _reference(request):
        raise PaymentNotFound()


def _payment(
    request: ChargeRequest, status: GatewayStatus, failure_code: str | None = None
) -> GatewayPayment:
    reference = _reference(request)
    return GatewayPayment(
        provider_ref=reference,
        status=status,
        amount_minor=request.amount_minor,
        currency=request.currency,
        client_secret=f"{reference}_secret_simulated",
        failure_code=failure_code,
        payment_id=request.payment_id,
        organization_id=request.organization_id,
    )
