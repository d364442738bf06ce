"""Questions about scanners and what they scanned."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from application.admission.ports import ScannerDirectory
from application.shared.actor import Actor, authorize_list
from application.shared.messages import View
from application.shared.paging import Page, PageRequest
from application.shared.scope import Scope
from domain.admission.scan import Direction, Reason, Result
from domain.admission.scanner import ScannerStatus
from domain.shared.ids import EventId, OrganizationId, ScannerId, TicketId, UserId
from domain.shared.permissions import Permission


class ScannerView(View):
    id: ScannerId
    organization_id: OrganizationId
    name: str
    key_hint: str
    """The end of its key; the key itself was told once."""
    event_ids: list[EventId] | None
    """None is every event of the organisation."""
    status: ScannerStatus
    created_at: datetime
    last_seen_at: datetime | None
    """When it last signed in."""


class ScanView(View):
    id: UUID
    organization_id: OrganizationId
    event_id: EventId | None
    ticket_id: TicketId | None
    scanner_id: ScannerId | None
    user_id: UserId | None
    direction: Direction
    result: Result
    reason: Reason | None
    barcode: str | None
    """What was read, if it was no ticket of the organisation; a real code still opens doors."""
    scanned_at: datetime


class ScanFilter(Struct, frozen=True, kw_only=True):
    event_id: EventId | None = None
    scanner_id: ScannerId | None = None
    result: Result | None = None


def seen_by(actor: Actor, organization_id: OrganizationId | None) -> Scope:
    """One organisation, or all in which the actor may look at scans. Raises NotFound, Forbidden."""
    if organization_id is not None:
        return authorize_list(actor, Permission.SCANS_VIEW, organization_id)
    return actor.within(*actor.organizations_with(Permission.SCANS_VIEW))


class ScannerQueries(ScannerDirectory, Protocol):
    """What the scope's organisations have; of some, only what belongs to some events alone."""

    async def get_scanner(
        self, scope: Scope, scanner_id: ScannerId
    ) -> ScannerView: ...  # Raises ScannerNotFound.

    async def list_scanners(
        self, scope: Scope, page: PageRequest
    ) -> Page[ScannerView]: ...  # Newest first, revoked ones too.

    async def list_scans(
        self, scope: Scope, where: ScanFilter, page: PageRequest
    ) -> Page[ScanView]: ...  # Newest first.
