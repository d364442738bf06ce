"""What happens to orders, and to places on waiting lists: the aggregate of each event is one."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class CartExpired(DomainEvent):
    """A cart's time was over; what it held is for others."""

    event_id: EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingListJoined(DomainEvent):
    """Somebody waits for tickets that were sold out."""

    event_id: EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOffered(DomainEvent):
    """Tickets are set aside for a while for somebody who waited."""

    event_id: EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLapsed(DomainEvent):
    """An offer was not taken up in time; the stock is free again."""

    event_id: EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingListLeft(DomainEvent):
    """Somebody waits no more; if tickets were set aside, they are free again."""

    event_id: EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class StockRepaired(DomainEvent):
    """A person set counters to what orders add up to; the aggregate is the allotment."""

    changes: str
    """Such as `held 5 -> 3`."""
    reason: str
