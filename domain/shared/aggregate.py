"""What every aggregate has: a version for optimistic saves and the facts it recorded."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.shared.ids import OrganizationId


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainEvent:
    """Something that happened, in the past tense; a subclass adds the facts that readers need."""

    organization_id: OrganizationId
    aggregate_id: UUID
    """Of the order, the event, the refund: whatever the name speaks of."""
    at: datetime


@dataclass(slots=True, kw_only=True)
class Aggregate:
    """A consistency boundary. `version` is 0 until it is first stored."""

    version: int = 0
    recorded: list[DomainEvent] = field(default_factory=list, repr=False, compare=False)

    def record(self, event: DomainEvent) -> None:
        """Note a fact; the transaction that saves this decides whether it ever happened."""
        self.recorded.append(event)

    def take_recorded(self) -> list[DomainEvent]:
        taken, self.recorded = self.recorded, []
        return taken
