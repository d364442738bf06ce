"""What happens to people, as far as the organisations in which they work are told."""

from dataclasses import dataclass
from datetime import datetime

from domain.shared.aggregate import DomainEvent
from domain.shared.ids import UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportVisitStarted(DomainEvent):
    """Somebody of the platform sees what a member sees, until `ends_at` at most."""

    user_id: UserId
    visitor_id: UserId
    reason: str
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportVisitEnded(DomainEvent):
    """And does so no more."""

    user_id: UserId
    visitor_id: UserId
    reason: str
