"""Events and ticket types in which only what matters to a test is said."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from domain.catalogue.event import Event
from domain.catalogue.ticket_type import TicketType, own_draws
from domain.shared.ids import EventId, OrganizationId, TicketTypeId
from domain.shared.money import Money

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
"""The instant at which the virtual clock starts."""
ORG = OrganizationId(UUID("01970000-0000-7000-8000-000000000001"))
EVENT = EventId(UUID("01970000-0000-7000-8000-0000000000e1"))
FLOOR = TicketTypeId(UUID("01970000-0000-7000-8000-0000000000f1"))
VIP = TicketTypeId(UUID("01970000-0000-7000-8000-0000000000f2"))


def an_event(**wanted: Any) -> Event:
    """A draft of a concert thirty days after noon, for 100 people, in euros."""
    usual: dict[str, Any] = {
        "organization_id": ORG,
        "id": EVENT,
        "short_id": 1,
        "name": "Rock Night",
        "slug": "rock-night",
        "category": "music",
        "starts_at": NOON + timedelta(days=30),
        "ends_at": NOON + timedelta(days=30, hours=4),
        "timezone": "Europe/Berlin",
        "capacity": 100,
        "currency": "EUR",
        "created_at": NOON,
        "updated_at": NOON,
    }
    return Event(**(usual | wanted))


def a_ticket_type(**wanted: Any) -> TicketType:
    """Standing room for 50 euros."""
    usual: dict[str, Any] = {
        "organization_id": ORG,
        "id": FLOOR,
        "short_id": 2,
        "event_id": EVENT,
        "name": "Floor",
        "price": Money(5000, "EUR"),
        "created_at": NOON,
        "updated_at": NOON,
    }
    told = usual | wanted
    told.setdefault("draws", own_draws(told["id"], told["event_id"]))
    return TicketType(**told)
