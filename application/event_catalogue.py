"""The names under which domain events are remembered: explicit, for a class may be renamed.

A name is never reused for another meaning; a changed payload gets a new version beside the old.
"""

from typing import Any

import msgspec

from domain.catalogue.events import EventCancelled, EventPublished, EventUnpublished
from domain.identity.events import SupportVisitEnded, SupportVisitStarted
from domain.payments.events import RefundRequested
from domain.sales.events import (
    CartExpired,
    OrderCancelled,
    OrderExpired,
    OrderPaid,
    OrderPlaced,
    PlaceLapsed,
    PlaceOffered,
    StockRepaired,
    WaitingListJoined,
    WaitingListLeft,
)
from domain.shared.aggregate import DomainEvent

CATALOGUE: dict[str, type[DomainEvent]] = {
    "event.published.v1": EventPublished,
    "event.unpublished.v1": EventUnpublished,
    "event.cancelled.v1": EventCancelled,
    "cart.expired.v1": CartExpired,
    "order.placed.v1": OrderPlaced,
    "order.paid.v1": OrderPaid,
    "order.expired.v1": OrderExpired,
    "order.cancelled.v1": OrderCancelled,
    "refund.requested.v1": RefundRequested,
    "stock.repaired.v1": StockRepaired,
    "waiting_list.joined.v1": WaitingListJoined,
    "waiting_list.left.v1": WaitingListLeft,
    "waiting_list.offered.v1": PlaceOffered,
    "waiting_list.lapsed.v1": PlaceLapsed,
    "support_visit.started.v1": SupportVisitStarted,
    "support_visit.ended.v1": SupportVisitEnded,
}
CHANGES = frozenset({"row.created.v1", "row.updated.v1", "row.deleted.v1"})
"""What the database itself writes beside them, for the audit log; nobody subscribes to these."""

_NAMES = {kind: name for name, kind in CATALOGUE.items()}


def name_of(event: DomainEvent) -> str:
    return _NAMES[type(event)]


def payload_of(event: DomainEvent) -> bytes:
    """The facts as JSON."""
    return msgspec.json.encode(event)


def revive(name: str, payload: Any) -> DomainEvent:
    """The event again, from what `payload_of` wrote (decoded JSON or a plain dictionary)."""
    return msgspec.convert(payload, CATALOGUE[name], strict=False)
