"""The life of accounts in PostgreSQL."""

from datetime import datetime

from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.identity.account_rows import (
    account_links,
    familiar_networks,
    link_from_row,
    link_to_row,
    preferences_from_row,
    preferences_to_row,
    registration_from_row,
    registration_to_row,
    registrations,
    user_preferences,
)
from adapters.postgres.identity.attempts import PostgresAttempts
from adapters.postgres.identity.received_invitations import PostgresReceivedInvitations
from adapters.postgres.identity.spent_challenges import PostgresSpentChallenges
from adapters.postgres.identity.store import PostgresIdentityTransaction
from adapters.postgres.rows import update_row
from domain.identity.account_link import AccountLink, LinkPurpose
from domain.identity.errors import InvalidAccountToken
from domain.identity.preferences import Preferences
from domain.identity.registration import Registration
from domain.shared.ids import AccountLinkId, RegistrationId, UserId

_LINK_ALONE = select(account_links).where(account_links.c.id == bindparam("id")).with_for_update()
_REGISTRATION = select(registrations).where(registrations.c.id == bindparam("id"))
_REGISTRATION_ALONE = _REGISTRATION.with_for_update()
_ERASE_APPLICATIONS = text(
    """
    with granted as (delete from oauth_grants where user_id = :user_id returning id)
    delete from credentials using granted where credentials.owner_id = granted.id
    """
)
_ERASE_WAYS_IN = text(
    """
    with linked as (delete from linked_identities where user_id = :user_id),
         flows as (delete from login_flows where user_id = :user_id),
         keys as (delete from passkeys where user_id = :user_id)
    delete from second_factors where user_id = :user_id
    """
)
_PREFERENCES = select(user_preferences).where(user_preferences.c.user_id == bindparam("user_id"))
_KNOWN = select(familiar_networks.c.seen_at).where(
    familiar_networks.c.user_id == bindparam("user_id"),
    familiar_networks.c.network == bindparam("network"),
)

_NOTE = text(
    """
    insert into familiar_networks (user_id, network, seen_at) values (:user_id, :network, :at)
    on conflict (user_id, network) do update set seen_at = excluded.seen_at
    """
)


class PostgresFamiliarNetworks:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def knows(self, user_id: UserId | None, network: str) -> bool:
        asked = {"user_id": user_id, "network": network}
        return await self._connection.scalar(_KNOWN, asked) is not None

    async def note(self, user_id: UserId, network: str, *, at: datetime) -> None:
        await self._connection.execute(_NOTE, {"user_id": user_id, "network": network, "at": at})

    async def forget_user(self, user_id: UserId) -> None:
        await self._connection.execute(
            delete(familiar_networks).where(familiar_networks.c.user_id == user_id)
        )

    async def forget(self, before: datetime) -> int:
        dropped = await self._connection.execute(
            delete(familiar_networks).where(familiar_networks.c.seen_at < before)
        )
        return int(dropped.rowcount)


class PostgresAccountLinks:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, link: AccountLink) -> bool:
        added = insert(account_links).values(**link_to_row(link), version=1)
        once = added.on_conflict_do_nothing().returning(account_links.c.id)
        link.version = 1
        return await self._connection.scalar(once) is not None

    async def lock(self, link_id: AccountLinkId) -> AccountLink:
        row = (await self._connection.execute(_LINK_ALONE, {"id": link_id})).one_or_none()
        if row is None:
            raise InvalidAccountToken
        return link_from_row(row)

    async def save(self, link: AccountLink) -> None:
        row = link_to_row(link)
        await update_row(self._connection, account_links, row, version=link.version)
        link.version += 1

    async def end_all(self, user_id: UserId, purpose: LinkPurpose | None = None) -> None:
        unused = delete(account_links).where(
            account_links.c.user_id == user_id, account_links.c.used_at.is_(None)
        )
        if purpose is not None:
            unused = unused.where(account_links.c.purpose == purpose.value)
        await self._connection.execute(unused)

    async def erase(self, user_id: UserId) -> None:
        await self._connection.execute(
            delete(account_links).where(account_links.c.user_id == user_id)
        )

    async def forget(self, before: datetime) -> int:
        dropped = await self._connection.execute(
            delete(account_links).where(account_links.c.expires_at < before)
        )
        return int(dropped.rowcount)


class PostgresRegistrations:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, registration: Registration) -> None:
        await self._connection.execute(
            insert(registrations).values(**registration_to_row(registration))
        )

    async def get(self, registration_id: RegistrationId) -> Registration:
        return await self._one(registration_id, alone=False)

    async def lock(self, registration_id: RegistrationId) -> Registration:
        return await self._one(registration_id, alone=True)

    async def end_all(self, email_key: str) -> None:
        await self._connection.execute(
            delete(registrations).where(registrations.c.email_key == email_key)
        )

    async def forget(self, before: datetime) -> int:
        dropped = await self._connection.execute(
            delete(registrations).where(registrations.c.created_at < before)
        )
        return int(dropped.rowcount)

    async def _one(self, registration_id: RegistrationId, *, alone: bool) -> Registration:
        statement = _REGISTRATION_ALONE if alone else _REGISTRATION
        found = await self._connection.execute(statement, {"id": registration_id})
        row = found.one_or_none()
        if row is None:
            raise InvalidAccountToken
        return registration_from_row(row)


class PostgresPreferences:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, user_id: UserId) -> Preferences:
        row = (await self._connection.execute(_PREFERENCES, {"user_id": user_id})).one_or_none()
        return Preferences() if row is None else preferences_from_row(row)

    async def keep(self, user_id: UserId, preferences: Preferences) -> None:
        row = preferences_to_row(preferences)
        kept = insert(user_preferences).values(user_id=user_id, **row)
        await self._connection.execute(
            kept.on_conflict_do_update(index_elements=["user_id"], set_=row)
        )

    async def forget(self, user_id: UserId) -> None:
        await self._connection.execute(
            delete(user_preferences).where(user_preferences.c.user_id == user_id)
        )


class PostgresWaysIn:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def erase(self, user_id: UserId) -> None:
        await self.erase_applications(user_id)
        await self._connection.execute(_ERASE_WAYS_IN, {"user_id": user_id})

    async def erase_applications(self, user_id: UserId) -> None:
        await self._connection.execute(_ERASE_APPLICATIONS, {"user_id": user_id})


class PostgresAccountTransaction(PostgresIdentityTransaction):
    attempts: PostgresAttempts
    familiar_networks: PostgresFamiliarNetworks
    links: PostgresAccountLinks
    registrations: PostgresRegistrations
    preferences: PostgresPreferences
    ways_in: PostgresWaysIn
    spent_challenges: PostgresSpentChallenges
    received_invitations: PostgresReceivedInvitations

    def build(self) -> None:
        super().build()
        self.attempts = PostgresAttempts(self.connection)
        self.familiar_networks = PostgresFamiliarNetworks(self.connection)
        self.links = PostgresAccountLinks(self.connection)
        self.registrations = PostgresRegistrations(self.connection)
        self.preferences = PostgresPreferences(self.connection)
        self.ways_in = PostgresWaysIn(self.connection)
        self.spent_challenges = PostgresSpentChallenges(self.connection)
        self.received_invitations = PostgresReceivedInvitations(self.connection)
