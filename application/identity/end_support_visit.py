"""An administrator of the platform ends a support visit early: theirs, or another's."""

from dataclasses import dataclass

from application.identity.platform_access import require_platform_admin
from application.identity.ports import RememberedTokens
from application.identity.support_visit_ports import BeginSupportVisit
from application.shared.actor import Actor
from application.shared.scope import PUBLIC
from domain.shared.ids import SessionId


@dataclass(frozen=True, slots=True)
class EndSupportVisit:
    """End it with its token; ended already, it stays so.

    Raises PlatformAdminsOnly, PersonRequired, VisitNotFound.
    """

    begin: BeginSupportVisit
    remembered: RememberedTokens

    async def __call__(self, actor: Actor, visit_id: SessionId) -> None:
        require_platform_admin(actor)
        # Visits belong to no organisation; their ends are told to some.
        async with self.begin(PUBLIC) as tx:
            told = (await tx.visits.lock(visit_id)).organization_ids
        async with self.begin(actor.within(*told)) as tx:
            visit = await tx.visits.lock(visit_id)
            if visit.ended_at is not None:
                return
            session = await tx.sessions.lock(visit_id)
            session.revoke(at=tx.now)
            visit.end(at=tx.now)
            await tx.sessions.save(session)
            await tx.visits.save(visit)
            tx.announce(visit)
        self.remembered.forget_session(visit_id)
