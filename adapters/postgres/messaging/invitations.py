"""The facts of a mail that invites somebody."""

from typing import Protocol

from sqlalchemy import text

from adapters.postgres.database import Database
from application.identity.invitation_ports import NamedInvitation
from application.messaging.ports import Invited
from application.shared import scope
from application.shared.clock import Clock
from domain.shared.ids import InvitationId, OrganizationId

_OF_ROUND = text(
    """
    select i.email, i.role, i.expires_at, o.name as organization_name,
           u.first_name || ' ' || u.last_name as inviter_name
    from invitations i
    join organizations o on o.id = i.organization_id and o.status <> 'closed'
    join users u on u.id = i.invited_by
    where i.organization_id = :organization_id and i.id = :id and i.round = :round
      and i.status = 'invited' and i.expires_at > :now
    """
)


class Tokens(Protocol):
    def of(self, named: NamedInvitation) -> str: ...  # What the mail carries.


class PostgresInvitationFacts:
    def __init__(self, database: Database, clock: Clock, tokens: Tokens) -> None:
        self._database = database
        self._clock = clock
        self._tokens = tokens

    async def of_round(
        self, organization_id: OrganizationId, invitation_id: InvitationId, round: int
    ) -> Invited | None:
        which = {
            "organization_id": organization_id,
            "id": invitation_id,
            "round": round,
            "now": self._clock(),
        }
        async with self._database.read(scope.organizations([organization_id])) as connection:
            row = (await connection.execute(_OF_ROUND, which)).one_or_none()
        if row is None:
            return None
        return Invited(
            email=row.email,
            organization_name=row.organization_name,
            inviter_name=row.inviter_name,
            role=row.role,
            expires_at=row.expires_at,
            token=self._tokens.of(NamedInvitation(organization_id, invitation_id, round)),
        )
