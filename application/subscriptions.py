"""The one list of who reacts to what.

A subscriber is a use case that is called once per event, after the commit, at least once: it is
named `context.module`, and what it writes starts with `await tx.once(name, event_id)`.
"""

from collections.abc import Awaitable, Callable, Mapping

from domain.catalogue.events import EventCancelled, EventPublished
from domain.payments.events import RefundRequested
from domain.sales.events import (
    OrderCancelled,
    OrderExpired,
    OrderPaid,
    PlaceLapsed,
    PlaceOffered,
    WaitingListLeft,
)
from domain.shared.aggregate import DomainEvent

Subscriber = Callable[[int, DomainEvent], Awaitable[None]]
"""Takes the event's number (the key for `tx.once`) and the event."""

SUBSCRIPTIONS: Mapping[type[DomainEvent], tuple[str, ...]] = {
    OrderPaid: ("messaging.on_order_paid",),
    EventCancelled: ("sales.on_event_cancelled", "waiting_lists.on_waiting_event_cancelled"),
    EventPublished: ("waiting_lists.on_place_freed",),
    OrderExpired: ("waiting_lists.on_place_freed",),
    OrderCancelled: ("waiting_lists.on_place_freed",),
    PlaceLapsed: ("waiting_lists.on_place_freed",),
    WaitingListLeft: ("waiting_lists.on_place_freed",),
    PlaceOffered: ("messaging.on_place_offered",),
    RefundRequested: ("payments.on_refund_requested",),
}


def subscribers_of(kind: type[DomainEvent]) -> tuple[str, ...]:
    return SUBSCRIPTIONS.get(kind, ())


def all_subscribers() -> tuple[str, ...]:
    """Every name once, in the order of the list."""
    return tuple(dict.fromkeys(name for names in SUBSCRIPTIONS.values() for name in names))
