"""People, sessions, organisations and teams in PostgreSQL."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Select,
    bindparam,
    delete,
    exists,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.database import as_system
from adapters.postgres.identity.second_factors import PostgresSecondFactors
from adapters.postgres.identity.tables import (
    membership_from_row,
    membership_to_row,
    memberships,
    organization_from_row,
    organization_to_row,
    organizations,
    session_from_row,
    session_to_row,
    sessions,
    user_from_row,
    user_to_row,
    users,
)
from adapters.postgres.own_events import KnowsEvents
from adapters.postgres.rows import insert_row, update_row
from application.shared.transaction import SessionEnded
from domain.identity.errors import InvalidRefreshToken, OrganizationNotFound, UserNotFound
from domain.identity.organization import Organization, OrganizationStatus
from domain.identity.session import Ending, Session
from domain.identity.team import Membership, Team
from domain.identity.user import User
from domain.shared.ids import OrganizationId, SessionId, UserId

_USER = select(users).where(users.c.id == bindparam("id"))
_USER_ALONE = _USER.with_for_update()
# Locked one after the other, so that two administrators cannot dismiss each other.
_PLATFORM_ADMINS = (
    select(users.c.id)
    .where(users.c.is_platform_admin, users.c.is_active)
    .order_by(users.c.id)
    .with_for_update()
)
_USER_BY_EMAIL = select(users).where(users.c.email_key == bindparam("email_key"))
_SESSION_ALONE = select(sessions).where(sessions.c.id == bindparam("id")).with_for_update()
# Whoever waited here sees the row as the winner left it: the same token is now the previous one.
_SESSION_BY_REFRESH = (
    select(sessions)
    .where(
        or_(
            sessions.c.refresh_hash == bindparam("hash"),
            sessions.c.previous_refresh_hash == bindparam("hash"),
        )
    )
    .with_for_update()
)
# In the order of their ids: of two devices that end each other's sessions none waits for ever.
_END_ALL = text(
    """
    with mine as (
        select id from sessions
        where user_id = :user_id and revoked_at is null and id is distinct from cast(:but as uuid)
        order by id for update)
    update sessions
    set revoked_at = :at, ended_because = :because, version = version + 1
    from mine where sessions.id = mine.id
    """
)
# Few visits have no end yet, and these have an index; sessions are many.
_OPEN_VISITS = text(
    "select id from support_visits where ended_at is null and :user_id in (user_id, visitor_id)"
)
_END_VISITS = text(
    """
    with theirs as (
        select id from sessions
        where id = any(:ids) and revoked_at is null and expires_at > :at order by id for update)
    update sessions
    set revoked_at = :at, ended_because = :because, version = version + 1
    from theirs where sessions.id = theirs.id
    returning sessions.id
    """
)
# An array is made once; of `in (...)` a plan may ask again, and drop more than so many.
_FORGET = text(
    """
    delete from sessions where id = any(array(
        select id from sessions where expires_at < :before
        order by expires_at limit :at_most for update skip locked))
    """
)
_ORGANIZATION = select(organizations).where(organizations.c.id == bindparam("id"))
_HAS_OPEN = select(
    exists().where(
        organizations.c.id == bindparam("id"),
        organizations.c.status != OrganizationStatus.CLOSED.value,
    )
)
_HAS_SLUG = select(exists().where(organizations.c.slug == bindparam("slug")))
_TEAM_ALONE = (
    select(organizations.c.id)
    .where(organizations.c.id == bindparam("id"))
    .with_for_update(key_share=True)
)
_TEAMS_OF = (
    select(memberships.c.organization_id)
    .where(memberships.c.user_id == bindparam("user_id"))
    .order_by(memberships.c.organization_id)
)
_MEMBERS = select(memberships).where(memberships.c.organization_id == bindparam("id"))


class PostgresUsers:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, user_id: UserId) -> User:
        return await self._one(_USER, {"id": user_id})

    async def lock(self, user_id: UserId) -> User:
        return await self._one(_USER_ALONE, {"id": user_id})

    async def with_email(self, email_key: str) -> User:
        return await self._one(_USER_BY_EMAIL, {"email_key": email_key})

    async def add(self, user: User) -> None:
        await insert_row(self._connection, users, user_to_row(user))
        user.version = 1

    async def save(self, user: User) -> None:
        await update_row(self._connection, users, user_to_row(user), version=user.version)
        user.version += 1

    async def count_platform_admins(self) -> int:
        return len((await self._connection.execute(_PLATFORM_ADMINS)).all())

    async def _one(self, statement: Select[Any], values: dict[str, Any]) -> User:
        row = (await self._connection.execute(statement, values)).one_or_none()
        if row is None:
            raise UserNotFound
        return user_from_row(row)


class PostgresSessions:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def lock(self, session_id: SessionId) -> Session:
        row = (await self._connection.execute(_SESSION_ALONE, {"id": session_id})).one_or_none()
        if row is None:
            raise SessionEnded
        return session_from_row(row)

    async def lock_by_refresh(self, refresh_hash: bytes) -> Session:
        found = await self._connection.execute(_SESSION_BY_REFRESH, {"hash": refresh_hash})
        row = found.one_or_none()
        if row is None:
            raise InvalidRefreshToken
        return session_from_row(row)

    async def add(self, session: Session) -> None:
        await insert_row(self._connection, sessions, session_to_row(session))
        session.version = 1

    async def save(self, session: Session) -> None:
        row = session_to_row(session)
        await update_row(self._connection, sessions, row, version=session.version)
        session.version += 1

    async def end_all(
        self,
        user_id: UserId,
        but: SessionId | None = None,
        *,
        at: datetime,
        because: Ending = Ending.ACCOUNT_CHANGED,
    ) -> None:
        asked = {"user_id": user_id, "but": but, "at": at, "because": because.value}
        await self._connection.execute(_END_ALL, asked)

    async def end_visits(self, user_id: UserId, *, at: datetime) -> list[SessionId]:
        async with as_system(self._connection):
            visits = await self._connection.execute(_OPEN_VISITS, {"user_id": user_id})
        ids = list(visits.scalars())
        asked = {"ids": ids, "at": at, "because": Ending.ACCOUNT_CHANGED.value}
        ended = await self._connection.execute(_END_VISITS, asked)
        return sorted(ended.scalars())

    async def forget(self, before: datetime, at_most: int) -> int:
        asked = {"before": before, "at_most": at_most}
        return int((await self._connection.execute(_FORGET, asked)).rowcount)

    async def erase(self, user_id: UserId) -> None:
        await self._connection.execute(delete(sessions).where(sessions.c.user_id == user_id))


class PostgresOrganizations:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, organization_id: OrganizationId) -> Organization:
        found = await self._connection.execute(_ORGANIZATION, {"id": organization_id})
        row = found.one_or_none()
        if row is None:
            raise OrganizationNotFound
        return organization_from_row(row)

    async def has_open(self, organization_id: OrganizationId) -> bool:
        async with as_system(self._connection):
            return bool(await self._connection.scalar(_HAS_OPEN, {"id": organization_id}))

    async def has_slug(self, slug: str) -> bool:
        # A slug is one organisation's in all the world, so all of them are looked at.
        async with as_system(self._connection):
            return bool(await self._connection.scalar(_HAS_SLUG, {"slug": slug}))

    async def add(self, organization: Organization) -> None:
        await insert_row(self._connection, organizations, organization_to_row(organization))
        organization.version = 1

    async def save(self, organization: Organization) -> None:
        row = organization_to_row(organization)
        await update_row(self._connection, organizations, row, version=organization.version)
        organization.version += 1


class PostgresTeams:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def lock(self, organization_id: OrganizationId) -> Team:
        if await self._connection.scalar(_TEAM_ALONE, {"id": organization_id}) is None:
            raise OrganizationNotFound
        rows = await self._connection.execute(_MEMBERS, {"id": organization_id})
        members = [membership_from_row(row) for row in rows]
        return Team(organization_id, {member.user_id: member for member in members})

    async def of(self, user_id: UserId) -> tuple[OrganizationId, ...]:
        found = await self._connection.scalars(_TEAMS_OF, {"user_id": user_id})
        return tuple(found)

    async def add(self, membership: Membership) -> None:
        await self._connection.execute(insert(memberships), membership_to_row(membership))

    async def save(self, membership: Membership) -> None:
        await self._connection.execute(
            update(memberships)
            .where(memberships.c.organization_id == membership.organization_id)
            .where(memberships.c.user_id == membership.user_id)
            .values(membership_to_row(membership))
        )

    async def remove(self, membership: Membership) -> None:
        await self._connection.execute(
            delete(memberships)
            .where(memberships.c.organization_id == membership.organization_id)
            .where(memberships.c.user_id == membership.user_id)
        )


class PostgresIdentityTransaction(KnowsEvents):
    users: PostgresUsers
    sessions: PostgresSessions
    organizations: PostgresOrganizations
    teams: PostgresTeams
    second_factors: PostgresSecondFactors

    def build(self) -> None:
        self.users = PostgresUsers(self.connection)
        self.sessions = PostgresSessions(self.connection)
        self.organizations = PostgresOrganizations(self.connection)
        self.teams = PostgresTeams(self.connection)
        self.second_factors = PostgresSecondFactors(self.connection)
