"""An account that somebody asked for, until they prove that the address is theirs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from domain.identity.errors import InvalidAccountToken
from domain.identity.user import Email, User
from domain.shared.ids import RegistrationId, UserId

LIFETIME = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """Whoever proves the address gets the account with the password that they chose themselves.

    The same address may be asked for by several people: each of them has a registration of their
    own, and the account that somebody else asked for is never opened by one's mail.
    """

    id: RegistrationId
    email: Email
    password_hash: str
    first_name: str
    last_name: str
    phone: str | None
    created_at: datetime

    @classmethod
    def ask(
        cls,
        id: RegistrationId,
        email: Email,
        password_hash: str,
        *,
        first_name: str,
        last_name: str,
        phone: str | None,
        at: datetime,
    ) -> Self:
        """What can be an account one day. Raises InvalidText."""
        asked = cls(
            id=id,
            email=email,
            password_hash=password_hash,
            first_name=first_name,
            last_name=last_name,
            phone=phone,
            created_at=at,
        )
        asked.open(UserId(id), at=at)
        return asked

    @property
    def expires_at(self) -> datetime:
        return self.created_at + LIFETIME

    def open(self, user_id: UserId, *, at: datetime) -> User:
        """The account. Raises InvalidAccountToken after 24 hours."""
        if at >= self.expires_at:
            raise InvalidAccountToken
        return User(
            id=user_id,
            email=self.email,
            password_hash=self.password_hash,
            first_name=self.first_name,
            last_name=self.last_name,
            phone=self.phone,
            email_verified_at=at,
            created_at=at,
            updated_at=at,
        )
