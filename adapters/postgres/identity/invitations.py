"""Invitations in PostgreSQL: the store, and questions about them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.database import Database
from adapters.postgres.identity.attempts import PostgresAttempts
from adapters.postgres.identity.invitation_rows import (
    invitation_from_row,
    invitation_to_row,
    invitations,
)
from adapters.postgres.identity.store import PostgresIdentityTransaction
from adapters.postgres.rows import insert_row, update_row
from application.identity.invitation_ports import (
    InvitationTokens,
    NamedInvitation,
)
from application.identity.views import InvitationView, OwnInvitationView
from application.shared.actor import Actor
from application.shared.clock import Clock
from application.shared.paging import Page, PageRequest, page_of
from application.shared.scope import SYSTEM, Scope, organizations
from domain.identity.errors import InvitationNotFound
from domain.identity.invitation import Invitation, InvitationStatus
from domain.shared.ids import InvitationId, OrganizationId

OWN_MAX = 100

_HAS_MEMBER = text(
    """
    select exists (
        select from memberships m join users u on u.id = m.user_id
        where m.organization_id = :organization_id and u.email_key = :email_key)
    """
)
# Which organisations wait for this person: only where, and nothing of what.
_WAITING_FOR = text(
    """
    select i.organization_id, i.id
    from users u join invitations i on i.email_key = u.email_key and i.status = 'invited'
    where u.id = :user_id and u.email_verified_at is not null and i.expires_at > :now
    order by i.id desc limit :limit
    """
)
_OWN = text(
    """
    select i.*, o.name as organization_name
    from invitations i join organizations o on o.id = i.organization_id
    where i.organization_id = any(:organization_ids) and i.id = any(:ids) and o.status <> 'closed'
    order by i.id desc
    """
)


class PostgresInvitations:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def lock(
        self, organization_id: OrganizationId, invitation_id: InvitationId
    ) -> Invitation:
        statement = _of(organization_id).where(invitations.c.id == invitation_id)
        row = (await self._connection.execute(statement.with_for_update())).one_or_none()
        if row is None:
            raise InvitationNotFound
        return invitation_from_row(row)

    async def open_to(self, organization_id: OrganizationId, email_key: str) -> Invitation | None:
        statement = _of(organization_id).where(
            invitations.c.email_key == email_key,
            invitations.c.status == InvitationStatus.INVITED.value,
        )
        row = (await self._connection.execute(statement.with_for_update())).one_or_none()
        return None if row is None else invitation_from_row(row)

    async def has_member(self, organization_id: OrganizationId, email_key: str) -> bool:
        keys = {"organization_id": organization_id, "email_key": email_key}
        return bool(await self._connection.scalar(_HAS_MEMBER, keys))

    async def add(self, invitation: Invitation) -> None:
        await insert_row(self._connection, invitations, invitation_to_row(invitation))
        invitation.version = 1

    async def save(self, invitation: Invitation) -> None:
        row = invitation_to_row(invitation)
        await update_row(self._connection, invitations, row, version=invitation.version)
        invitation.version += 1


class PostgresInvitationTransaction(PostgresIdentityTransaction):
    attempts: PostgresAttempts
    invitations: PostgresInvitations

    def build(self) -> None:
        super().build()
        self.attempts = PostgresAttempts(self.connection)
        self.invitations = PostgresInvitations(self.connection)


class PostgresInvitationQueries:
    def __init__(self, database: Database, clock: Clock, tokens: InvitationTokens) -> None:
        self._database = database
        self._clock = clock
        self._tokens = tokens

    async def get_invitation(
        self, scope: Scope, organization_id: OrganizationId, invitation_id: InvitationId
    ) -> InvitationView:
        statement = _of(organization_id).where(
            invitations.c.organization_id.in_(scope.organization_ids),
            invitations.c.id == invitation_id,
        )
        async with self._database.read(scope) as connection:
            row = (await connection.execute(statement)).one_or_none()
        if row is None:
            raise InvitationNotFound
        return self._view(row)

    async def list_invitations(
        self,
        scope: Scope,
        organization_id: OrganizationId,
        status: InvitationStatus | None,
        page: PageRequest,
    ) -> Page[InvitationView]:
        statement = (
            _of(organization_id)
            .where(invitations.c.organization_id.in_(scope.organization_ids))
            .order_by(invitations.c.id.desc())
            .limit(page.limit + 1)
        )
        if status is not None:
            statement = _with_status(statement, status, self._clock())
        after = page.after(InvitationId)
        if after is not None:
            statement = statement.where(invitations.c.id < after)
        async with self._database.read(scope) as connection:
            rows = (await connection.execute(statement)).all()
        return page_of([self._view(row) for row in rows], page)

    async def list_my_invitations(self, actor: Actor) -> Page[OwnInvitationView]:
        asked = {"user_id": actor.user_id, "now": self._clock(), "limit": OWN_MAX}
        async with self._database.read(SYSTEM) as connection:
            found = (await connection.execute(_WAITING_FOR, asked)).all()
        rows = await self._own([NamedInvitation(one.organization_id, one.id, 0) for one in found])
        return Page([self._own_view(row) for row in rows])

    async def show_invitation(self, token: str) -> OwnInvitationView:
        named = self._tokens.read(token)
        for row in await self._own([named]):
            if row.round == named.round:
                return self._own_view(row)
        raise InvitationNotFound

    async def _own(self, named: list[NamedInvitation]) -> list[Row[Any]]:
        if not named:
            return []
        owners = organizations(one.organization_id for one in named)
        keys = {
            "organization_ids": list(owners.organization_ids),
            "ids": [one.invitation_id for one in named],
        }
        async with self._database.read(owners) as connection:
            return list((await connection.execute(_OWN, keys)).all())

    def _own_view(self, row: Row[Any]) -> OwnInvitationView:
        invitation = invitation_from_row(row)
        named = NamedInvitation(invitation.organization_id, invitation.id, invitation.round)
        return OwnInvitationView(
            organization_id=invitation.organization_id,
            organization_name=row.organization_name,
            email=invitation.email.address,
            role=invitation.role,
            event_ids=None if invitation.event_ids is None else list(invitation.event_ids),
            status=invitation.shown(self._clock()),
            expires_at=invitation.expires_at,
            token=self._tokens.of(named),
        )

    def _view(self, row: Row[Any]) -> InvitationView:
        invitation = invitation_from_row(row)
        return InvitationView(
            id=invitation.id,
            organization_id=invitation.organization_id,
            email=invitation.email.address,
            role=invitation.role,
            event_ids=None if invitation.event_ids is None else list(invitation.event_ids),
            status=invitation.shown(self._clock()),
            invited_by=invitation.invited_by,
            created_at=invitation.created_at,
            sent_at=invitation.sent_at,
            expires_at=invitation.expires_at,
            closed_at=invitation.closed_at,
        )


def _of(organization_id: OrganizationId) -> Select[Any]:
    return select(invitations).where(invitations.c.organization_id == organization_id)


def _with_status(statement: Select[Any], status: InvitationStatus, now: datetime) -> Select[Any]:
    kept = invitations.c
    if status is InvitationStatus.EXPIRED:
        return statement.where(
            kept.status == InvitationStatus.INVITED.value, kept.expires_at <= now
        )
    if status is InvitationStatus.INVITED:
        return statement.where(kept.status == status.value, kept.expires_at > now)
    return statement.where(kept.status == status.value)
