"""A person with an account."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from domain.identity.errors import AccountDisabled, EmailUnverified, InvalidAvatar, UserNotFound
from domain.shared.aggregate import Aggregate
from domain.shared.email import key_of
from domain.shared.ids import UserId
from domain.shared.names import clean_name
from domain.shared.text import clean

AVATAR_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Email:
    """An address as its owner writes it, and the key under which it is one account."""

    address: str

    @property
    def key(self) -> str:
        return key_of(self.address)

    @property
    def mailbox(self) -> str:
        """The key without its +tag: what most providers put into one box counts as one."""
        local, at, domain = self.key.rpartition("@")
        return f"{local.partition('+')[0] or local}{at}{domain}"


@dataclass(slots=True, kw_only=True)
class User(Aggregate):
    """Known by one e-mail address in any case; names are clean; if disabled, signs in nowhere.

    Once closed it stays as a row without a person, because orders name its id.
    """

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
    avatar_url: str | None = None
    closed_at: datetime | None = None

    def __post_init__(self) -> None:
        self.first_name = clean_name(self.first_name, field="firstName", longest=100)
        self.last_name = clean_name(self.last_name, field="lastName", longest=100)
        if self.phone is not None:
            self.phone = clean(self.phone, field="phone", longest=40, shortest=3)
        if self.avatar_url is not None:
            self.avatar_url = _picture(self.avatar_url)

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def greeted(self) -> str:
        """The name in mails: nothing while nobody has shown that the address is theirs.

        Whoever typed the name may have typed the address of a stranger.
        """
        return self.name if self.email_verified_at is not None else ""

    def require_active(self) -> None:
        """Raises AccountDisabled."""
        if not self.is_active:
            raise AccountDisabled

    def require_verified(self) -> None:
        """They showed that their address is theirs. Raises EmailUnverified."""
        if self.email_verified_at is None:
            raise EmailUnverified

    def require_open(self) -> None:
        """A closed account is as if it had never been. Raises UserNotFound."""
        if self.closed_at is not None:
            raise UserNotFound

    @property
    def rules(self) -> bool:
        """Whether they can look after the platform now."""
        return self.is_platform_admin and self.is_active

    def sign_in(self, *, at: datetime) -> None:
        """Note a log-in. Raises AccountDisabled."""
        self.require_active()
        self.last_login_at = at

    def set_password(self, password_hash: str, *, at: datetime) -> None:
        self.password_hash = password_hash
        self.updated_at = at

    def verify_email(self, email: Email, *, at: datetime) -> bool:
        """The person showed that this address is theirs; answers whether it is another one."""
        is_other = email.key != self.email.key
        if is_other or self.email_verified_at is None:
            self.email = email
            self.email_verified_at = at
            self.updated_at = at
        return is_other

    def close(self, *, at: datetime) -> None:
        """Forget the person: nothing that is left here tells who it was, or lets anybody in."""
        self.email = Email(f"{self.id}@closed.invalid")
        self.email_verified_at = None
        self.password_hash = None
        self.first_name, self.last_name = "Closed", "Account"
        self.phone = None
        self.avatar_url = None
        self.last_login_at = None
        self.is_platform_admin = False
        self.is_active = False
        self.updated_at = self.closed_at = at

    def become_platform_admin(self, *, at: datetime) -> None:
        self.is_platform_admin = True
        self.updated_at = at


def _picture(address: str) -> str:
    """Raises InvalidAvatar: pages show it, so it must not be a script or a plain http address."""
    if len(address) > AVATAR_LONGEST or not address.isascii() or not address.isprintable():
        raise InvalidAvatar(longest=AVATAR_LONGEST)
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise InvalidAvatar(longest=AVATAR_LONGEST) from error
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or " " in address:
        raise InvalidAvatar(longest=AVATAR_LONGEST)
    return address
