"""Somebody of the platform sees the product as one of its people does, for some minutes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from domain.identity.errors import InvalidVisitLength, NotVisited
from domain.identity.events import SupportVisitEnded, SupportVisitStarted
from domain.identity.user import User
from domain.shared.aggregate import Aggregate
from domain.shared.ids import OrganizationId, SessionId, UserId
from domain.shared.names import clean_notice

MINUTES_MAX = 15
REASON_SHORTEST, REASON_LONGEST = 10, 500
NOBODYS = OrganizationId(UUID(int=0))
"""In whose log it stands if the person works nowhere."""


@dataclass(slots=True, kw_only=True)
class SupportVisit(Aggregate):
    """Has a reason, ends by itself, and each organisation that the person works in is told of it.

    It is a session of the visited person, and has its id.
    """

    id: SessionId
    user_id: UserId
    visitor_id: UserId
    """The administrator who looks."""
    reason: str
    organization_ids: tuple[OrganizationId, ...]
    """Where the person worked when it began."""
    started_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None
    """When it was over, once somebody saw that it is."""

    @classmethod
    def start(
        cls,
        id: SessionId,
        user: User,
        *,
        visitor_id: UserId,
        reason: str,
        minutes: int,
        organization_ids: Collection[OrganizationId],
        at: datetime,
    ) -> Self:
        """Raises NotVisited, InvalidVisitLength, InvalidText."""
        if user.is_platform_admin or not user.is_active:
            raise NotVisited
        if not 1 <= minutes <= MINUTES_MAX:
            raise InvalidVisitLength
        visit = cls(
            id=id,
            user_id=user.id,
            visitor_id=visitor_id,
            reason=clean_notice(
                reason, field="reason", longest=REASON_LONGEST, shortest=REASON_SHORTEST
            ),
            organization_ids=tuple(sorted(organization_ids)),
            started_at=at,
            ends_at=at + timedelta(minutes=minutes),
        )
        for organization_id in visit._told():
            visit.record(
                SupportVisitStarted(
                    organization_id=organization_id,
                    aggregate_id=id,
                    at=at,
                    user_id=visit.user_id,
                    visitor_id=visitor_id,
                    reason=visit.reason,
                    ends_at=visit.ends_at,
                )
            )
        return visit

    def end(self, *, at: datetime) -> None:
        """It is over; ending it twice changes nothing, and it never lasts longer than agreed."""
        if self.ended_at is not None:
            return
        self.ended_at = min(at, self.ends_at)
        for organization_id in self._told():
            self.record(
                SupportVisitEnded(
                    organization_id=organization_id,
                    aggregate_id=self.id,
                    at=self.ended_at,
                    user_id=self.user_id,
                    visitor_id=self.visitor_id,
                    reason=self.reason,
                )
            )

    def _told(self) -> tuple[OrganizationId, ...]:
        return self.organization_ids or (NOBODYS,)
