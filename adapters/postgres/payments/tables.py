"""Payments, refunds and processors' messages as rows."""

from typing import Any

from sqlalchemy import BigInteger, Column, Integer, Row, Table

from adapters.postgres.database import UNIQUE
from adapters.postgres.schema import SCHEMA, instant, uid, version, words
from domain.payments.errors import AttemptTaken
from domain.payments.payment import Payment, PaymentStatus
from domain.payments.refund import Refund, RefundStatus
from domain.shared.money import Money

UNIQUE["payments_organization_id_order_id_attempt_key"] = AttemptTaken

payments = Table(
    "payments",
    SCHEMA,
    uid("organization_id", key=True),
    uid("id", key=True),
    uid("order_id"),
    uid("payer_id", null=True),
    Column("attempt", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    words("provider"),
    words("provider_ref", null=True),
    words("client_secret", null=True),
    words("status"),
    Column("amount_minor", BigInteger, nullable=False),
    words("currency"),
    Column("received_minor", BigInteger, nullable=False),
    words("failure_code", null=True),
    words("review_flag", null=True),
    instant("created_at"),
    instant("updated_at"),
    instant("settled_at", null=True),
    version(),
)

refunds = Table(
    "refunds",
    SCHEMA,
    uid("organization_id", key=True),
    uid("id", key=True),
    uid("payment_id"),
    uid("order_id"),
    Column("amount_minor", BigInteger, nullable=False),
    words("currency"),
    words("reason"),
    words("status"),
    words("provider_ref", null=True),
    words("failure_code", null=True),
    instant("requested_at"),
    instant("settled_at", null=True),
    version(),
)

provider_events = Table(
    "provider_events",
    SCHEMA,
    words("provider", key=True),
    words("provider_event_id", key=True),
    words("kind"),
    words("provider_ref", null=True),
    instant("received_at"),
    instant("processed_at", null=True),
)


def payment_to_row(payment: Payment) -> dict[str, Any]:
    return {
        "organization_id": payment.organization_id,
        "id": payment.id,
        "order_id": payment.order_id,
        "payer_id": payment.payer_id,
        "attempt": payment.attempt,
        "tries": payment.tries,
        "provider": payment.provider,
        "provider_ref": payment.provider_ref,
        "client_secret": payment.client_secret,
        "status": payment.status.value,
        "amount_minor": payment.amount.minor,
        "currency": payment.amount.currency,
        "received_minor": payment.received_minor,
        "failure_code": payment.failure_code,
        "review_flag": payment.review_flag,
        "created_at": payment.created_at,
        "updated_at": payment.updated_at,
        "settled_at": payment.settled_at,
    }


def payment_from_row(row: Row[Any]) -> Payment:
    return Payment(
        organization_id=row.organization_id,
        id=row.id,
        order_id=row.order_id,
        payer_id=row.payer_id,
        attempt=row.attempt,
        tries=row.tries,
        provider=row.provider,
        provider_ref=row.provider_ref,
        client_secret=row.client_secret,
        status=PaymentStatus(row.status),
        amount=Money(row.amount_minor, row.currency),
        received_minor=row.received_minor,
        failure_code=row.failure_code,
        review_flag=row.review_flag,
        created_at=row.created_at,
        updated_at=row.updated_at,
        settled_at=row.settled_at,
        version=row.version,
    )


def refund_to_row(refund: Refund) -> dict[str, Any]:
    return {
        "organization_id": refund.organization_id,
        "id": refund.id,
        "payment_id": refund.payment_id,
        "order_id": refund.order_id,
        "amount_minor": refund.amount.minor,
        "currency": refund.amount.currency,
        "reason": refund.reason,
        "status": refund.status.value,
        "provider_ref": refund.provider_ref,
        "failure_code": refund.failure_code,
        "requested_at": refund.requested_at,
        "settled_at": refund.settled_at,
    }


def refund_from_row(row: Row[Any]) -> Refund:
    return Refund(
        organization_id=row.organization_id,
        id=row.id,
        payment_id=row.payment_id,
        order_id=row.order_id,
        amount=Money(row.amount_minor, row.currency),
        reason=row.reason,
        status=RefundStatus(row.status),
        provider_ref=row.provider_ref,
        failure_code=row.failure_code,
        requested_at=row.requested_at,
        settled_at=row.settled_at,
        version=row.version,
    )
