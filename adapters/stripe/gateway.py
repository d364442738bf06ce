"""Stripe as our card processor: one PaymentIntent per payment, confirmed by the server."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import stripe

from adapters.stripe.amounts import from_stripe, to_stripe
from adapters.stripe.notices import as_uuid, read_notice
from application.payments.gateway import (
    ChargeRequest,
    GatewayNotice,
    GatewayPayment,
    GatewayRefund,
    GatewayRefundStatus,
    GatewayStatus,
)
from domain.payments.errors import (
    GatewayDown,
    GatewayRefused,
    PaymentNotFound,
    UnknownPaymentMethod,
)
from domain.shared.ids import OrganizationId, PaymentId, RefundId

if TYPE_CHECKING:
    from stripe.params import PaymentIntentCreateParams

_ATTEMPT_S_MAX = 20.0
_CALL_S_MAX = 45.0
_RETRIES_MAX = 2

_STATUSES: dict[str, GatewayStatus] = {
    "requires_payment_method": "created",
    "requires_confirmation": "created",
    "requires_action": "requires_action",
    "requires_capture": "processing",
    "processing": "processing",
    "succeeded": "succeeded",
    "canceled": "cancelled",
}
_REFUND_STATUSES: dict[str, GatewayRefundStatus] = {
    "succeeded": "succeeded",
    "failed": "failed",
    "canceled": "failed",
}


class StripeGateway:
    """Collects and returns money through Stripe.

    Every request that moves money carries an idempotency key made of our ids, so asking again after
    an unknown outcome never moves it twice. What Stripe answers is reported, not what was asked.
    """

    provider = "stripe"
    is_local = False

    def __init__(
        self,
        api_key: str,
        webhook_secrets: Sequence[str],
        api_base: str | None = None,
        http_client: stripe.HTTPClient | None = None,
        *,
        call_s_max: float = _CALL_S_MAX,
    ) -> None:
        """Any of the webhook secrets is good, so that a new one can come before the old one goes.

        `call_s_max` bounds one call with all its retries, in seconds.
        """
        self._is_live = api_key.startswith(("sk_live_", "rk_live_"))
        self._webhook_secrets = tuple(webhook_secrets)
        self._call_s_max = call_s_max
        self._http_client = http_client or stripe.HTTPXClient(timeout=_ATTEMPT_S_MAX)
        client = stripe.StripeClient(
            api_key,
            base_addresses={"api": api_base} if api_base else {},
            http_client=self._http_client,
            max_network_retries=_RETRIES_MAX,
        )
        self._intents = client.v1.payment_intents
        self._refunds = client.v1.refunds

    async def create(self, request: ChargeRequest) -> GatewayPayment:
        """Open the payment. Raises GatewayDown, GatewayRefused, InvalidAmount."""
        asked: PaymentIntentCreateParams = {
            "amount": to_stripe(request.amount_minor, request.currency),
            "currency": request.currency.lower(),
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            "description": request.reference,
            "metadata": _metadata(request) | {"order": request.reference},
        }
        if request.receipt_email:
            asked["receipt_email"] = request.receipt_email
        async with self._asking():
            intent = await self._intents.create_async(
                asked, {"idempotency_key": f"pay_{request.payment_id}"}
            )
            if _is_replay(intent):
                intent = await self._intents.retrieve_async(intent.id)
        return _payment(intent)

    async def confirm(
        self, provider_ref: str, payment_method: str, request: ChargeRequest, attempt: int
    ) -> GatewayPayment:
        """Try to collect.

        Raises GatewayDown, GatewayRefused, PaymentNotFound, UnknownPaymentMethod.
        """
        confirming = self._intents.confirm_async(
            provider_ref,
            {"payment_method": payment_method},
            {"idempotency_key": f"pay_{request.payment_id}_{attempt}"},
        )
        return await self._after(confirming, provider_ref)

    async def fetch(self, provider_ref: str, request: ChargeRequest) -> GatewayPayment:
        """What Stripe holds now. Raises GatewayDown, PaymentNotFound."""
        return await self._after(self._intents.retrieve_async(provider_ref), provider_ref)

    async def cancel(self, provider_ref: str, request: ChargeRequest) -> GatewayPayment:
        """Give up, unless the money came first. Raises GatewayDown, PaymentNotFound."""
        # Without a key of ours: a stored refusal would be repeated after the payment has moved on.
        return await self._after(self._intents.cancel_async(provider_ref), provider_ref)

    async def refund(
        self, provider_ref: str, refund_id: RefundId, amount_minor: int, request: ChargeRequest
    ) -> GatewayRefund:
        """Return money. Raises GatewayDown, GatewayRefused, InvalidAmount, PaymentNotFound."""
        amount = to_stripe(amount_minor, request.currency)
        async with self._asking():
            refund = await self._refunds.create_async(
                {
                    "payment_intent": provider_ref,
                    "amount": amount,
                    "metadata": _metadata(request) | {"refund_id": str(refund_id)},
                },
                {"idempotency_key": f"refund_{refund_id}"},
            )
            if _is_replay(refund):
                refund = await self._refunds.retrieve_async(refund.id)
        return GatewayRefund(
            provider_ref=refund.id,
            status=_REFUND_STATUSES.get(refund.status or "", "pending"),
            failure_code=getattr(refund, "failure_reason", None),
        )

    def verify(self, body: bytes, headers: dict[str, str]) -> GatewayNotice:
        """Read an authentic webhook of our own mode. Raises InvalidWebhook."""
        return read_notice(body, headers, self._webhook_secrets, is_live=self._is_live)

    async def close(self) -> None:
        """Let go of the connections to Stripe."""
        closing: Awaitable[None] = self._http_client.close_async()  # type: ignore[no-untyped-call]  # The library left it untyped.
        await closing

    async def _after(
        self, asking: Awaitable[stripe.PaymentIntent], provider_ref: str
    ) -> GatewayPayment:
        """What Stripe holds after the asking: its answer if that is news, a fresh look otherwise.

        A decline is kept in the payment itself. A payment that has moved on says how far. And an
        answer repeated for its idempotency key shows the past.
        """
        intent: stripe.PaymentIntent | None = None
        async with self._asking():
            try:
                intent = await asking
                is_news = not _is_replay(intent)
            except stripe.CardError:
                is_news = False
            except stripe.InvalidRequestError as error:
                if error.code != "payment_intent_unexpected_state":
                    raise
                is_news = False
            if intent is None or not is_news:
                intent = await self._intents.retrieve_async(provider_ref)
        return _payment(intent)

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[None]:
        """Within bounds of time, and with Stripe's refusals and troubles in our words."""
        try:
            async with asyncio.timeout(self._call_s_max):
                yield
        except stripe.InvalidRequestError as error:
            if error.param == "payment_method":
                raise UnknownPaymentMethod() from error
            if error.code == "resource_missing":
                raise PaymentNotFound() from error
            raise GatewayRefused(reason=error.code or error.param or "invalid_request") from error
        except stripe.IdempotencyError as error:
            raise GatewayRefused(reason="idempotency_error") from error
        except (stripe.StripeError, TimeoutError) as error:
            raise GatewayDown() from error


def _metadata(request: ChargeRequest) -> dict[str, str]:
    return {
        "payment_id": str(request.payment_id),
        "organization_id": str(request.organization_id),
    }


def _is_replay(answer: stripe.StripeObject) -> bool:
    response = answer.last_response
    return response is not None and response.headers.get("idempotent-replayed") == "true"


def _payment(intent: stripe.PaymentIntent) -> GatewayPayment:
    status = _STATUSES.get(intent.status, "processing")
    failure = intent.last_payment_error if status == "created" else None
    currency = intent.currency.upper()
    held = intent.amount_received if status == "succeeded" else intent.amount
    payment_id = as_uuid(intent.metadata.to_dict(), "payment_id")
    organization_id = as_uuid(intent.metadata.to_dict(), "organization_id")
    return GatewayPayment(
        provider_ref=intent.id,
        status="failed" if failure else status,
        amount_minor=from_stripe(held, currency),
        currency=currency,
        client_secret=intent.client_secret,
        failure_code=_failure_code(failure) if failure else None,
        payment_id=PaymentId(payment_id) if payment_id else None,
        organization_id=OrganizationId(organization_id) if organization_id else None,
    )


def _failure_code(failure: stripe.PaymentIntent.LastPaymentError) -> str:
    reason: str | None = getattr(failure, "decline_code", None)
    # "generic_decline" says that the bank gave no reason: the code says as much in a known word.
    if reason is None or reason == "generic_decline":
        reason = failure.code
    return reason or "declined"
