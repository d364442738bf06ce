"""What happens to events on sale."""

from dataclasses import dataclass

from domain.shared.aggregate import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPublished(DomainEvent):
    """Everybody may see it now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventUnpublished(DomainEvent):
    """It went back to the drawing board."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventCancelled(DomainEvent):
    """It will not take place."""

    reason: str
