"""Support visits in PostgreSQL."""

from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Column, Row, Table, Uuid, bindparam, case, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.database import Database, as_system
from adapters.postgres.identity.store import PostgresIdentityTransaction
from adapters.postgres.identity.tables import memberships, sessions
from adapters.postgres.rows import insert_row, update_row
from adapters.postgres.schema import SCHEMA, instant, uid, version, words
from application.identity.support_visit_ports import OverVisit, SupportVisitView
from application.shared.clock import Clock
from application.shared.paging import Page, PageRequest, page_of
from application.shared.scope import Scope
from domain.identity.errors import VisitNotFound
from domain.identity.session import Ending
from domain.identity.support_visit import SupportVisit
from domain.shared.ids import OrganizationId, SessionId, UserId

support_visits = Table(
    "support_visits",
    SCHEMA,
    uid("id", key=True),
    uid("user_id"),
    uid("visitor_id"),
    words("reason"),
    Column("organization_ids", ARRAY(Uuid(as_uuid=True)), nullable=False),
    instant("started_at"),
    instant("ends_at"),
    instant("ended_at", null=True),
    version(),
)

_VISIT_ALONE = (
    select(support_visits).where(support_visits.c.id == bindparam("id")).with_for_update()
)
_OVER = text(
    """
    select v.id, v.organization_ids, coalesce(s.revoked_at, v.ends_at) as ended_at,
           case when s.ended_because = :revoked and s.revoked_at < v.ends_at
                then v.user_id end as ended_by
    from support_visits v left join sessions s on s.id = v.id
    where v.ended_at is null and (v.ends_at <= :at or s.revoked_at is not null)
    order by v.ends_at limit :at_most
    """
)
_WORKPLACES = (
    select(memberships.c.organization_id)
    .where(memberships.c.user_id == bindparam("user_id"))
    .order_by(memberships.c.organization_id)
)
# Whether it is over is asked of its session: the end is written a little later.
_VISITS = (
    select(
        support_visits,
        func.coalesce(
            support_visits.c.ended_at,
            sessions.c.revoked_at,
            case((support_visits.c.ends_at <= bindparam("at"), support_visits.c.ends_at)),
        ).label("over_at"),
    )
    .outerjoin(sessions, sessions.c.id == support_visits.c.id)
    .order_by(support_visits.c.id.desc())
)


def visit_to_row(visit: SupportVisit) -> dict[str, Any]:
    return {
        "id": visit.id,
        "user_id": visit.user_id,
        "visitor_id": visit.visitor_id,
        "reason": visit.reason,
        "organization_ids": list(visit.organization_ids),
        "started_at": visit.started_at,
        "ends_at": visit.ends_at,
        "ended_at": visit.ended_at,
    }


def visit_from_row(row: Row[Any]) -> SupportVisit:
    return SupportVisit(
        id=row.id,
        user_id=row.user_id,
        visitor_id=row.visitor_id,
        reason=row.reason,
        organization_ids=tuple(row.organization_ids),
        started_at=row.started_at,
        ends_at=row.ends_at,
        ended_at=row.ended_at,
        version=row.version,
    )


class PostgresSupportVisits:
    """They name organisations of which the scope may have none: the system reads and writes."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def lock(self, visit_id: SessionId) -> SupportVisit:
        async with as_system(self._connection):
            found = await self._connection.execute(_VISIT_ALONE, {"id": visit_id})
        row = found.one_or_none()
        if row is None:
            raise VisitNotFound
        return visit_from_row(row)

    async def add(self, visit: SupportVisit) -> None:
        async with as_system(self._connection):
            await insert_row(self._connection, support_visits, visit_to_row(visit))
        visit.version = 1

    async def save(self, visit: SupportVisit) -> None:
        row = visit_to_row(visit)
        async with as_system(self._connection):
            await update_row(self._connection, support_visits, row, version=visit.version)
        visit.version += 1

    async def over(self, at: datetime, at_most: int) -> list[OverVisit]:
        async with as_system(self._connection):
            asked = {"at": at, "at_most": at_most, "revoked": Ending.REVOKED.value}
            rows = await self._connection.execute(_OVER, asked)
        return [
            OverVisit(row.id, tuple(row.organization_ids), row.ended_at, row.ended_by)
            for row in rows
        ]

    async def workplaces(self, user_id: UserId) -> tuple[OrganizationId, ...]:
        found = await self._connection.execute(_WORKPLACES, {"user_id": user_id})
        return tuple(found.scalars())


class PostgresSupportVisitTransaction(PostgresIdentityTransaction):
    visits: PostgresSupportVisits

    def build(self) -> None:
        super().build()
        self.visits = PostgresSupportVisits(self.connection)


class PostgresSupportVisitQueries:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list_support_visits(self, scope: Scope, page: PageRequest) -> Page[SupportVisitView]:
        statement = _VISITS.limit(page.limit + 1)
        after = page.after(SessionId)
        if after is not None:
            statement = statement.where(support_visits.c.id < after)
        # Of all people: who may ask is decided by who they are, and not by what is whose.
        async with self._database.read(scope) as connection, as_system(connection):
            rows = (await connection.execute(statement, {"at": self._clock()})).all()
        return page_of([_view(row) for row in rows], page)


def _view(row: Row[Any]) -> SupportVisitView:
    return SupportVisitView(
        id=row.id,
        user_id=row.user_id,
        visitor_id=row.visitor_id,
        reason=row.reason,
        started_at=row.started_at,
        ends_at=row.ends_at,
        ended_at=row.over_at,
    )
