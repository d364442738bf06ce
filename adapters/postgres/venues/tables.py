"""Venues as rows."""

from typing import Any

import msgspec
from sqlalchemy import Column, Integer, Row, Table

from adapters.postgres.schema import SCHEMA, document, instant, uid, version, words
from application.venues.ports import Venue
from domain.shared.address import Address

venues = Table(
    "venues",
    SCHEMA,
    uid("organization_id", key=True),
    uid("id", key=True),
    words("name"),
    document("address"),
    Column("capacity", Integer, nullable=False),
    words("timezone"),
    document("metadata"),
    instant("created_at"),
    instant("updated_at"),
    version(),
)


def venue_to_row(venue: Venue) -> dict[str, Any]:
    return {
        "organization_id": venue.organization_id,
        "id": venue.id,
        "name": venue.name,
        "address": msgspec.to_builtins(venue.address),
        "capacity": venue.capacity,
        "timezone": venue.timezone,
        "metadata": venue.metadata,
        "created_at": venue.created_at,
        "updated_at": venue.updated_at,
    }


def venue_from_row(row: Row[Any]) -> Venue:
    return Venue(
        organization_id=row.organization_id,
        id=row.id,
        name=row.name,
        address=msgspec.convert(row.address, Address),
        capacity=row.capacity,
        timezone=row.timezone,
        metadata=row.metadata,
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
    )
