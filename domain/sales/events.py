"""What happens to orders. The aggregate of each is the order."""

from dataclasses import dataclass

from domain.shared.aggregate import DomainEvent
from domain.shared.ids import EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPlaced(DomainEvent):
    """Stock is held for a buyer until the order expires."""

    event_id: EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPaid(DomainEvent):
    """The order is paid and its tickets exist."""

    event_id: EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderExpired(DomainEvent):
    """The buyer did not pay in time; the stock is free again."""

    event_id: EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCancelled(DomainEvent):
    """The order was given up; the stock is free again."""

    event_id: EventId
    reason: str
