"""The names under which domain events are remembered: explicit, for a class may be renamed.

A name is never reused for another meaning; a changed payload gets a new version beside the old.
"""

from typing import Any

import msgspec

from domain.catalogue.events import EventCancelled, EventPublished, EventUnpublished
from domain.payments.events import RefundRequested
from domain.sales.events import OrderCancelled, OrderExpired, OrderPaid, OrderPlaced
from domain.shared.aggregate import DomainEvent

CATALOGUE: dict[str, type[DomainEvent]] = {
    "event.published.v1": EventPublished,
    "event.unpublished.v1": EventUnpublished,
    "event.cancelled.v1": EventCancelled,
    "order.placed.v1": OrderPlaced,
    "order.paid.v1": OrderPaid,
    "order.expired.v1": OrderExpired,
    "order.cancelled.v1": OrderCancelled,
    "refund.requested.v1": RefundRequested,
}
_NAMES = {kind: name for name, kind in CATALOGUE.items()}


def name_of(event: DomainEvent) -> str:
    return _NAMES[type(event)]


def payload_of(event: DomainEvent) -> bytes:
    """The facts as JSON."""
    return msgspec.json.encode(event)


def revive(name: str, payload: Any) -> DomainEvent:
    """The event again, from what `payload_of` wrote (decoded JSON or a plain dictionary)."""
    return msgspec.convert(payload, CATALOGUE[name], strict=False)
