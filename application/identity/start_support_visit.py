"""An administrator of the platform begins to see the product as one of its people does."""

from dataclasses import dataclass

from application.identity.platform_access import require_platform_admin
from application.identity.ports import IssuedToken
from application.identity.support_visit_ports import (
    BeginSupportVisit,
    SupportVisitTransaction,
    VisitTokens,
)
from application.shared.actor import Actor
from application.shared.ids import IdFactory
from application.shared.messages import Command
from application.shared.scope import person
from domain.identity.errors import PlatformAdminsOnly
from domain.identity.session import Session, refresh_hash_of
from domain.identity.support_visit import MINUTES_MAX, SupportVisit
from domain.identity.user import User
from domain.shared.ids import SessionId, UserId

NOTICE = "messaging.tell_of_visit"
"""The job that tells the visited person."""


class StartSupportVisitCommand(Command):
    user_id: UserId
    reason: str
    """10 to 500 characters; the person and their organisations read it."""
    minutes: int = MINUTES_MAX


@dataclass(frozen=True, slots=True)
class StartedVisit:
    """The visit, and the one key to it: told once and kept nowhere."""

    visit: SupportVisit
    access: IssuedToken


@dataclass(frozen=True, slots=True)
class StartSupportVisit:
    """Open a session of theirs that ends with the visit, tell them and where they work.

    Nobody knows its refresh token. Raises PlatformAdminsOnly, PersonRequired, UserNotFound,
    NotVisited, InvalidVisitLength, InvalidText.
    """

    begin: BeginSupportVisit
    ids: IdFactory
    issuer: VisitTokens

    async def __call__(self, actor: Actor, command: StartSupportVisitCommand) -> StartedVisit:
        require_platform_admin(actor)
        async with self.begin(person(command.user_id)) as tx:
            workplaces = await tx.visits.workplaces(command.user_id)
        async with self.begin(actor.within(*workplaces)) as tx:
            user = await _visited(tx, command.user_id, visitor_id=actor.user_id)
            visit = SupportVisit.start(
                SessionId(self.ids.new()),
                user,
                visitor_id=actor.user_id,
                reason=command.reason,
                minutes=command.minutes,
                organization_ids=workplaces,
                at=tx.now,
            )
            await tx.visits.add(visit)
            await tx.sessions.add(self._session_of(visit))
            tx.announce(visit)
            tx.enqueue(NOTICE, {"visit_id": visit.id})
            lifetime_s = int((visit.ends_at - visit.started_at).total_seconds())
        return StartedVisit(visit, self.issuer.issue(visit.user_id, visit.id, lifetime_s))

    def _session_of(self, visit: SupportVisit) -> Session:
        return Session.visit(
            visit.id,
            visit.user_id,
            refresh_hash_of(self.ids.secret()),
            visitor_id=visit.visitor_id,
            at=visit.started_at,
            ends_at=visit.ends_at,
        )


async def _visited(tx: SupportVisitTransaction, user_id: UserId, *, visitor_id: UserId) -> User:
    """Neither turns into an administrator, or into none, while the visit begins."""
    users = {one: await tx.users.lock(one) for one in sorted({user_id, visitor_id})}
    if not users[visitor_id].rules:
        raise PlatformAdminsOnly
    users[user_id].require_open()
    return users[user_id]
