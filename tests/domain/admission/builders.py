"""Tickets at doors, of which a test says only what matters to it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from domain.admission.scan import Presence, TicketAtDoor
from domain.shared.ids import EventId, OrganizationId, TicketId, TicketTypeId

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
ORG = OrganizationId(UUID(int=1))
OTHER_ORG = OrganizationId(UUID(int=2))
EVENT = EventId(UUID(int=11))
OTHER_EVENT = EventId(UUID(int=12))


def a_ticket(presence: Presence | None = None, **facts: Any) -> TicketAtDoor:
    """Valid, for an event that starts in six hours and takes four."""
    usual: dict[str, Any] = {
        "organization_id": ORG,
        "id": TicketId(UUID(int=21)),
        "code": b"123456789012",
        "generation": 0,
        "is_cancelled": False,
        "holder_name": "Ada",
        "ticket_type_id": TicketTypeId(UUID(int=31)),
        "ticket_type_name": "Floor",
        "event_id": EVENT,
        "event_short_id": 1,
        "event_name": "Show",
        "event_starts_at": NOON + timedelta(hours=6),
        "event_ends_at": NOON + timedelta(hours=10),
        "is_event_cancelled": False,
    }
    return TicketAtDoor(**usual | facts, presence=presence)
