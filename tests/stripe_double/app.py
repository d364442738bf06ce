"""The double itself: an ASGI application with Stripe's routes, idempotency keys and faults."""

import asyncio
from collections import deque
from dataclasses import replace
from enum import Enum, auto

from tests.stripe_double.ledger import (
    Intent,
    Refund,
    StripeRefusal,
    check_amount,
    missing,
    refund,
)
from tests.stripe_double.webhooks import event_body, signature_header
from tests.stripe_double.wire import (
    Answer,
    Receive,
    Request,
    Scope,
    Send,
    answer_json,
    read_request,
    send_answer,
)


class Fault(Enum):
    """What goes wrong with one request."""

    LOST_REQUEST = auto()  # The connection breaks before Stripe acts.
    LOST_ANSWER = auto()  # Stripe acts, then the connection breaks.
    HANG = auto()  # Stripe acts and never answers.
    SERVER_ERROR = auto()  # 500, and nothing happened.
    RATE_LIMITED = auto()  # 429, and nothing happened.
    NONSENSE = auto()  # 200 with a body that is not JSON, as from a proxy in between.


class StripeDouble:
    """One Stripe account."""

    webhook_secret = "whsec_double"

    def __init__(self, api_key: str = "sk_test_double") -> None:
        self.api_key = api_key
        self.is_live = api_key.startswith(("sk_live_", "rk_live_"))
        self.intents: dict[str, Intent] = {}
        self.refunds: dict[str, Refund] = {}
        self.requests: list[Request] = []
        self.amount_offset = 0
        """Added to each new intent's amount: a Stripe that holds another sum than was asked."""
        self._faults: deque[tuple[Fault, str]] = deque()
        self._answers: dict[str, tuple[Request, Answer]] = {}

    def fail(self, fault: Fault, *, path: str = "", times: int = 1) -> None:
        """Script a fault for the next requests whose path ends so. Scripts are used up in order."""
        self._faults.extend([(fault, path)] * times)

    def webhook(
        self,
        kind: str,
        about: Intent | Refund,
        *,
        secret: str = webhook_secret,
        at: int | None = None,
    ) -> tuple[bytes, dict[str, str]]:
        """The body and headers of a message about an object as it stands. `at`: Unix time (s)."""
        body = event_body(kind, about.wire(), is_live=self.is_live)
        return body, {"stripe-signature": signature_header(body, secret, at=at)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        request = await read_request(scope, receive)
        self.requests.append(request)
        request_id = f"req_{len(self.requests)}"
        fault = self._next_fault(request)
        if fault is Fault.LOST_REQUEST:
            raise ConnectionResetError
        if fault is Fault.SERVER_ERROR:
            refusal = StripeRefusal(500, "api_error", "Something went wrong on Stripe's end.")
            answer = answer_json(500, refusal.body)
        elif fault is Fault.RATE_LIMITED:
            facts = {"code": "rate_limit"}
            refusal = StripeRefusal(429, "invalid_request_error", "Too many requests.", **facts)
            answer = answer_json(429, refusal.body)
        elif fault is Fault.NONSENSE:
            answer = Answer(200, b"<html>busy</html>")
        else:
            answer = self._answer_once(request)
        if fault is Fault.LOST_ANSWER:
            raise ConnectionResetError
        if fault is Fault.HANG:
            await asyncio.Event().wait()
        await send_answer(answer, send, request_id)

    def _next_fault(self, request: Request) -> Fault | None:
        if self._faults and request.path.endswith(self._faults[0][1]):
            return self._faults.popleft()[0]
        return None

    def _answer_once(self, request: Request) -> Answer:
        """The answer, or the first one again if the key is known. Nothing in here awaits."""
        if request.headers.get("authorization") != f"Bearer {self.api_key}":
            refusal = StripeRefusal(401, "invalid_request_error", "Invalid API Key provided.")
            return answer_json(401, refusal.body)
        key = request.idempotency_key if request.method == "POST" else None
        if key is None:
            return self._answer(request)
        if key not in self._answers:
            self._answers[key] = (request, self._answer(request))
            return self._answers[key][1]
        first, answer = self._answers[key]
        if (first.path, first.params) != (request.path, request.params):
            message = "Keys for idempotent requests can only be used with the same parameters."
            refusal = StripeRefusal(400, "idempotency_error", message)
            return answer_json(400, refusal.body)
        return replace(answer, is_replay=True)

    def _answer(self, request: Request) -> Answer:
        try:
            return answer_json(200, self._route(request).wire())
        except StripeRefusal as refusal:
            return answer_json(refusal.status, refusal.body)

    def _route(self, request: Request) -> Intent | Refund:
        match request.method, request.path.strip("/").split("/"):
            case "POST", ["v1", "payment_intents"]:
                return self._create(request)
            case "GET", ["v1", "payment_intents", ref]:
                return self._intent(ref)
            case "POST", ["v1", "payment_intents", ref, "confirm"]:
                request.allow("payment_method")
                intent = self._intent(ref)
                intent.confirm(request.required("payment_method"))
                return intent
            case "POST", ["v1", "payment_intents", ref, "cancel"]:
                request.allow("cancellation_reason")
                intent = self._intent(ref)
                intent.cancel()
                return intent
            case "POST", ["v1", "refunds"]:
                return self._refund(request)
            case "GET", ["v1", "refunds", ref] if ref in self.refunds:
                return self.refunds[ref]
        raise missing(f"Unrecognized request URL ({request.method}: {request.path}).", "id")

    def _create(self, request: Request) -> Intent:
        request.allow(
            "amount",
            "automatic_payment_methods",
            "currency",
            "description",
            "metadata",
            "receipt_email",
        )
        request.required("amount")
        currency = request.required("currency")
        if len(currency) != 3 or not currency.islower():
            message = f"Invalid currency: {currency}"
            raise StripeRefusal(400, "invalid_request_error", message, param="currency")
        amount = check_amount(request.integer("amount") or 0, currency)
        intent = Intent(
            amount=amount + self.amount_offset,
            currency=currency,
            is_live=self.is_live,
            metadata=request.nested("metadata"),
            description=request.params.get("description"),
            receipt_email=request.params.get("receipt_email"),
        )
        self.intents[intent.id] = intent
        return intent

    def _refund(self, request: Request) -> Refund:
        request.allow("payment_intent", "amount", "metadata", "reason")
        intent = self._intent(request.required("payment_intent"))
        made = refund(intent, request.integer("amount"), request.nested("metadata"))
        self.refunds[made.id] = made
        return made

    def _intent(self, ref: str) -> Intent:
        if ref not in self.intents:
            raise missing(f"No such payment_intent: '{ref}'", "intent")
        return self.intents[ref]
