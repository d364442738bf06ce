"""Payments that say only what matters to a test."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from domain.payments.payment import Payment
from domain.shared.ids import OrderId, OrganizationId, PaymentId, UserId
from domain.shared.money import Money

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
ORG = OrganizationId(UUID(int=1))
PAYER = UserId(UUID(int=40))


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def a_payment(**fields: Any) -> Payment:
    """50.00 USD, open at the processor, not tried yet."""
    given: dict[str, Any] = {
        "organization_id": ORG,
        "id": PaymentId(uuid4()),
        "order_id": OrderId(uuid4()),
        "payer_id": PAYER,
        "attempt": 1,
        "provider": "stripe",
        "provider_ref": f"pi_{uuid4().hex}",
        "client_secret": "secret",
        "amount": usd(5000),
        "created_at": NOON,
        "updated_at": NOON,
    }
    return Payment(**(given | fields))
