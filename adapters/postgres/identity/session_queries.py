"""A person's sessions, answered in one statement."""

from sqlalchemy import bindparam, select

from adapters.postgres.database import Database
from adapters.postgres.identity.support_visits import support_visits
from adapters.postgres.identity.tables import sessions
from application.identity.views import LivingSessionView
from application.shared.clock import Clock
from application.shared.paging import Page, PageRequest, page_of
from application.shared.scope import Scope
from domain.identity.device import SUPPORT, device_of
from domain.shared.ids import SessionId

_MINE = (
    select(sessions, support_visits.c.reason)
    .outerjoin(support_visits, support_visits.c.id == sessions.c.id)
    .where(
        sessions.c.user_id == bindparam("user_id"),
        sessions.c.revoked_at.is_(None),
        sessions.c.expires_at > bindparam("at"),
    )
    .order_by(sessions.c.id.desc())
)


class PostgresSessionQueries:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list_sessions(self, scope: Scope, page: PageRequest) -> Page[LivingSessionView]:
        statement = _MINE.limit(page.limit + 1)
        after = page.after(SessionId)
        if after is not None:
            statement = statement.where(sessions.c.id < after)
        mine = {"user_id": scope.person_id, "at": self._clock()}
        async with self._database.read(scope) as connection:
            rows = (await connection.execute(statement, mine)).all()
        items = [
            LivingSessionView(
                id=row.id,
                device=device_of(row.user_agent) if row.visitor_id is None else SUPPORT,
                ip=row.ip,
                created_at=row.created_at,
                last_active_at=row.last_used_at,
                expires_at=row.expires_at,
                is_current=row.id == scope.session_id,
                visit_reason=row.reason,
            )
            for row in rows
        ]
        return page_of(items, page)
