"""Who a person is at a provider, and which of our accounts that opens."""

from dataclasses import dataclass
from datetime import datetime

from domain.identity.errors import ProviderEmailUnverified
from domain.shared.ids import LinkedIdentityId, UserId
from domain.shared.names import clean_name
from domain.shared.text import InvalidText

NOT_TOLD = "-"
"""Stands for a name that the provider does not tell; its owner may put it right."""

_NAME_LONGEST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedIdentity:
    """The provider's account (`issuer`, `subject`) that opens the account of one user.

    The address is how the provider knows it: told to its owner, and never compared with anything.
    """

    id: LinkedIdentityId
    user_id: UserId
    provider: str
    issuer: str
    subject: str
    email: str | None
    linked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenIdentity:
    """What a provider signed about the person who stands before us."""

    provider: str
    issuer: str
    subject: str
    email: str | None
    is_email_verified: bool
    first_name: str | None = None
    last_name: str | None = None

    def linked_to(self, user_id: UserId, id: LinkedIdentityId, *, at: datetime) -> LinkedIdentity:
        return LinkedIdentity(
            id=id,
            user_id=user_id,
            provider=self.provider,
            issuer=self.issuer,
            subject=self.subject,
            email=self.email,
            linked_at=at,
        )

    def verified_email(self) -> str:
        """The address, if the provider vouches for it. Raises ProviderEmailUnverified."""
        if self.email is None or not self.is_email_verified:
            raise ProviderEmailUnverified
        return self.email


def names_for(
    proven: ProvenIdentity, *, first_name: str | None, last_name: str | None
) -> tuple[str, str]:
    """What a new account is called: as the provider says, else as the person says, else a dash."""
    first = _usable(proven.first_name) or _usable(first_name)
    last = _usable(proven.last_name) or _usable(last_name)
    return first or NOT_TOLD, last or NOT_TOLD


def _usable(name: str | None) -> str:
    """What can be kept of a name that somebody else wrote; nothing if no name is left."""
    kept = "".join(sign for sign in name or "" if sign.isprintable()).strip()[:_NAME_LONGEST]
    try:
        return clean_name(kept, field="name", longest=_NAME_LONGEST)
    except InvalidText:
        return ""
