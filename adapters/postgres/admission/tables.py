"""Scanners, presences and the scan log as rows."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, LargeBinary, Row, Table
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from adapters.postgres.schema import SCHEMA, instant, uid, version, words
from domain.admission.scan import Direction, Presence, Reason, Result, Scan, TicketAtDoor
from domain.admission.scanner import Scanner, ScannerStatus

scanners = Table(
    "scanners",
    SCHEMA,
    uid("organization_id", key=True),
    uid("id", key=True),
    words("name"),
    Column("key_hash", LargeBinary, nullable=False),
    words("key_hint"),
    Column("event_ids", ARRAY(Uuid(as_uuid=True)), nullable=True),
    words("status"),
    instant("created_at"),
    instant("last_seen_at", null=True),
    version(),
)

admissions = Table(
    "admissions",
    SCHEMA,
    uid("organization_id", key=True),
    uid("ticket_id", key=True),
    instant("first_entry_at"),
    words("last_direction"),
    instant("last_at"),
)

scans = Table(
    "scans",
    SCHEMA,
    uid("organization_id", key=True),
    uid("id", key=True),
    uid("event_id", null=True),
    uid("ticket_id", null=True),
    uid("scanner_id", null=True),
    uid("user_id", null=True),
    words("direction"),
    words("result"),
    words("reason", null=True),
    words("barcode"),
    instant("scanned_at"),
)


def scanner_to_row(scanner: Scanner) -> dict[str, Any]:
    return {
        "organization_id": scanner.organization_id,
        "id": scanner.id,
        "name": scanner.name,
        "key_hash": scanner.key_hash,
        "key_hint": scanner.key_hint,
        "event_ids": None if scanner.event_ids is None else list(scanner.event_ids),
        "status": scanner.status.value,
        "created_at": scanner.created_at,
        "last_seen_at": scanner.last_seen_at,
    }


def scanner_from_row(row: Row[Any]) -> Scanner:
    return Scanner(
        organization_id=row.organization_id,
        id=row.id,
        name=row.name,
        key_hash=bytes(row.key_hash),
        key_hint=row.key_hint,
        event_ids=None if row.event_ids is None else tuple(row.event_ids),
        status=ScannerStatus(row.status),
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        version=row.version,
    )


def presence_from_row(row: Row[Any]) -> Presence | None:
    """None if the left join found nobody."""
    if row.first_entry_at is None:
        return None
    return Presence(
        first_entry_at=row.first_entry_at,
        last_direction=Direction(row.last_direction),
        last_at=row.last_at,
    )


def ticket_from_row(row: Row[Any]) -> TicketAtDoor:
    return TicketAtDoor(
        organization_id=row.organization_id,
        id=row.id,
        code=bytes(row.code),
        generation=row.generation,
        is_cancelled=row.status == "cancelled",
        holder_name=row.holder_name,
        ticket_type_id=row.ticket_type_id,
        ticket_type_name=row.ticket_type_name,
        event_id=row.event_id,
        event_short_id=row.event_short_id,
        event_name=row.event_name,
        event_starts_at=row.starts_at,
        event_ends_at=row.ends_at,
        is_event_cancelled=row.intent == "cancelled",
        presence=presence_from_row(row),
    )


def scan_to_row(scan: Scan) -> dict[str, Any]:
    return {
        "organization_id": scan.organization_id,
        "id": scan.id,
        "event_id": scan.event_id,
        "ticket_id": scan.ticket_id,
        "scanner_id": scan.scanner_id,
        "user_id": scan.user_id,
        "direction": scan.direction.value,
        "result": scan.result.value,
        "reason": scan.reason and scan.reason.value,
        "barcode": scan.barcode,
        "scanned_at": scan.scanned_at,
    }


def scan_from_row(row: Row[Any]) -> Scan:
    return Scan(
        organization_id=row.organization_id,
        id=row.id,
        event_id=row.event_id,
        ticket_id=row.ticket_id,
        scanner_id=row.scanner_id,
        user_id=row.user_id,
        direction=Direction(row.direction),
        result=Result(row.result),
        reason=row.reason and Reason(row.reason),
        barcode=row.barcode,
        scanned_at=row.scanned_at,
    )


def presences_to_columns(presences: Mapping[Any, Presence]) -> dict[str, list[Any]]:
    """What is written of presences by organisation and ticket: one array per column."""
    return {
        "organization_ids": [organization_id for organization_id, _ in presences],
        "ticket_ids": [ticket_id for _, ticket_id in presences],
        "firsts": [presence.first_entry_at for presence in presences.values()],
        "directions": [presence.last_direction.value for presence in presences.values()],
        "lasts": [presence.last_at for presence in presences.values()],
    }
