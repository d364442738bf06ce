"""Somebody is asked, by mail, to work in an organisation."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from domain.identity.errors import InvitationClosed, InvitationExpired
from domain.identity.team import known_limit
from domain.identity.user import Email
from domain.shared.aggregate import Aggregate
from domain.shared.ids import EventId, InvitationId, OrganizationId, UserId
from domain.shared.permissions import Role
from domain.shared.words import Word

LIFETIME = timedelta(days=7)


class InvitationStatus(Word):
    """What has become of it; `expired` is shown and never stored."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REVOKED = "revoked"
    EXPIRED = "expired"


@dataclass(slots=True, kw_only=True)
class Invitation(Aggregate):
    """Good once, for 7 days after it was last sent; the mail before that counts no more."""

    organization_id: OrganizationId
    id: InvitationId
    email: Email
    role: Role
    event_ids: tuple[EventId, ...] | None
    invited_by: UserId
    status: InvitationStatus = InvitationStatus.INVITED
    round: int = 1
    """How often it was sent: each mail has a token of its own."""
    sent_at: datetime
    """Last."""
    created_at: datetime
    expires_at: datetime
    closed_at: datetime | None = None
    accepted_by: UserId | None = None

    def __post_init__(self) -> None:
        self.event_ids = known_limit(self.role, self.event_ids)

    @classmethod
    def write(
        cls,
        id: InvitationId,
        organization_id: OrganizationId,
        email: Email,
        role: Role,
        *,
        event_ids: Iterable[EventId] | None,
        by: UserId,
        at: datetime,
    ) -> Self:
        """A first mail is on its way. Raises InvalidEventLimit."""
        return cls(
            organization_id=organization_id,
            id=id,
            email=email,
            role=role,
            event_ids=None if event_ids is None else tuple(event_ids),
            invited_by=by,
            sent_at=at,
            created_at=at,
            expires_at=at + LIFETIME,
        )

    def shown(self, at: datetime) -> InvitationStatus:
        is_over = self.status is InvitationStatus.INVITED and self.expires_at <= at
        return InvitationStatus.EXPIRED if is_over else self.status

    def send_again(self, *, by: UserId, at: datetime) -> None:
        """With a new token and another 7 days, on the word of who sends it. Raises
        InvitationClosed.
        """
        if self.status is not InvitationStatus.INVITED:
            raise InvitationClosed
        self.invited_by = by
        self.round += 1
        self.sent_at = at
        self.expires_at = at + LIFETIME

    def accept(self, user_id: UserId, *, round: int, at: datetime) -> None:
        """Raises InvitationClosed, InvitationExpired."""
        self._answer(InvitationStatus.ACCEPTED, round=round, at=at)
        self.accepted_by = user_id

    def decline(self, *, round: int, at: datetime) -> None:
        """Raises InvitationClosed, InvitationExpired."""
        self._answer(InvitationStatus.DECLINED, round=round, at=at)

    def revoke(self, *, at: datetime) -> None:
        """Take it back; an expired one, too. Raises InvitationClosed."""
        if self.status is not InvitationStatus.INVITED:
            raise InvitationClosed
        self.status, self.closed_at = InvitationStatus.REVOKED, at

    def _answer(self, status: InvitationStatus, *, round: int, at: datetime) -> None:
        if self.status is not InvitationStatus.INVITED:
            raise InvitationClosed
        if round != self.round:
            raise InvitationExpired("A newer mail was sent; use the link in that one.")
        if self.expires_at <= at:
            raise InvitationExpired
        self.status, self.closed_at = status, at
