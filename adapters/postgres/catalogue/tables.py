"""Events, ticket types and their stock as rows."""

from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Integer, Row, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from adapters.postgres.database import UNIQUE
from adapters.postgres.schema import SCHEMA, document, instant, uid, version, words
from application.catalogue.ports import SlugTaken
from domain.catalogue.errors import PoolNameTaken, TicketTypeNameTaken
from domain.catalogue.event import Event, LocationType, Visibility
from domain.catalogue.phase import Intent
from domain.catalogue.ticket_type import Draw, TicketType, TicketTypeStatus
from domain.shared.address import Address
from domain.shared.money import Money
from domain.shared.period import Period

UNIQUE["events_organization_id_slug_key"] = SlugTaken
UNIQUE["ticket_types_organization_id_event_id_name_key"] = TicketTypeNameTaken
UNIQUE["allotments_pool_names"] = PoolNameTaken


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


events = Table(
    "events",
    SCHEMA,
    uid("organization_id", key=True),
    uid("id", key=True),
    _count("short_id"),
    uid("venue_id", null=True),
    words("name"),
    words("slug"),
    words("description", null=True),
    words("category"),
    Column("tags", ARRAY(Text), nullable=False),
    instant("starts_at"),
    instant("ends_at"),
    words("timezone"),
    instant("sales_start", null=True),
    instant("sales_end", null=True),
    _count("capacity"),
    words("currency"),
    words("location_type"),
    words("visibility"),
    document("address", null=True),
    document("images"),
    document("metadata"),
    words("intent"),
    instant("published_at", null=True),
    instant("cancelled_at", null=True),
    instant("created_at"),
    instant("updated_at"),
    version(),
)

ticket_types = Table(
    "ticket_types",
    SCHEMA,
    uid("organization_id", key=True),
    uid("id", key=True),
    _count("short_id"),
    uid("event_id"),
    words("name"),
    words("description", null=True),
    Column("price_minor", BigInteger, nullable=False),
    _count("min_per_order"),
    _count("max_per_order"),
    instant("sales_start", null=True),
    instant("sales_end", null=True),
    words("status"),
    _count("sort_order"),
    document("metadata"),
    instant("created_at"),
    instant("updated_at"),
    version(),
    Column("max_per_customer", Integer),
)

ticket_type_draws = Table(
    "ticket_type_draws",
    SCHEMA,
    uid("organization_id", key=True),
    uid("ticket_type_id", key=True),
    uid("allotment_id", key=True),
    _count("units"),
)


def event_to_row(event: Event) -> dict[str, Any]:
    return {
        "organization_id": event.organization_id,
        "id": event.id,
        "short_id": event.short_id,
        "venue_id": event.venue_id,
        "name": event.name,
        "slug": event.slug,
        "description": event.description,
        "category": event.category,
        "tags": list(event.tags),
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "timezone": event.timezone,
        "sales_start": event.sales.starts,
        "sales_end": event.sales.ends,
        "capacity": event.capacity,
        "currency": event.currency,
        "location_type": event.location_type.value,
        "visibility": event.visibility.value,
        "address": None if event.address is None else msgspec.to_builtins(event.address),
        "images": list(event.images),
        "metadata": event.metadata,
        "intent": event.intent.value,
        "published_at": event.published_at,
        "cancelled_at": event.cancelled_at,
        "created_at": event.created_at,
        "updated_at": event.updated_at,
    }


def event_from_row(row: Row[Any]) -> Event:
    return Event(
        organization_id=row.organization_id,
        id=row.id,
        short_id=row.short_id,
        venue_id=row.venue_id,
        name=row.name,
        slug=row.slug,
        description=row.description,
        category=row.category,
        tags=tuple(row.tags),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        timezone=row.timezone,
        sales=Period(row.sales_start, row.sales_end),
        capacity=row.capacity,
        currency=row.currency,
        location_type=LocationType(row.location_type),
        visibility=Visibility(row.visibility),
        address=None if row.address is None else msgspec.convert(row.address, Address),
        images=tuple(row.images),
        metadata=row.metadata,
        intent=Intent(row.intent),
        published_at=row.published_at,
        cancelled_at=row.cancelled_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
    )


def ticket_type_to_row(ticket_type: TicketType) -> dict[str, Any]:
    """Without the draws, which are rows of their own, and the currency, which is the event's."""
    return {
        "organization_id": ticket_type.organization_id,
        "id": ticket_type.id,
        "short_id": ticket_type.short_id,
        "event_id": ticket_type.event_id,
        "name": ticket_type.name,
        "description": ticket_type.description,
        "price_minor": ticket_type.price.minor,
        "min_per_order": ticket_type.min_per_order,
        "max_per_order": ticket_type.max_per_order,
        "max_per_customer": ticket_type.max_per_customer,
        "sales_start": ticket_type.sales.starts,
        "sales_end": ticket_type.sales.ends,
        "status": ticket_type.status.value,
        "sort_order": ticket_type.sort_order,
        "metadata": ticket_type.metadata,
        "created_at": ticket_type.created_at,
        "updated_at": ticket_type.updated_at,
    }


def ticket_type_from_row(row: Row[Any]) -> TicketType:
    """From the row with its event's `currency`, and `draw_ids` beside `draw_units`."""
    return TicketType(
        organization_id=row.organization_id,
        id=row.id,
        short_id=row.short_id,
        event_id=row.event_id,
        name=row.name,
        description=row.description,
        price=Money(row.price_minor, row.currency),
        min_per_order=row.min_per_order,
        max_per_order=row.max_per_order,
        max_per_customer=row.max_per_customer,
        sales=Period(row.sales_start, row.sales_end),
        status=TicketTypeStatus(row.status),
        sort_order=row.sort_order,
        metadata=row.metadata,
        draws=tuple(map(Draw, row.draw_ids, row.draw_units)),
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
    )
