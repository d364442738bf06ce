"""The life of accounts in memory."""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from adapters.memory.database import (
    MemoryTable,
    MemoryTransaction,
    add_versioned,
    save_versioned,
)
from adapters.memory.identity import MemoryIdentityTransaction
from adapters.memory.identity_challenges import MemorySpentChallenges
from domain.identity.account_link import AccountLink, LinkPurpose
from domain.identity.attempts import Tally, Try
from domain.identity.errors import InvalidAccountToken
from domain.identity.invitation import Invitation, InvitationStatus
from domain.identity.preferences import Preferences
from domain.identity.registration import Registration
from domain.identity.user import Email, User
from domain.shared.ids import AccountLinkId, InvitationId, OrganizationId, RegistrationId, UserId


class MemoryTally(NamedTuple):
    key: bytes
    kind: str
    tried_at: tuple[datetime, ...]
    keep_until: datetime


class MemoryAttempts:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._rows: MemoryTable[bytes, MemoryTally] = tx.database.table("attempts")

    async def take(self, tries: Sequence[Try], *, at: datetime) -> datetime | None:
        tallies = {one: self._tally(one, at) for one in tries}
        free = [tally.free_at(one.limit) for one, tally in tallies.items()]
        later = [moment for moment in free if moment is not None]
        if later:
            return max(later)
        for one, tally in tallies.items():
            self._keep(one, tally.plus(at), at)
        return None

    async def give_back(self, tries: Sequence[Try], *, at: datetime) -> None:
        for one in tries:
            self._keep(one, self._tally(one, at).without_latest(), at)

    async def clear(self, tries: Sequence[Try]) -> None:
        for one in tries:
            self._rows.remove(one.key)

    async def count(self, kind: str, *, since: datetime, at_most: int | None = None) -> int:
        rows = self._rows.where(lambda row: row.kind == kind)
        later = (moment for row in rows for moment in row.tried_at if moment > since)
        return sum(1 for _ in islice(later, at_most))

    async def forget(self, at_most: int, *, at: datetime) -> int:
        old = self._rows.where(lambda row: row.keep_until <= at)
        old.sort(key=lambda row: row.keep_until)
        for row in old[:at_most]:
            self._rows.remove(row.key)
        return len(old[:at_most])

    def _tally(self, one: Try, at: datetime) -> Tally:
        row = self._rows.get(one.key)
        return Tally.of(row.tried_at if row else (), one.limit, at=at)

    def _keep(self, one: Try, tally: Tally, at: datetime) -> None:
        row = MemoryTally(one.key, one.limit.kind, tally.tried_at, at + one.limit.within)
        self._rows.put(one.key, row)


class MemoryNetwork(NamedTuple):
    user_id: UserId
    network: str
    seen_at: datetime


class MemoryFamiliarNetworks:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._rows: MemoryTable[tuple[UserId, str], MemoryNetwork] = tx.database.table(
            "familiar_networks"
        )

    async def knows(self, user_id: UserId | None, network: str) -> bool:
        return user_id is not None and self._rows.get((user_id, network)) is not None

    async def note(self, user_id: UserId, network: str, *, at: datetime) -> None:
        self._rows.put((user_id, network), MemoryNetwork(user_id, network, at))

    async def forget_user(self, user_id: UserId) -> None:
        self._remove(lambda row: row.user_id == user_id)

    async def forget(self, before: datetime) -> int:
        return self._remove(lambda row: row.seen_at < before)

    def _remove(self, holds: Callable[[MemoryNetwork], bool]) -> int:
        old = self._rows.where(holds)
        for row in old:
            self._rows.remove((row.user_id, row.network))
        return len(old)


class MemoryAccountLinks:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._rows: MemoryTable[AccountLinkId, AccountLink] = tx.database.table("account_links")

    async def add(self, link: AccountLink) -> bool:
        if self._rows.get(link.id) is not None:
            return False
        add_versioned(self._rows, link.id, link)
        return True

    async def lock(self, link_id: AccountLinkId) -> AccountLink:
        link = self._rows.get(link_id)
        if link is None:
            raise InvalidAccountToken
        return link

    async def save(self, link: AccountLink) -> None:
        save_versioned(self._rows, link.id, link)

    async def end_all(self, user_id: UserId, purpose: LinkPurpose | None = None) -> None:
        for link in self._rows.where(lambda row: row.user_id == user_id and row.used_at is None):
            if purpose in (None, link.purpose):
                self._rows.remove(link.id)

    async def erase(self, user_id: UserId) -> None:
        for link in self._rows.where(lambda row: row.user_id == user_id):
            self._rows.remove(link.id)

    async def forget(self, before: datetime) -> int:
        old = self._rows.where(lambda row: row.expires_at < before)
        for link in old:
            self._rows.remove(link.id)
        return len(old)


class MemoryRegistrations:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._rows: MemoryTable[RegistrationId, Registration] = tx.database.table("registrations")

    async def add(self, registration: Registration) -> None:
        self._rows.put(registration.id, registration)

    async def get(self, registration_id: RegistrationId) -> Registration:
        registration = self._rows.get(registration_id)
        if registration is None:
            raise InvalidAccountToken
        return registration

    async def lock(self, registration_id: RegistrationId) -> Registration:
        return await self.get(registration_id)

    async def end_all(self, email_key: str) -> None:
        for registration in self._rows.where(lambda row: row.email.key == email_key):
            self._rows.remove(registration.id)

    async def forget(self, before: datetime) -> int:
        old = self._rows.where(lambda row: row.created_at < before)
        for registration in old:
            self._rows.remove(registration.id)
        return len(old)


class MemoryPreferences:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._rows: MemoryTable[UserId, Preferences] = tx.database.table("user_preferences")

    async def of(self, user_id: UserId) -> Preferences:
        return self._rows.get(user_id) or Preferences()

    async def keep(self, user_id: UserId, preferences: Preferences) -> None:
        self._rows.put(user_id, preferences)

    async def forget(self, user_id: UserId) -> None:
        self._rows.remove(user_id)


class MemoryWaysIn:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._database = tx.database

    async def erase_applications(self, user_id: UserId) -> None:
        grants = self._database.table("oauth_grants")
        ended = {row.id for row in grants.where(lambda row: row.user_id == user_id)}
        credentials = self._database.table("credentials")
        for kept in credentials.where(lambda row: row.owner_id in ended):
            credentials.remove(kept.credential.id)
        for id_ in ended:
            grants.remove(id_)

    async def erase(self, user_id: UserId) -> None:
        await self.erase_applications(user_id)
        for name in ("linked_identities", "passkeys"):
            table = self._database.table(name)
            for row in table.where(lambda row: row.user_id == user_id):
                table.remove(row.id)
        flows = self._database.table("login_flows")
        for flow in flows.where(lambda row: row.user_id == user_id):
            flows.remove(flow.state_hash)
        self._database.table("second_factors").remove(user_id)


class MemoryReceivedInvitations:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._rows: MemoryTable[InvitationId, Invitation] = tx.database.table("invitations")
        self._users: MemoryTable[UserId, User] = tx.database.table("users")

    async def senders(self, user_id: UserId) -> tuple[OrganizationId, ...]:
        user = self._users.get(user_id)
        return (
            ()
            if user is None
            else tuple(sorted({invitation.organization_id for invitation in self._to(user)}))
        )

    async def erase(self, user: User, *, at: datetime) -> None:
        for invitation in self._to(user):
            if invitation.status is InvitationStatus.INVITED:
                invitation.revoke(at=at)
            invitation.email = Email(f"{invitation.id}@closed.invalid")
            save_versioned(self._rows, invitation.id, invitation)

    def _to(self, user: User) -> list[Invitation]:
        key = None if user.email_verified_at is None else user.email.key
        return self._rows.where(lambda row: row.accepted_by == user.id or row.email.key == key)


class MemoryAccountTransaction(MemoryIdentityTransaction):
    attempts: MemoryAttempts
    familiar_networks: MemoryFamiliarNetworks
    links: MemoryAccountLinks
    registrations: MemoryRegistrations
    preferences: MemoryPreferences
    ways_in: MemoryWaysIn
    spent_challenges: MemorySpentChallenges
    received_invitations: MemoryReceivedInvitations

    def build(self) -> None:
        super().build()
        self.attempts = MemoryAttempts(self)
        self.familiar_networks = MemoryFamiliarNetworks(self)
        self.links = MemoryAccountLinks(self)
        self.registrations = MemoryRegistrations(self)
        self.preferences = MemoryPreferences(self)
        self.ways_in = MemoryWaysIn(self)
        self.spent_challenges = MemorySpentChallenges(self)
        self.received_invitations = MemoryReceivedInvitations(self)
