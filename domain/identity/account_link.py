"""What a mail lets its reader do once: prove an address, or set a new password."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from domain.identity.errors import InvalidAccountToken
from domain.identity.user import Email
from domain.shared.aggregate import Aggregate
from domain.shared.ids import AccountLinkId, UserId
from domain.shared.words import Word


class LinkPurpose(Word):
    """What the link is for."""

    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105  # A purpose, and no password.
    CHANGE_EMAIL = "change_email"


LIFETIMES = {
    LinkPurpose.VERIFY_EMAIL: timedelta(hours=24),
    LinkPurpose.RESET_PASSWORD: timedelta(hours=1),
    LinkPurpose.CHANGE_EMAIL: timedelta(hours=24),
}


@dataclass(slots=True, kw_only=True)
class AccountLink(Aggregate):
    """Works once, for one account, while it lives; its secret is derived and kept nowhere."""

    id: AccountLinkId
    user_id: UserId
    purpose: LinkPurpose
    email: Email
    """The address it was sent to."""
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None

    @classmethod
    def make(
        cls, id: AccountLinkId, user_id: UserId, purpose: LinkPurpose, email: Email, *, at: datetime
    ) -> Self:
        return cls(
            id=id,
            user_id=user_id,
            purpose=purpose,
            email=email,
            created_at=at,
            expires_at=at + LIFETIMES[purpose],
        )

    def use(self, *purposes: LinkPurpose, at: datetime) -> None:
        """Raises InvalidAccountToken if it was used, has expired or is for something else."""
        if self.used_at is not None or at >= self.expires_at or self.purpose not in purposes:
            raise InvalidAccountToken
        self.used_at = at
