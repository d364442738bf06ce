"""What letters about sessions are about."""

from uuid import UUID

from sqlalchemy import text

from adapters.postgres.database import Database
from adapters.postgres.identity.tables import GREETED
from application.messaging.session_ports import EndedSession
from application.shared.scope import SYSTEM
from domain.identity.device import device_of
from domain.shared.ids import SessionId

_AFTER_REUSE = text(
    f"""
    select s.id, s.user_agent, s.ip, s.revoked_at, u.email,
           {GREETED}
    from sessions s join users u on u.id = s.user_id
    where s.id = :id and s.ended_because = 'token_reused'
    """
)


class PostgresEndedSessions:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def after_reuse(self, session_id: SessionId) -> EndedSession | None:
        async with self._database.read(SYSTEM) as connection:
            found = await connection.execute(_AFTER_REUSE, {"id": UUID(str(session_id))})
            row = found.one_or_none()
        if row is None:
            return None
        return EndedSession(
            session_id=row.id,
            greeted=row.greeted,
            email=row.email,
            device=device_of(row.user_agent),
            ip=row.ip,
            ended_at=row.revoked_at,
        )
