"""Questions about venues; a venue is public, because people must find it."""

from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct

from application.shared.actor import Actor
from application.shared.messages import AddressFields, View
from application.shared.paging import Page, PageRequest
from application.shared.scope import PUBLIC, Scope, public
from application.venues.ports import VenueOwners
from domain.shared.ids import OrganizationId, VenueId
from domain.shared.permissions import Permission


class VenueView(View):
    id: VenueId
    organization_id: OrganizationId
    name: str
    address: AddressFields
    capacity: int
    timezone: str
    metadata: dict[str, Any]
    created_at: datetime
    updated_at: datetime


class VenueFilter(Struct, frozen=True, kw_only=True):
    organization_id: OrganizationId | None = None
    q: str | None = None
    """Part of the name or the city, in any case."""


def seen_by(visitor: Actor | None, *asked: OrganizationId) -> Scope:
    """What is public, and what those organisations have whose events the visitor may see."""
    if visitor is None:
        return PUBLIC
    mine = set(visitor.organizations_with(Permission.EVENTS_VIEW))
    mine.update(one for one in asked if visitor.can(Permission.EVENTS_VIEW, one))
    return public(mine, session_id=visitor.session_id)


class VenueQueries(VenueOwners, Protocol):
    """Venues of active organisations, and of the scope's own."""

    async def get_venue(self, scope: Scope, venue_id: VenueId) -> VenueView: ...  # VenueNotFound.

    async def list_venues(
        self, scope: Scope, where: VenueFilter, page: PageRequest
    ) -> Page[VenueView]: ...  # Newest first.
