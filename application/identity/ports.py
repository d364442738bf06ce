"""What identity asks of the world."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

import msgspec
from msgspec import UNSET, Struct, UnsetType

from application.shared.actor import Actor
from application.shared.idempotency import KeyedRequest
from application.shared.messages import Command, changes_of
from application.shared.own_events import KnowsEvents
from application.shared.scope import Scope
from application.shared.transaction import Transaction
from domain.identity.errors import ContradictorySettings
from domain.identity.organization import Organization
from domain.identity.second_factor import SecondFactor
from domain.identity.session import Ending, Session
from domain.identity.team import Membership, Team
from domain.identity.user import User
from domain.shared.ids import OrganizationId, SessionId, UserId


class Users(Protocol):
    async def get(self, user_id: UserId) -> User: ...  # Raises UserNotFound.
    async def lock(self, user_id: UserId) -> User: ...  # The same, alone until the commit.
    async def with_email(self, email_key: str) -> User: ...  # Raises UserNotFound.
    async def add(self, user: User) -> None: ...  # Raises EmailTaken, at the latest on leaving.
    async def save(self, user: User) -> None: ...  # Raises StaleVersion.

    # Those that may sign in, alone until the commit: none of them stops being one meanwhile.
    async def count_platform_admins(self) -> int: ...


class Sessions(Protocol):
    async def lock(self, session_id: SessionId) -> Session: ...  # Raises SessionEnded.

    # By the living token's hash or the one before, alone until the commit.
    # Raises InvalidRefreshToken.
    async def lock_by_refresh(self, refresh_hash: bytes) -> Session: ...

    async def add(self, session: Session) -> None: ...
    async def save(self, session: Session) -> None: ...  # Raises StaleVersion.

    # Ends every living session of this user, but this one: whoever waits in a refresh finds it
    # over, and their next write is refused in every process.
    async def end_all(
        self,
        user_id: UserId,
        but: SessionId | None = None,
        *,
        at: datetime,
        because: Ending = Ending.ACCOUNT_CHANGED,
    ) -> None: ...

    # Ends every living support visit by this user or to them, for ever, and says which.
    async def end_visits(self, user_id: UserId, *, at: datetime) -> list[SessionId]: ...

    # Drops so many at most of those that expired before, and says how many.
    async def forget(self, before: datetime, at_most: int) -> int: ...

    async def erase(self, user_id: UserId) -> None: ...  # They tell from where somebody came.


class Organizations(Protocol):
    async def get(
        self, organization_id: OrganizationId
    ) -> Organization: ...  # OrganizationNotFound.
    # Whoever's it is: whether there is such an organisation, and it was not closed.
    async def has_open(self, organization_id: OrganizationId) -> bool: ...
    async def has_slug(self, slug: str) -> bool: ...
    async def add(
        self, organization: Organization
    ) -> None: ...  # SlugTaken, at the latest on leaving.
    async def save(self, organization: Organization) -> None: ...  # Raises StaleVersion.


class Teams(Protocol):
    """One team changes at a time, so that two owners cannot remove each other."""

    async def lock(
        self, organization_id: OrganizationId
    ) -> Team: ...  # Raises OrganizationNotFound.
    async def of(self, user_id: UserId) -> tuple[OrganizationId, ...]: ...  # Sorted.
    async def add(
        self, membership: Membership
    ) -> None: ...  # AlreadyMember, at the latest on leaving.
    async def save(self, membership: Membership) -> None: ...
    async def remove(self, membership: Membership) -> None: ...


class KnownPasskey(Struct, frozen=True):
    """What a browser is told of a passkey, so that it finds it."""

    credential_id: bytes
    transports: tuple[str, ...] = ()


class Factors(Struct, frozen=True, kw_only=True):
    """With what somebody may take the second step."""

    has_app: bool
    recovery_codes: int
    passkeys: tuple[KnownPasskey, ...]
    """Those that are trusted."""

    @property
    def are_asked(self) -> bool:
        """Whether a first factor alone signs in no more."""
        return self.has_app or bool(self.passkeys)


class SecondFactors(Protocol):
    """Whoever locks a factor has locked its user before, so there is never a second new one."""

    async def factors_of(self, user_id: UserId) -> Factors: ...

    # A new one, if nothing is known yet; alone until the commit.
    async def lock(self, user_id: UserId) -> SecondFactor: ...

    async def keep(self, factor: SecondFactor) -> None: ...  # Raises StaleVersion.


class IdentityTransaction(Transaction, KnowsEvents, Protocol):
    @property
    def users(self) -> Users: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def organizations(self) -> Organizations: ...
    @property
    def teams(self) -> Teams: ...
    @property
    def second_factors(self) -> SecondFactors: ...


BeginIdentity = Callable[[Scope], AbstractAsyncContextManager[IdentityTransaction]]


class People(Protocol):
    """Who is behind a session: asked when an access token is not remembered."""

    # Raises SessionEnded if the session is over, is somebody else's or its user is disabled.
    async def actor(self, user_id: UserId, session_id: SessionId) -> Actor: ...


class Passwords(Protocol):
    """Slow on purpose, and never on the event loop."""

    async def hash(self, password: str) -> str: ...

    # With no hash to compare, the same work is done and the answer is no.
    async def matches(self, password: str, password_hash: str | None) -> bool: ...

    def is_outdated(self, password_hash: str) -> bool: ...  # Made with other costs than today's.


class IssuedToken(Struct, frozen=True):
    """A bearer token and the seconds until it expires."""

    token: str
    expires_in_s: int


class AccessTokenIssuer(Protocol):
    def issue(self, user_id: UserId, session_id: SessionId) -> IssuedToken: ...


class RememberedTokens(Protocol):
    """What this process remembers of access tokens; other processes forget within 5 s."""

    def forget_user(self, user_id: UserId) -> None: ...
    def forget_session(self, session_id: SessionId) -> None: ...

    # Its members, scanners, keys and applications.
    def forget_organization(self, organization_id: OrganizationId) -> None: ...


class Client(Struct, frozen=True):
    """Where a request came from, as far as one can tell."""

    ip: str | None = None
    user_agent: str | None = None
    keyed: KeyedRequest | None = None
    """The write that comes from there, if it carries an Idempotency-Key and has no actor."""


class SignedIn(Struct, frozen=True, kw_only=True):
    """The keys to a session: both tokens are told once and kept nowhere."""

    user_id: UserId
    session_id: SessionId
    access: IssuedToken
    refresh_token: str


class SecondStep(Struct, frozen=True, kw_only=True):
    """The first factor was right, and another is asked for; the challenge opens nothing else."""

    challenge_token: str
    factors: Factors
    passkey_options: dict[str, Any] | None
    """For the browser, if a passkey is among them."""
    expires_in_s: int


class SettingsFields(Command):
    """An organisation's settings as clients write them; what is not set stays as it is.

    In a new organisation, what is not set is USD, no fee, and guests may buy. Amounts are numbers
    or strings.
    """

    default_currency: str | UnsetType = UNSET
    service_fee_percent: Decimal | UnsetType = msgspec.field(
        default=UNSET, name="serviceFeePercentage"
    )
    service_fee_fixed: Decimal | UnsetType = UNSET
    guest_checkout: bool | UnsetType = UNSET
    allow_guest_checkout: bool | UnsetType = UNSET
    """Another name of `guestCheckout`."""
    primary_color: str | None | UnsetType = UNSET
    """#rrggbb; so is the next one."""
    secondary_color: str | None | UnsetType = UNSET
    ticket_transfers_enabled: bool | UnsetType = UNSET
    email_notifications: bool | UnsetType = UNSET
    refund_policy: str | None | UnsetType = UNSET
    privacy_policy_url: str | None | UnsetType = UNSET
    """https alone; so is the next one."""
    terms_of_service_url: str | None | UnsetType = UNSET

    def chosen(self) -> dict[str, Any]:
        """The settings by their own names. Raises ContradictorySettings."""
        found: dict[str, Any] = changes_of(self)
        allowed = found.pop("allow_guest_checkout", UNSET)
        if allowed is not UNSET and found.setdefault("guest_checkout", allowed) != allowed:
            raise ContradictorySettings
        return found
