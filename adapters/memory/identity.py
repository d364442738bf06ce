"""People, sessions, organisations and teams in memory."""

from datetime import datetime

from adapters.memory.database import (
    MemoryDatabase,
    MemoryTable,
    MemoryTransaction,
    add_versioned,
    save_versioned,
)
from adapters.memory.identity_second_factors import MemorySecondFactors
from adapters.memory.own_events import KnowsEvents
from application.shared.actor import Actor
from application.shared.transaction import SessionEnded
from domain.identity.errors import (
    AlreadyMember,
    EmailTaken,
    InvalidRefreshToken,
    OrganizationNotFound,
    SlugTaken,
    UserNotFound,
)
from domain.identity.organization import Organization, OrganizationStatus
from domain.identity.session import Ending, Session
from domain.identity.team import Membership, Team
from domain.identity.user import User
from domain.shared.ids import OrganizationId, SessionId, UserId

Memberships = MemoryTable[tuple[OrganizationId, UserId], Membership]


class MemoryUsers:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._rows: MemoryTable[UserId, User] = tx.database.table("users")

    async def get(self, user_id: UserId) -> User:
        user = self._rows.get(user_id)
        if user is None:
            raise UserNotFound
        return user

    async def lock(self, user_id: UserId) -> User:
        return await self.get(user_id)

    async def with_email(self, email_key: str) -> User:
        for user in self._rows.where(lambda row: row.email.key == email_key):
            return user
        raise UserNotFound

    async def add(self, user: User) -> None:
        if self._rows.where(lambda row: row.email.key == user.email.key):
            raise EmailTaken
        add_versioned(self._rows, user.id, user)

    async def save(self, user: User) -> None:
        save_versioned(self._rows, user.id, user)

    async def count_platform_admins(self) -> int:
        return len(self._rows.where(lambda row: row.rules))


class MemorySessions:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._rows: MemoryTable[SessionId, Session] = tx.database.table("sessions")

    async def lock(self, session_id: SessionId) -> Session:
        session = self._rows.get(session_id)
        if session is None:
            raise SessionEnded
        return session

    async def lock_by_refresh(self, refresh_hash: bytes) -> Session:
        for session in self._rows.where(
            lambda row: refresh_hash in (row.refresh_hash, row.previous_refresh_hash)
        ):
            return session
        raise InvalidRefreshToken

    async def add(self, session: Session) -> None:
        add_versioned(self._rows, session.id, session)

    async def save(self, session: Session) -> None:
        save_versioned(self._rows, session.id, session)

    async def end_all(
        self,
        user_id: UserId,
        but: SessionId | None = None,
        *,
        at: datetime,
        because: Ending = Ending.ACCOUNT_CHANGED,
    ) -> None:
        for session in self._rows.where(
            lambda row: row.user_id == user_id and row.revoked_at is None and row.id != but
        ):
            session.revoke(because, at=at)
            await self.save(session)

    async def end_visits(self, user_id: UserId, *, at: datetime) -> list[SessionId]:
        living = self._rows.where(
            lambda row: (
                row.visitor_id is not None
                and user_id in (row.visitor_id, row.user_id)
                and row.is_alive(at)
            )
        )
        for session in living:
            session.revoke(Ending.ACCOUNT_CHANGED, at=at)
            await self.save(session)
        return sorted(session.id for session in living)

    async def forget(self, before: datetime, at_most: int) -> int:
        old = self._rows.where(lambda row: row.expires_at < before)[:at_most]
        for session in old:
            self._rows.remove(session.id)
        return len(old)

    async def erase(self, user_id: UserId) -> None:
        for session in self._rows.where(lambda row: row.user_id == user_id):
            self._rows.remove(session.id)


class MemoryOrganizations:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._rows: MemoryTable[OrganizationId, Organization] = tx.database.table("organizations")

    async def get(self, organization_id: OrganizationId) -> Organization:
        organization = self._rows.get(organization_id)
        if organization is None:
            raise OrganizationNotFound
        return organization

    async def has_open(self, organization_id: OrganizationId) -> bool:
        organization = self._rows.get(organization_id)
        return organization is not None and organization.status is not OrganizationStatus.CLOSED

    async def has_slug(self, slug: str) -> bool:
        return bool(self._rows.where(lambda row: row.slug == slug))

    async def add(self, organization: Organization) -> None:
        if await self.has_slug(organization.slug):
            raise SlugTaken
        add_versioned(self._rows, organization.id, organization)

    async def save(self, organization: Organization) -> None:
        save_versioned(self._rows, organization.id, organization)


class MemoryTeams:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._organizations = tx.database.table("organizations")
        self._rows: Memberships = tx.database.table("memberships")

    async def lock(self, organization_id: OrganizationId) -> Team:
        if self._organizations.get(organization_id) is None:
            raise OrganizationNotFound
        members = self._rows.where(lambda row: row.organization_id == organization_id)
        return Team(organization_id, {member.user_id: member for member in members})

    async def of(self, user_id: UserId) -> tuple[OrganizationId, ...]:
        mine = self._rows.where(lambda row: row.user_id == user_id)
        return tuple(sorted(member.organization_id for member in mine))

    async def add(self, membership: Membership) -> None:
        key = (membership.organization_id, membership.user_id)
        if self._rows.get(key) is not None:
            raise AlreadyMember
        self._rows.put(key, membership)

    async def save(self, membership: Membership) -> None:
        self._rows.put((membership.organization_id, membership.user_id), membership)

    async def remove(self, membership: Membership) -> None:
        self._rows.remove((membership.organization_id, membership.user_id))


class MemoryIdentityTransaction(KnowsEvents):
    users: MemoryUsers
    sessions: MemorySessions
    organizations: MemoryOrganizations
    teams: MemoryTeams
    second_factors: MemorySecondFactors

    def build(self) -> None:
        self.users = MemoryUsers(self)
        self.sessions = MemorySessions(self)
        self.organizations = MemoryOrganizations(self)
        self.teams = MemoryTeams(self)
        self.second_factors = MemorySecondFactors(self)


class MemoryPeople:
    """Who is behind a session, by looking at the same tables."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._database = database

    async def actor(self, user_id: UserId, session_id: SessionId) -> Actor:
        session: Session | None = self._database.table("sessions").get(session_id)
        user: User | None = self._database.table("users").get(user_id)
        if session is None or not session.is_alive(self._database.clock()):
            raise SessionEnded
        if user is None or not user.is_active or session.user_id != user.id:
            raise SessionEnded
        if session.visitor_id is not None and not self._may_visit(session.visitor_id, user):
            raise SessionEnded
        mine: list[Membership] = self._database.table("memberships").where(
            lambda row: (
                row.user_id == user_id and self._status(row) is not OrganizationStatus.CLOSED
            )
        )
        return Actor(
            user_id=user_id,
            session_id=session_id,
            email=user.email.address,
            name=user.name,
            is_platform_admin=user.is_platform_admin,
            memberships={member.organization_id: member.role for member in mine},
            limited_to={
                member.organization_id: frozenset(member.event_ids)
                for member in mine
                if member.event_ids is not None
            },
            suspended=frozenset(
                member.organization_id
                for member in mine
                if self._status(member) is OrganizationStatus.SUSPENDED
            ),
            visitor_id=session.visitor_id,
        )

    def _status(self, member: Membership) -> OrganizationStatus | None:
        organization = self._database.table("organizations").get(member.organization_id)
        return None if organization is None else organization.status

    def _may_visit(self, visitor_id: UserId, user: User) -> bool:
        visitor: User | None = self._database.table("users").get(visitor_id)
        is_admin = visitor is not None and visitor.is_active and visitor.is_platform_admin
        return is_admin and not user.is_platform_admin
