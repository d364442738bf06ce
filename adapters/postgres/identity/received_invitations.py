"""Invitations as those who got them see them: forgotten with their account."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.identity.user import User
from domain.shared.ids import OrganizationId, UserId

_SENDERS = text(
    """
    select distinct organization_id from invitations
    where accepted_by = :user_id
       or email_key = (
           select email_key from users where id = :user_id and email_verified_at is not null)
    order by organization_id
    """
)
_ERASE = text(
    """
    update invitations
    set email = id || '@closed.invalid', email_key = id || '@closed.invalid',
        status = case status when 'invited' then 'revoked' else status end,
        closed_at = coalesce(closed_at, :at), version = version + 1
    where accepted_by = :user_id or email_key = :email_key
    """
)


class PostgresReceivedInvitations:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def senders(self, user_id: UserId) -> tuple[OrganizationId, ...]:
        found = await self._connection.execute(_SENDERS, {"user_id": user_id})
        return tuple(found.scalars())

    async def erase(self, user: User, *, at: datetime) -> None:
        email_key = None if user.email_verified_at is None else user.email.key
        values = {"user_id": user.id, "email_key": email_key, "at": at}
        await self._connection.execute(_ERASE, values)
