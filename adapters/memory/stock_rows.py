"""Stock as the memory adapters of catalogue and sales share it: one spelling for both."""

from dataclasses import dataclass
from datetime import datetime

from domain.shared.ids import AllotmentId, EventId, OrganizationId


@dataclass
class MemoryAllotment:
    """A row of `allotments`, keyed by its id."""

    organization_id: OrganizationId
    id: AllotmentId
    kind: str
    event_id: EventId | None
    created_at: datetime
    name: str | None = None


@dataclass
class MemoryCounter:
    """A row of `allotment_counters`, keyed by its allotment's id; no capacity is without end."""

    organization_id: OrganizationId
    allotment_id: AllotmentId
    capacity: int | None
    held: int = 0
    sold: int = 0
    blocked: int = 0
    revision: int = 0
    waiting: int = 0
