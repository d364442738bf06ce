"""Places in line as rows."""

from typing import Any

from sqlalchemy import Column, Integer, Row, Table
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from adapters.postgres.database import UNIQUE
from adapters.postgres.schema import SCHEMA, instant, uid, version, words
from domain.sales.errors import AlreadyWaiting
from domain.sales.order import Buyer, Draw
from domain.sales.waiting_list import WaitingListEntry, WaitingStatus
from domain.shared.email import key_of

UNIQUE["waiting_list_once"] = AlreadyWaiting

waiting_list_entries = Table(
    "waiting_list_entries",
    SCHEMA,
    uid("organization_id", key=True),
    uid("id", key=True),
    uid("event_id"),
    uid("ticket_type_id"),
    Column("quantity", Integer, nullable=False),
    uid("user_id", null=True),
    words("name"),
    words("email"),
    words("email_key"),
    uid("client", null=True),
    Column("priority", Integer, nullable=False),
    words("status"),
    Column("draw_ids", ARRAY(Uuid(as_uuid=True)), nullable=False),
    Column("draw_units", ARRAY(Integer), nullable=False),
    Column("waits_for", ARRAY(Uuid(as_uuid=True)), nullable=False),
    instant("joined_at"),
    instant("offered_at", null=True),
    instant("offer_expires_at", null=True),
    uid("order_id", null=True),
    instant("closed_at", null=True),
    version(),
)


def entry_to_row(entry: WaitingListEntry) -> dict[str, Any]:
    return {
        "organization_id": entry.organization_id,
        "id": entry.id,
        "event_id": entry.event_id,
        "ticket_type_id": entry.ticket_type_id,
        "quantity": entry.quantity,
        "user_id": entry.buyer.id,
        "name": entry.buyer.name,
        "email": entry.buyer.email,
        "email_key": key_of(entry.buyer.email),
        "client": entry.client,
        "priority": entry.priority,
        "status": entry.status.value,
        "draw_ids": [draw.allotment_id for draw in entry.draws],
        "draw_units": [draw.units for draw in entry.draws],
        "waits_for": sorted(entry.waits_for),
        "joined_at": entry.joined_at,
        "offered_at": entry.offered_at,
        "offer_expires_at": entry.offer_expires_at,
        "order_id": entry.order_id,
        "closed_at": entry.closed_at,
        "version": entry.version,
    }


def entry_from_row(row: Row[Any]) -> WaitingListEntry:
    return WaitingListEntry(
        organization_id=row.organization_id,
        id=row.id,
        event_id=row.event_id,
        ticket_type_id=row.ticket_type_id,
        quantity=row.quantity,
        buyer=Buyer(id=row.user_id, name=row.name, email=row.email),
        client=row.client,
        draws=tuple(map(Draw, row.draw_ids, row.draw_units)),
        waits_for=frozenset(row.waits_for),
        joined_at=row.joined_at,
        priority=row.priority,
        status=WaitingStatus(row.status),
        offered_at=row.offered_at,
        offer_expires_at=row.offer_expires_at,
        order_id=row.order_id,
        closed_at=row.closed_at,
        version=row.version,
    )
