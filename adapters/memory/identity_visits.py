"""Support visits in memory."""

from datetime import datetime

from adapters.memory.database import MemoryTable, MemoryTransaction, add_versioned, save_versioned
from adapters.memory.identity import Memberships, MemoryIdentityTransaction
from application.identity.support_visit_ports import OverVisit
from domain.identity.errors import VisitNotFound
from domain.identity.session import Ending, Session
from domain.identity.support_visit import SupportVisit
from domain.shared.ids import OrganizationId, SessionId, UserId


class MemorySupportVisits:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._rows: MemoryTable[SessionId, SupportVisit] = tx.database.table("support_visits")
        self._sessions: MemoryTable[SessionId, Session] = tx.database.table("sessions")
        self._memberships: Memberships = tx.database.table("memberships")

    async def lock(self, visit_id: SessionId) -> SupportVisit:
        visit = self._rows.get(visit_id)
        if visit is None:
            raise VisitNotFound
        return visit

    async def add(self, visit: SupportVisit) -> None:
        add_versioned(self._rows, visit.id, visit)

    async def save(self, visit: SupportVisit) -> None:
        save_versioned(self._rows, visit.id, visit)

    async def over(self, at: datetime, at_most: int) -> list[OverVisit]:
        unended = self._rows.where(lambda row: row.ended_at is None)
        found: list[OverVisit] = []
        for visit in sorted(unended, key=lambda one: one.ends_at):
            session = self._sessions.get(visit.id)
            revoked_at = None if session is None else session.revoked_at
            if revoked_at is not None or visit.ends_at <= at:
                ended_at = revoked_at or visit.ends_at
                found.append(
                    OverVisit(visit.id, visit.organization_ids, ended_at, _ended_by(session, visit))
                )
        return found[:at_most]

    async def workplaces(self, user_id: UserId) -> tuple[OrganizationId, ...]:
        mine = self._memberships.where(lambda row: row.user_id == user_id)
        return tuple(sorted(member.organization_id for member in mine))


def _ended_by(session: Session | None, visit: SupportVisit) -> UserId | None:
    if session is None or session.ended_because is not Ending.REVOKED:
        return None
    is_early = session.revoked_at is not None and session.revoked_at < visit.ends_at
    return visit.user_id if is_early else None


class MemorySupportVisitTransaction(MemoryIdentityTransaction):
    visits: MemorySupportVisits

    def build(self) -> None:
        super().build()
        self.visits = MemorySupportVisits(self)
