"""Questions about people and organisations, answered in one statement each."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    bindparam,
    exists,
    false,
    join,
    select,
    text,
    true,
)

from adapters.postgres.arrays import uuids
from adapters.postgres.database import Database
from adapters.postgres.identity.factor_tables import has_second_factor
from adapters.postgres.identity.tables import (
    memberships,
    organizations,
    settings_from_row,
    users,
)
from application.identity.views import (
    ALL_MEMBERS,
    MemberFilter,
    MembershipView,
    MemberView,
    MeView,
    OrganizationSettingsView,
    OrganizationView,
)
from application.shared.actor import Actor
from application.shared.clock import Clock
from application.shared.coalescer import Coalescer
from application.shared.messages import AddressFields
from application.shared.paging import Page, PageRequest, page_of
from application.shared.scope import SYSTEM, Scope
from application.shared.transaction import DatabaseDown, NothingDone, SessionEnded
from domain.identity.errors import MemberNotFound, OrganizationNotFound, UserNotFound
from domain.identity.organization import OrganizationStatus, OrganizationType
from domain.identity.team import standing_of
from domain.shared.ids import OrganizationId, SessionId, UserId
from domain.shared.permissions import Role

_OPEN = organizations.c.status != OrganizationStatus.CLOSED.value
_OF_OPEN = (organizations.c.id == memberships.c.organization_id) & _OPEN
# One row per membership, or one row without.
_ME = (
    select(
        users,
        memberships.c.organization_id,
        memberships.c.role,
        memberships.c.event_ids,
        organizations.c.name,
        has_second_factor(users.c.id).label("two_factor_enabled"),
    )
    .outerjoin(join(memberships, organizations, _OF_OPEN), memberships.c.user_id == users.c.id)
    .where(users.c.id == bindparam("user_id"))
    .order_by(memberships.c.joined_at, memberships.c.organization_id)
)
# One row per person and membership, or one row without; none for a session that is over. A visit is
# over, too, when its visitor lost the right to it, or its person got that of seeing everything.
_ACTORS = text(
    """
    select asked.n, u.email, u.first_name, u.last_name, u.is_platform_admin,
           session.visitor_id, m.organization_id, m.role, m.event_ids, m.status
    from unnest(:user_ids, :session_ids) with ordinality as asked (user_id, session_id, n)
         join lateral (
             select s.user_id, s.visitor_id from sessions s
             where s.id = asked.session_id and s.user_id = asked.user_id
               and s.revoked_at is null and s.expires_at > :at
               and (s.visitor_id is null or exists (
                   select from users v
                   where v.id = s.visitor_id and v.is_active and v.is_platform_admin))
             union all
             select g.user_id, null
             from credentials c join oauth_grants g on g.id = c.owner_id
             where c.id = asked.session_id and g.user_id = asked.user_id
               and g.ended_at is null and c.expires_at > :at) as session on true
         join lateral (
             select id, email, first_name, last_name, is_platform_admin from users
             where users.id = session.user_id and users.is_active
               and (session.visitor_id is null or not users.is_platform_admin)) as u on true
         left join lateral (
             select memberships.organization_id, memberships.role, memberships.event_ids, o.status
             from memberships join organizations o on o.id = memberships.organization_id
             where memberships.user_id = u.id and o.status <> 'closed') as m on true
    """
)
_SUSPENDED = OrganizationStatus.SUSPENDED.value
_MEMBER = select(memberships, users.c.email, users.c.first_name, users.c.last_name).join(
    users, users.c.id == memberships.c.user_id
)


class PostgresUserQueries:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get_me(self, scope: Scope) -> MeView:
        async with self._database.read(scope) as connection:
            rows = (await connection.execute(_ME, {"user_id": scope.person_id})).all()
        if not rows:
            raise UserNotFound
        me = rows[0]
        roles = _roles(rows)
        return MeView(
            id=me.id,
            email=me.email,
            first_name=me.first_name,
            last_name=me.last_name,
            role=standing_of(roles.values(), is_platform_admin=me.is_platform_admin),
            email_verified=me.email_verified_at is not None,
            phone=me.phone,
            two_factor_enabled=me.two_factor_enabled,
            avatar_url=me.avatar_url,
            memberships=[
                MembershipView(
                    organization_id=row.organization_id,
                    organization_name=row.name,
                    role=Role(row.role),
                    event_ids=row.event_ids,
                )
                for row in rows
                if row.organization_id is not None
            ],
            created_at=me.created_at,
        )


class _Asked(NamedTuple):
    user_id: UserId
    session_id: SessionId


class PostgresPeople:
    """Who is behind a session: session, user and memberships in one look.

    Looks that are wanted at once are one question: in an on-sale minute everybody is a stranger.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lane = Coalescer(self._actors, self._again)

    async def actor(self, user_id: UserId, session_id: SessionId) -> Actor:
        return await self._lane(_Asked(user_id, session_id))

    async def _again(self, asked: _Asked) -> Actor | SessionEnded:
        [actor] = await self._actors([asked])
        return actor

    async def _actors(self, asked: Sequence[_Asked]) -> list[Actor | SessionEnded]:
        keys = {
            "user_ids": uuids(one.user_id for one in asked),
            "session_ids": uuids(one.session_id for one in asked),
            "at": self._clock(),
        }
        try:
            # Nobody is somebody yet; each is told about themselves alone.
            async with self._database.read(SYSTEM) as connection:
                rows = (await connection.execute(_ACTORS, keys)).all()
        except DatabaseDown as down:
            raise NothingDone from down  # Whoever only looks can always look again.
        found: dict[int, list[Row[Any]]] = {}
        for row in rows:
            found.setdefault(row.n, []).append(row)
        return [
            _actor(one, found[n]) if n in found else SessionEnded()
            for n, one in enumerate(asked, start=1)
        ]


def _actor(asked: _Asked, rows: Sequence[Row[Any]]) -> Actor:
    return Actor(
        user_id=asked.user_id,
        session_id=asked.session_id,
        email=rows[0].email,
        name=f"{rows[0].first_name} {rows[0].last_name}",
        is_platform_admin=rows[0].is_platform_admin,
        memberships=_roles(rows),
        limited_to={
            row.organization_id: frozenset(row.event_ids)
            for row in rows
            if row.event_ids is not None
        },
        suspended=frozenset(row.organization_id for row in rows if row.status == _SUSPENDED),
        visitor_id=rows[0].visitor_id,
    )


def _roles(rows: Sequence[Any]) -> dict[OrganizationId, Role]:
    return {row.organization_id: Role(row.role) for row in rows if row.organization_id is not None}


class PostgresOrganizationQueries:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get_organization(
        self, scope: Scope, organization_id: OrganizationId
    ) -> OrganizationView:
        statement = select(organizations).where(
            organizations.c.id == organization_id, _visible(scope)
        )
        async with self._database.read(scope) as connection:
            row = (await connection.execute(statement)).one_or_none()
        if row is None:
            raise OrganizationNotFound
        return _organization(row)

    async def list_organizations(self, scope: Scope, page: PageRequest) -> Page[OrganizationView]:
        statement = (
            select(organizations)
            .where(_visible(scope))
            .order_by(organizations.c.id.desc())
            .limit(page.limit + 1)
        )
        after = page.after(OrganizationId)
        if after is not None:
            statement = statement.where(organizations.c.id < after)
        async with self._database.read(scope) as connection:
            rows = (await connection.execute(statement)).all()
        return page_of([_organization(row) for row in rows], page)

    async def list_members(
        self,
        scope: Scope,
        organization_id: OrganizationId,
        page: PageRequest,
        where: MemberFilter = ALL_MEMBERS,
    ) -> Page[MemberView]:
        statement = _members_of(scope, organization_id).order_by(users.c.id).limit(page.limit + 1)
        if where.role is not None:
            statement = statement.where(memberships.c.role == where.role.value)
        if where.event_id is not None:
            limits = memberships.c.event_ids
            statement = statement.where(limits.is_(None) | (limits.any(where.event_id)))
        after = page.after(UserId)
        if after is not None:
            statement = statement.where(users.c.id > after)
        async with self._database.read(scope) as connection:
            rows = (await connection.execute(statement)).all()
        # Each organisation has an owner.
        if not rows and after is None and where == ALL_MEMBERS:
            raise OrganizationNotFound
        return page_of([_member(row) for row in rows], page, lambda one: one.user_id)

    async def get_member(
        self, scope: Scope, organization_id: OrganizationId, user_id: UserId
    ) -> MemberView:
        statement = _members_of(scope, organization_id).where(users.c.id == user_id)
        async with self._database.read(scope) as connection:
            row = (await connection.execute(statement)).one_or_none()
        if row is None:
            raise MemberNotFound
        return _member(row)


def _visible(scope: Scope) -> ColumnElement[bool]:
    match scope.kind:
        case "system":
            return true()
        case "organizations":
            return _OPEN & organizations.c.id.in_(scope.organization_ids)
        case "person":
            return _OPEN & exists().where(
                memberships.c.organization_id == organizations.c.id,
                memberships.c.user_id == scope.person_id,
            )
        case _:
            return false()


def _members_of(scope: Scope, organization_id: OrganizationId) -> Select[Any]:
    return (
        _MEMBER.join(organizations, organizations.c.id == memberships.c.organization_id)
        .where(memberships.c.organization_id == organization_id)
        .where(_visible(scope))
    )


def _organization(row: Row[Any]) -> OrganizationView:
    settings = settings_from_row(row)
    return OrganizationView(
        id=row.id,
        name=row.name,
        slug=row.slug,
        type=OrganizationType(row.type),
        status=OrganizationStatus(row.status),
        status_reason=row.status_reason,
        email=row.contact_email,
        phone=row.phone,
        website=row.website,
        address=None if row.address is None else AddressFields(**row.address),
        logo_url=row.logo_url,
        settings=OrganizationSettingsView(
            default_currency=settings.default_currency,
            service_fee_percentage=f"{settings.service_fee_percent:f}",
            service_fee_fixed=f"{settings.service_fee_fixed:f}",
            guest_checkout=settings.guest_checkout,
            allow_guest_checkout=settings.guest_checkout,
            primary_color=settings.primary_color,
            secondary_color=settings.secondary_color,
            ticket_transfers_enabled=settings.ticket_transfers_enabled,
            email_notifications=settings.email_notifications,
            refund_policy=settings.refund_policy,
            privacy_policy_url=settings.privacy_policy_url,
            terms_of_service_url=settings.terms_of_service_url,
        ),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _member(row: Row[Any]) -> MemberView:
    return MemberView(
        user_id=row.user_id,
        email=row.email,
        first_name=row.first_name,
        last_name=row.last_name,
        role=Role(row.role),
        event_ids=row.event_ids,
        joined_at=row.joined_at,
    )
