"""A person with an account."""

from dataclasses import dataclass
from datetime import datetime

from domain.identity.errors import AccountDisabled
from domain.shared.aggregate import Aggregate
from domain.shared.ids import UserId
from domain.shared.text import clean


@dataclass(frozen=True, slots=True)
class Email:
    """An address as its owner writes it, and the key under which it is one account."""

    address: str

    @property
    def key(self) -> str:
        return self.address.casefold()


@dataclass(slots=True, kw_only=True)
class User(Aggregate):
    """Known by one e-mail address in any case; names are clean; if disabled, signs in nowhere."""

    id: UserId
    email: Email
    password_hash: str | None
    """None for whoever signs in by other means alone."""
    first_name: str
    last_name: str
    phone: str | None = None
    email_verified_at: datetime | None = None
    is_platform_admin: bool = False
    is_active: bool = True
    created_at: datetime
    updated_at: datetime
    last_login_at: datetime | None = None

    def __post_init__(self) -> None:
        self.first_name = clean(self.first_name, field="firstName", longest=100)
        self.last_name = clean(self.last_name, field="lastName", longest=100)
        if self.phone is not None:
            self.phone = clean(self.phone, field="phone", longest=40, shortest=3)

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    def require_active(self) -> None:
        """Raises AccountDisabled."""
        if not self.is_active:
            raise AccountDisabled

    def sign_in(self, *, at: datetime) -> None:
        """Note a log-in. Raises AccountDisabled."""
        self.require_active()
        self.last_login_at = at

    def become_platform_admin(self, *, at: datetime) -> None:
        self.is_platform_admin = True
        self.updated_at = at
