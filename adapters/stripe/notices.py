"""Stripe's webhooks: who signed them, for which mode, and which payment they speak of."""

import time
from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec
import stripe

from application.payments.gateway import GatewayNotice
from domain.payments.errors import InvalidWebhook
from domain.shared.ids import OrganizationId, PaymentId

_AGE_S_MAX = 300
_AHEAD_S_MAX = 60


class _Subject(msgspec.Struct):
    """What an event is about; of a charge, refund or dispute we want the payment behind it."""

    kind: str = msgspec.field(name="object")
    id: str | None = None
    payment_intent: object = None
    metadata: dict[str, object] | None = None


class _Data(msgspec.Struct):
    subject: _Subject = msgspec.field(name="object")


class _Event(msgspec.Struct):
    """The few fields we rely on; Stripe may add others at any time."""

    id: str
    type: str
    livemode: bool
    data: _Data
    account: str | None = None


_decoder = msgspec.json.Decoder(_Event)


def read_notice(
    body: bytes, headers: Mapping[str, str], secrets: Sequence[str], *, is_live: bool
) -> GatewayNotice:
    """What an authentic webhook says. Raises InvalidWebhook, before parsing if it is not signed."""
    _check_signature(body, headers, secrets)
    try:
        event = _decoder.decode(body)
    except msgspec.DecodeError as error:  # Signed, but not an event of the API we speak.
        raise InvalidWebhook("The message is not an event we know how to read.") from error
    if event.livemode is not is_live:
        raise InvalidWebhook("The message belongs to the other mode, live or test.")
    return _notice(event)


def _check_signature(body: bytes, headers: Mapping[str, str], secrets: Sequence[str]) -> None:
    header = next((v for k, v in headers.items() if k.lower() == "stripe-signature"), "")
    try:
        # The library takes the first of two timestamps and lets the future pass; we do neither.
        (stamp,) = (part[2:] for part in header.split(",") if part.startswith("t="))
        is_due = int(stamp) <= time.time() + _AHEAD_S_MAX
    except ValueError as error:
        raise InvalidWebhook() from error
    if not is_due or not any(_is_signed(body, header, secret) for secret in secrets):
        raise InvalidWebhook()


def _is_signed(body: bytes, header: str, secret: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(body, header, secret, _AGE_S_MAX)
    except (stripe.SignatureVerificationError, UnicodeDecodeError, TypeError):
        return False  # A TypeError is a signature with letters beyond ASCII.
    return True


def _notice(event: _Event) -> GatewayNotice:
    subject = event.data.subject
    # A connected account's event is about none of our payments, whatever its metadata claims.
    is_ours = event.account is None
    behind = subject.payment_intent if isinstance(subject.payment_intent, str) else None
    reference = subject.id if subject.kind == "payment_intent" else behind
    payment_id = as_uuid(subject.metadata, "payment_id") if is_ours else None
    organization_id = as_uuid(subject.metadata, "organization_id") if is_ours else None
    return GatewayNotice(
        provider_event_id=event.id,
        kind=event.type,
        provider_ref=reference if is_ours else None,
        payment_id=PaymentId(payment_id) if payment_id else None,
        organization_id=OrganizationId(organization_id) if organization_id else None,
        live=event.livemode,
    )


def as_uuid(metadata: Mapping[str, object] | None, name: str) -> UUID | None:
    """The id kept under a name, if it is one: others may write metadata in the same account."""
    try:
        return UUID(str((metadata or {})[name]))
    except (KeyError, ValueError):
        return None
