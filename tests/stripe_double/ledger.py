"""What the double holds: payment intents and refunds, under Stripe's rules."""

import secrets
import time
from dataclasses import dataclass, field
from typing import Any, Literal

_THREE_PLACES = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})
_WHOLE_HUNDREDS = frozenset({"isk", "ugx"})

# A declined card's code and decline_code.
_DECLINES = {
    "pm_card_chargeDeclined": ("card_declined", "generic_decline"),
    "pm_card_visa_chargeDeclined": ("card_declined", "generic_decline"),
    "pm_card_chargeDeclinedInsufficientFunds": ("card_declined", "insufficient_funds"),
    "pm_card_visa_chargeDeclinedInsufficientFunds": ("card_declined", "insufficient_funds"),
    "pm_card_chargeDeclinedExpiredCard": ("expired_card", None),
    "pm_card_chargeDeclinedIncorrectCvc": ("incorrect_cvc", None),
    "pm_card_chargeDeclinedProcessingError": ("processing_error", None),
}
_CARDS: dict[str, str] = {
    "pm_card_visa": "succeeded",
    "pm_card_visa_debit": "succeeded",
    "pm_card_mastercard": "succeeded",
    "pm_card_mastercard_debit": "succeeded",
    "pm_card_mastercard_prepaid": "succeeded",
    "pm_card_amex": "succeeded",
    "pm_card_discover": "succeeded",
    "pm_card_diners": "succeeded",
    "pm_card_jcb": "succeeded",
    "pm_card_unionpay": "succeeded",
    "pm_card_pendingRefund": "succeeded",
    "pm_card_authenticationRequired": "requires_action",
    "pm_card_threeDSecure2Required": "requires_action",
    "pm_double_processing": "processing",
} | dict.fromkeys(_DECLINES, "declined")

_UNPAID = ("requires_payment_method", "requires_confirmation", "requires_action")


class StripeRefusal(Exception):
    """An error as Stripe words it."""

    def __init__(
        self,
        status: int,
        kind: Literal["card_error", "invalid_request_error", "idempotency_error", "api_error"],
        message: str,
        **facts: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        given = {name: fact for name, fact in facts.items() if fact is not None}
        self.body = {"error": {"type": kind, "message": message, **given}}


@dataclass(kw_only=True)
class Intent:
    amount: int
    currency: str
    is_live: bool
    metadata: dict[str, str]
    description: str | None = None
    receipt_email: str | None = None
    id: str = field(default_factory=lambda: f"pi_{secrets.token_hex(12)}")
    secret: str = field(default_factory=lambda: secrets.token_hex(12))
    created: int = field(default_factory=lambda: int(time.time()))
    status: str = "requires_payment_method"
    amount_received: int = 0
    amount_refunded: int = 0
    charges: int = 0
    """How often money was taken: never more than once, if all is well."""
    payment_method: str | None = None
    latest_charge: str | None = None
    last_payment_error: dict[str, Any] | None = None

    def wire(self) -> dict[str, Any]:
        needs_action = self.status == "requires_action"
        return {
            "id": self.id,
            "object": "payment_intent",
            "amount": self.amount,
            "amount_capturable": 0,
            "amount_received": self.amount_received,
            "automatic_payment_methods": {"allow_redirects": "never", "enabled": True},
            "canceled_at": None,
            "capture_method": "automatic_async",
            "client_secret": f"{self.id}_secret_{self.secret}",
            "created": self.created,
            "currency": self.currency,
            "description": self.description,
            "last_payment_error": self.last_payment_error,
            "latest_charge": self.latest_charge,
            "livemode": self.is_live,
            "metadata": dict(self.metadata),
            "next_action": {"type": "use_stripe_sdk", "use_stripe_sdk": {}}
            if needs_action
            else None,
            "payment_method": self.payment_method,
            "receipt_email": self.receipt_email,
            "status": self.status,
        }

    def confirm(self, payment_method: str) -> None:
        if payment_method not in _CARDS:
            message = f"No such PaymentMethod: '{payment_method}'"
            raise missing(message, "payment_method", status=400)
        self._expect(_UNPAID, "confirm")
        outcome = _CARDS[payment_method]
        self.last_payment_error = None
        if outcome == "declined":
            self.decline(payment_method)
        self.payment_method = payment_method
        self.status = outcome
        if outcome == "succeeded":
            self.charge()

    def charge(self) -> None:
        self.status = "succeeded"
        self.amount_received = self.amount
        self.latest_charge = f"ch_{secrets.token_hex(12)}"
        self.charges += 1

    def decline(self, payment_method: str) -> None:
        code, decline_code = _DECLINES[payment_method]
        self.status, self.payment_method = "requires_payment_method", None
        self.latest_charge = f"ch_{secrets.token_hex(12)}"
        facts = {"code": code, "charge": self.latest_charge}
        if decline_code:
            facts["decline_code"] = decline_code
        message = "Your card was declined."
        self.last_payment_error = {"type": "card_error", "message": message, **facts}
        raise StripeRefusal(402, "card_error", message, **facts, payment_intent=self.wire())

    def cancel(self) -> None:
        self._expect(_UNPAID, "cancel")
        self.status = "canceled"

    def _expect(self, statuses: tuple[str, ...], verb: str) -> None:
        if self.status not in statuses:
            raise StripeRefusal(
                400,
                "invalid_request_error",
                f"You cannot {verb} this PaymentIntent because it has a status of {self.status}.",
                code="payment_intent_unexpected_state",
                payment_intent=self.wire(),
            )


@dataclass(kw_only=True)
class Refund:
    intent: Intent
    amount: int
    metadata: dict[str, str]
    status: str
    failure_reason: str | None = None
    id: str = field(default_factory=lambda: f"re_{secrets.token_hex(12)}")

    def wire(self) -> dict[str, Any]:
        failed = {"failure_reason": self.failure_reason} if self.failure_reason else {}
        return {
            "id": self.id,
            "object": "refund",
            "amount": self.amount,
            "charge": self.intent.latest_charge,
            "created": self.intent.created,
            "currency": self.intent.currency,
            "metadata": dict(self.metadata),
            "payment_intent": self.intent.id,
            "reason": None,
            "status": self.status,
            **failed,
        }


def refund(intent: Intent, amount: int | None, metadata: dict[str, str]) -> Refund:
    left = intent.amount_received - intent.amount_refunded
    if intent.status != "succeeded":
        raise StripeRefusal(
            400, "invalid_request_error", "This PaymentIntent does not have a successful charge."
        )
    if left == 0:
        raise StripeRefusal(
            400,
            "invalid_request_error",
            f"Charge {intent.latest_charge} has already been refunded.",
            code="charge_already_refunded",
        )
    amount = left if amount is None else check_amount(amount, intent.currency)
    if amount > left:
        raise StripeRefusal(
            400,
            "invalid_request_error",
            f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})",
            param="amount",
        )
    intent.amount_refunded += amount
    is_pending = intent.payment_method == "pm_card_pendingRefund"
    status = "pending" if is_pending else "succeeded"
    return Refund(intent=intent, amount=amount, metadata=metadata, status=status)


def check_amount(amount: int, currency: str) -> int:
    """The amount, if it is one that Stripe takes."""
    step = 100 if currency in _WHOLE_HUNDREDS else 10 if currency in _THREE_PLACES else 1
    if amount < 1 or amount % step:
        raise StripeRefusal(
            400,
            "invalid_request_error",
            f"Invalid amount {amount} for {currency}.",
            code="invalid_charge_amount",
            param="amount",
        )
    return amount


def missing(message: str, param: str, *, status: int = 404) -> StripeRefusal:
    return StripeRefusal(
        status, "invalid_request_error", message, code="resource_missing", param=param
    )
