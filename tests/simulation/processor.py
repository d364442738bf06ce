"""A card processor far away: it remembers, it is slow, and its answers get lost."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from application.payments.gateway import (
    ChargeRequest,
    GatewayNotice,
    GatewayPayment,
    GatewayRefund,
    GatewayStatus,
)
from domain.payments.errors import (
    GatewayDown,
    GatewayRefused,
    InvalidWebhook,
    PaymentNotFound,
)
from domain.shared.ids import PaymentId, RefundId

Method = Literal["good", "declined", "lost_answer", "down", "slow", "challenge"]
METHODS: tuple[Method, ...] = (
    "good", "declined", "lost_answer", "down", "slow", "challenge",
)  # fmt: skip
OUT_OF_OUR_HANDS: tuple[GatewayStatus, ...] = ("requires_action", "failed", "cancelled")
"""The buyer's browser alone may finish it."""
_TRIED: tuple[GatewayStatus, ...] = ("created", "failed", "requires_action")


class Notice(NamedTuple):
    id: str
    reference: str


@dataclass
class Charge:
    """What the processor knows of one payment."""

    payment_id: PaymentId
    request: ChargeRequest
    status: GatewayStatus = "created"
    failure_code: str | None = None
    tries: dict[int, Method] = field(default_factory=dict)
    returned: dict[RefundId, int] = field(default_factory=dict)
    captures: int = 0

    @property
    def kept_minor(self) -> int:
        """What the buyer is out of pocket by."""
        captured = self.request.amount_minor if self.status == "succeeded" else 0
        return captured - sum(self.returned.values())


class FarProcessor:
    """Remote: intent, call and outcome are three steps, and each may be the last."""

    provider = "far"
    is_local = False

    def __init__(self) -> None:
        self.charges: dict[str, Charge] = {}
        self.notices: list[Notice] = []
        """Messages on their way to the shop; each is sent until it was taken."""
        self._sent = 0

    def finish_in_browser(self, reference: str) -> None:
        """The buyer passes the bank's challenge, or takes another card: nobody asks the shop."""
        charge = self.charges[reference]
        if charge.status in OUT_OF_OUR_HANDS:
            self._capture(charge)
            self._send(reference)

    def give_up(self, reference: str) -> None:
        """The processor waits no longer; it may take the money all the same."""
        if self.charges[reference].status in OUT_OF_OUR_HANDS:
            self.charges[reference].status = "cancelled"
            self._send(reference)

    async def create(self, request: ChargeRequest) -> GatewayPayment:
        reference = f"far_{request.payment_id.hex}"
        self.charges.setdefault(reference, Charge(request.payment_id, request))
        return self._shown(reference)

    async def confirm(
        self, provider_ref: str, payment_method: str, request: ChargeRequest, attempt: int
    ) -> GatewayPayment:
        charge = self._charge(provider_ref)
        if payment_method == "down":
            raise GatewayDown
        if attempt not in charge.tries and charge.status in _TRIED:
            method: Method = next(known for known in METHODS if known == payment_method)
            charge.tries[attempt] = method
            if method == "declined":
                charge.status, charge.failure_code = "failed", "card_declined"
            elif method == "slow":
                charge.status = "processing"
            elif method == "challenge":
                charge.status = "requires_action"
            else:
                self._capture(charge)
        if payment_method == "lost_answer":
            raise GatewayDown
        return self._shown(provider_ref)

    async def fetch(self, provider_ref: str, request: ChargeRequest) -> GatewayPayment:
        charge = self._charge(provider_ref)
        if charge.status == "processing":  # Who looks a second time finds it done.
            self._capture(charge)
        return self._shown(provider_ref)

    async def cancel(self, provider_ref: str, request: ChargeRequest) -> GatewayPayment:
        charge = self._charge(provider_ref)
        if charge.status != "succeeded":
            charge.status = "cancelled"
        return self._shown(provider_ref)

    async def refund(
        self, provider_ref: str, refund_id: RefundId, amount_minor: int, request: ChargeRequest
    ) -> GatewayRefund:
        charge = self._charge(provider_ref)
        if refund_id not in charge.returned:
            if amount_minor > charge.kept_minor:
                raise GatewayRefused(reason="more_than_is_left")
            charge.returned[refund_id] = amount_minor
        return GatewayRefund(provider_ref=f"re_{refund_id.hex}", status="succeeded")

    def verify(self, body: bytes, headers: dict[str, str]) -> GatewayNotice:
        raise InvalidWebhook

    async def close(self) -> None:
        pass

    def _send(self, reference: str) -> None:
        self._sent += 1
        self.notices.append(Notice(f"evt_{self._sent}", reference))

    def _charge(self, reference: str) -> Charge:
        if reference not in self.charges:
            raise PaymentNotFound
        return self.charges[reference]

    def _capture(self, charge: Charge) -> None:
        charge.status, charge.failure_code = "succeeded", None
        charge.captures += 1

    def _shown(self, reference: str) -> GatewayPayment:
        charge = self.charges[reference]
        return GatewayPayment(
            provider_ref=reference,
            status=charge.status,
            amount_minor=charge.request.amount_minor,
            currency=charge.request.currency,
            failure_code=charge.failure_code,
            payment_id=charge.payment_id,
            organization_id=charge.request.organization_id,
        )
