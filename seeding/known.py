"""What of the demo world exists so far, under the names that the data uses."""

from collections import Counter
from dataclasses import dataclass, field

import msgspec

from application.shared.actor import Actor
from domain.shared.ids import EventId, OrderId, OrganizationId, ScannerId, TicketTypeId, VenueId
from domain.shared.permissions import Role
from seeding.report import ScannerKey


@dataclass(slots=True)
class Known:
    """Grows as the world is made. People are known by e-mail address, the rest by name."""

    actors: dict[str, Actor] = field(default_factory=dict)
    organizations: dict[str, OrganizationId] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    """Who owns which organisation."""
    scanners: dict[str, list[ScannerId]] = field(default_factory=dict)
    """By organisation."""
    scanner_keys: list[ScannerKey] = field(default_factory=list)
    venues: dict[str, VenueId] = field(default_factory=dict)
    events: dict[str, EventId] = field(default_factory=dict)
    tiers: dict[tuple[str, str], TicketTypeId] = field(default_factory=dict)
    """By show and tier."""
    orders: dict[tuple[str, str], OrderId] = field(default_factory=dict)
    """By show and buyer: the latest."""
    counts: Counter[str] = field(default_factory=Counter)

    def owner_of(self, organization: str) -> Actor:
        return self.actors[self.owners[organization]]

    @property
    def operator(self) -> Actor:
        """Somebody who runs the platform."""
        return next(actor for actor in self.actors.values() if actor.is_platform_admin)

    def employ(self, email: str, organization: str, role: Role) -> None:
        """What the next look at the person's access token would find."""
        actor = self.actors[email]
        memberships = {**actor.memberships, self.organizations[organization]: role}
        self.actors[email] = msgspec.structs.replace(actor, memberships=memberships)
