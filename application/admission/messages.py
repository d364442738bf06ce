"""What is said at a door."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from application.shared.actor import Actor, Device
from application.shared.messages import Command
from domain.admission.scan import Direction
from domain.shared.ids import EventId, OrganizationId, ScannerId, SessionId, UserId

BARCODE_MAX = 4096
"""Characters that are read at all; a ticket code has 154."""


class RecordScanCommand(Command):
    barcode: Annotated[str, Meta(max_length=BARCODE_MAX)]
    direction: Direction = Direction.ENTRY


class ScanAttempt(Struct, frozen=True, kw_only=True):
    """Who holds what to which door; `scanner_id` says at which scanner a person stands."""

    door: Actor | Device
    said: RecordScanCommand
    scanner_id: ScannerId | None = None
    scan_id: UUID | None = None
    """What its entry in the log will be called; named by whoever may have to ask again."""


class Gate(Struct, frozen=True, kw_only=True):
    """A door whose right to scan was checked."""

    organization_id: OrganizationId | None
    """None if what was shown belongs to nobody for whom this person scans."""
    event_ids: tuple[EventId, ...] | None = None
    is_confined: bool = False
    """By a person who works for these events alone: of other tickets nothing is told."""
    scanner_id: ScannerId | None = None
    user_id: UserId | None = None
    session_id: SessionId | None = None
