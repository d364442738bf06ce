"""What letters about support visits are about."""

from uuid import UUID

from sqlalchemy import text

from adapters.postgres.database import Database
from adapters.postgres.identity.tables import GREETED
from application.messaging.visit_ports import VisitNotice
from application.shared.scope import SYSTEM
from domain.shared.ids import SessionId

_VISIT = text(
    f"""
    select v.id, v.reason, v.started_at, v.ends_at, u.email,
           {GREETED}
    from support_visits v join users u on u.id = v.user_id
    where v.id = :id
    """
)


class PostgresVisitNotices:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, visit_id: SessionId) -> VisitNotice | None:
        async with self._database.read(SYSTEM) as connection:
            found = await connection.execute(_VISIT, {"id": UUID(str(visit_id))})
            row = found.one_or_none()
        if row is None:
            return None
        return VisitNotice(
            visit_id=row.id,
            greeted=row.greeted,
            email=row.email,
            reason=row.reason,
            started_at=row.started_at,
            ends_at=row.ends_at,
        )
