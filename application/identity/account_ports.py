"""What the life of an account asks of the world."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, Protocol

from application.identity.ports import IdentityTransaction
from application.shared.actor import Actor
from application.shared.scope import Scope
from application.shared.transaction import Transaction
from domain.identity.account_link import AccountLink, LinkPurpose
from domain.identity.attempts import Try
from domain.identity.challenge import Challenge
from domain.identity.preferences import Preferences
from domain.identity.registration import Registration
from domain.identity.user import User
from domain.shared.ids import AccountLinkId, OrganizationId, RegistrationId, UserId


class Attempts(Protocol):
    """Tries that count although what they were part of failed: commit first, then refuse."""

    # Counts one against each of them, alone until the commit; if one is used up, counts nothing
    # and answers when the next is admitted.
    async def take(self, tries: Sequence[Try], *, at: datetime) -> datetime | None: ...

    # The latest against each of them did no harm.
    async def give_back(self, tries: Sequence[Try], *, at: datetime) -> None: ...

    # None against any of them counts any more.
    async def clear(self, tries: Sequence[Try]) -> None: ...

    # How many of one kind, whomever they were against, since then; it stops looking at so many.
    async def count(self, kind: str, *, since: datetime, at_most: int | None = None) -> int: ...

    # Drops at most so many subjects whose tries are too long ago to count; answers how many.
    async def forget(self, at_most: int, *, at: datetime) -> int: ...


class FamiliarNetworks(Protocol):
    """From where people signed in before."""

    # With nobody in question the same work is done and the answer is no.
    async def knows(self, user_id: UserId | None, network: str) -> bool: ...
    async def note(self, user_id: UserId, network: str, *, at: datetime) -> None: ...
    async def forget_user(self, user_id: UserId) -> None: ...

    # Drops those that were not seen since; answers how many.
    async def forget(self, before: datetime) -> int: ...


class AccountLinks(Protocol):
    async def add(self, link: AccountLink) -> bool: ...  # False if it is there already.
    async def lock(self, link_id: AccountLinkId) -> AccountLink: ...  # Raises InvalidAccountToken.
    async def save(self, link: AccountLink) -> None: ...  # Raises StaleVersion.

    # Those that were not used end; of one purpose, or all of them.
    async def end_all(self, user_id: UserId, purpose: LinkPurpose | None = None) -> None: ...
    async def erase(self, user_id: UserId) -> None: ...  # They tell addresses.
    async def forget(self, before: datetime) -> int: ...  # Those that expired by then.


class Registrations(Protocol):
    async def add(self, registration: Registration) -> None: ...
    async def get(
        self, registration_id: RegistrationId
    ) -> Registration: ...  # Raises InvalidAccountToken.

    # The same, alone until the commit.
    async def lock(self, registration_id: RegistrationId) -> Registration: ...

    async def end_all(self, email_key: str) -> None: ...  # Nobody opens this account any more.
    async def forget(self, before: datetime) -> int: ...  # Those that were made before then.


class PreferencesKept(Protocol):
    async def of(self, user_id: UserId) -> Preferences: ...  # Those of beginners, if none are kept.
    async def keep(self, user_id: UserId, preferences: Preferences) -> None: ...
    async def forget(self, user_id: UserId) -> None: ...


class WaysIn(Protocol):
    """Second factors, passkeys, identities at providers, and applications that were let in."""

    async def erase(self, user_id: UserId) -> None: ...

    async def erase_applications(self, user_id: UserId) -> None: ...  # These alone.


class ReceivedInvitations(Protocol):
    """Those that a person accepted, and those to the address that they have shown to be theirs."""

    async def senders(self, user_id: UserId) -> tuple[OrganizationId, ...]: ...  # Sorted.

    # Nobody knows any more to whom they went; what was not answered is revoked.
    async def erase(self, user: User, *, at: datetime) -> None: ...


class SpentChallenges(Protocol):
    async def spend(self, challenge: Challenge) -> None: ...  # ChallengeOver if it was before.

    # Drops at most so many whose time is over, and says how many.
    async def forget(self, at: datetime, at_most: int) -> int: ...


class CountingTransaction(Transaction, Protocol):
    @property
    def attempts(self) -> Attempts: ...


class AccountTransaction(IdentityTransaction, CountingTransaction, Protocol):
    @property
    def familiar_networks(self) -> FamiliarNetworks: ...
    @property
    def links(self) -> AccountLinks: ...
    @property
    def registrations(self) -> Registrations: ...
    @property
    def preferences(self) -> PreferencesKept: ...
    @property
    def ways_in(self) -> WaysIn: ...
    @property
    def spent_challenges(self) -> SpentChallenges: ...
    @property
    def received_invitations(self) -> ReceivedInvitations: ...


BeginAccounts = Callable[[Scope], AbstractAsyncContextManager[AccountTransaction]]


class KnownPasswords(Protocol):
    async def has(self, password: str) -> bool: ...  # Whether it is on a list of known passwords.


class Alarms(Protocol):
    """Where operators look."""

    def sign_ins_fail(self, *, failures: int, limit: int) -> None: ...  # In the last minute.


class Belongings(Protocol):
    """What other contexts hold of a person, as their own pages show it, newest first."""

    async def orders(self, actor: Actor) -> list[Any]: ...
    async def tickets(self, actor: Actor) -> list[Any]: ...
    async def payments(self, actor: Actor) -> list[Any]: ...
    async def carts(self, actor: Actor) -> list[Any]: ...
    async def waiting_list_entries(self, actor: Actor) -> list[Any]: ...
