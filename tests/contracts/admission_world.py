"""Two organisations, their events, and one ticket of every sort: laid into memory or PostgreSQL."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import insert, text

from adapters.memory.database import MemoryDatabase
from adapters.postgres.catalogue.tables import (
    event_to_row,
    events,
    ticket_type_to_row,
    ticket_types,
)
from adapters.postgres.database import Database
from adapters.postgres.sales.tables import ticket_to_row, tickets
from adapters.tokens.ticket_seal import TicketSeal
from domain.catalogue.event import Event
from domain.catalogue.phase import Intent
from domain.catalogue.ticket_type import TicketType, own_draws
from domain.sales.ticket import Ticket, TicketStatus
from domain.shared.ids import (
    EventId,
    OrderId,
    OrganizationId,
    TicketId,
    TicketTypeId,
    UserId,
)
from domain.shared.money import Money
from domain.shared.ticket_code import TicketClaims
from tests.beyond import all_rows

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
ORG, OTHER_ORG = OrganizationId(UUID(int=1)), OrganizationId(UUID(int=2))
BUYER, STAFF, STRANGER = UserId(UUID(int=51)), UserId(UUID(int=52)), UserId(UUID(int=53))

SEAL = TicketSeal({1: b"s" * 32}, 1)


def _event(number: int, organization_id: OrganizationId, hours: int, intent: Intent) -> Event:
    starts_at = NOON + timedelta(hours=hours)
    return Event(
        organization_id=organization_id,
        id=EventId(UUID(int=10 + number)),
        short_id=number,
        name=f"Show {number}",
        slug=f"show-{number}",
        category="music",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=4),
        timezone="Europe/Warsaw",
        capacity=100,
        currency="EUR",
        intent=intent,
        created_at=NOON,
        updated_at=NOON,
    )


TONIGHT = _event(1, ORG, 6, Intent.PUBLISHED)
NEXT_DOOR = _event(2, ORG, 6, Intent.PUBLISHED)
NEXT_WEEK = _event(3, ORG, 7 * 24, Intent.PUBLISHED)
LAST_NIGHT = _event(4, ORG, -16, Intent.PUBLISHED)
CALLED_OFF = _event(5, ORG, 6, Intent.CANCELLED)
ABROAD = _event(6, OTHER_ORG, 6, Intent.PUBLISHED)
EVENTS = (TONIGHT, NEXT_DOOR, NEXT_WEEK, LAST_NIGHT, CALLED_OFF, ABROAD)


def _type_of(event: Event) -> TicketType:
    type_id = TicketTypeId(UUID(int=event.id.int + 20))
    return TicketType(
        organization_id=event.organization_id,
        id=type_id,
        short_id=event.short_id + 20,
        event_id=event.id,
        name=f"Floor {event.short_id}",
        price=Money(5000, "EUR"),
        draws=own_draws(type_id, event.id),
        created_at=NOON,
        updated_at=NOON,
    )


TYPES = {event.id: _type_of(event) for event in EVENTS}


def _order_of(event: Event) -> OrderId:
    return OrderId(UUID(int=event.id.int + 60))


def _ticket(number: int, event: Event, generation: int = 0) -> Ticket:
    return Ticket(
        organization_id=event.organization_id,
        id=TicketId(UUID(int=100 + number)),
        order_id=_order_of(event),
        line_position=0,
        unit=number,
        event_id=event.id,
        ticket_type_id=TYPES[event.id].id,
        code=number.to_bytes(12, "big"),
        holder_id=BUYER,
        holder_name="Ada Lovelace",
        holder_email="ada@example.org",
        price=Money(5000, "EUR"),
        issued_at=NOON,
        generation=generation,
    )


FIRST, SECOND = _ticket(1, TONIGHT), _ticket(2, TONIGHT)
REISSUED = _ticket(3, TONIGHT, generation=1)
CANCELLED = _ticket(4, TONIGHT)
CANCELLED.status, CANCELLED.cancelled_at = TicketStatus.CANCELLED, NOON
FOR_NEXT_DOOR = _ticket(5, NEXT_DOOR)
TOO_EARLY = _ticket(6, NEXT_WEEK)
TOO_LATE = _ticket(7, LAST_NIGHT)
FOR_NOTHING = _ticket(8, CALLED_OFF)
FROM_ABROAD = _ticket(9, ABROAD)
TICKETS = (
    FIRST,
    SECOND,
    REISSUED,
    CANCELLED,
    FOR_NEXT_DOOR,
    TOO_EARLY,
    TOO_LATE,
    FOR_NOTHING,
    FROM_ABROAD,
)


def barcode(ticket: Ticket, *, generation: int | None = None, seal: TicketSeal = SEAL) -> str:
    """What the ticket's QR says, or said in an earlier generation."""
    event = next(one for one in EVENTS if one.id == ticket.event_id)
    return seal.seal(
        TicketClaims(
            event_short_id=event.short_id,
            code=ticket.code,
            type_short_id=TYPES[event.id].short_id,
            generation=ticket.generation if generation is None else generation,
        )
    )


def lay_in_memory(database: MemoryDatabase) -> None:
    for event in EVENTS:
        database.table("events").put(event.id, event)
        database.table("ticket_types").put(TYPES[event.id].id, TYPES[event.id])
    for ticket in TICKETS:
        database.table("tickets").put(ticket.id, ticket)


_ORGANIZATION = text(
    "insert into organizations values"
    " (:id, :name, :name, 'promoter', 'active', 'EUR', 0, 0, :at, :at, 1)"
)
_ORDER = text(
    """
    insert into orders (organization_id, id, number, event_id, buyer_id, buyer_name, buyer_email,
        status, currency, subtotal_minor, discount_minor, fees_minor, tax_minor, total_minor,
        draw_ids, draw_units, placed_at, expires_at, paid_at, version)
    values (:organization_id, :id, :number, :event_id, :buyer_id, 'Ada Lovelace',
        'ada@example.org', 'paid', 'EUR', 5000, 0, 0, 0, 5000, '{}', '{}', :at, :at, :at, 1)
    """
)


async def lay_in_postgres(database: Database) -> None:
    orders = [
        {
            "organization_id": event.organization_id,
            "id": _order_of(event),
            "number": f"N{event.short_id}",
            "event_id": event.id,
            "buyer_id": BUYER,
            "at": NOON,
        }
        for event in EVENTS
    ]
    async with all_rows(database) as connection:
        names = [{"id": id_, "name": f"org-{id_.int}", "at": NOON} for id_ in (ORG, OTHER_ORG)]
        await connection.execute(_ORGANIZATION, names)
        for event in EVENTS:
            row = event_to_row(event) | {"version": 1}
            await connection.execute(insert(events).values(row))
            kind = ticket_type_to_row(TYPES[event.id]) | {"version": 1}
            await connection.execute(insert(ticket_types).values(kind))
        await connection.execute(_ORDER, orders)
        for ticket in TICKETS:
            row = ticket_to_row(ticket) | {"version": 1}
            await connection.execute(insert(tickets).values(row))
