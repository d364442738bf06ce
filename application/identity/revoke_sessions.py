"""Somebody signs out everywhere else, or everywhere."""

from dataclasses import dataclass

from application.identity.ports import BeginIdentity, RememberedTokens
from application.shared.actor import Actor, authorize_person
from domain.identity.session import Ending


@dataclass(frozen=True, slots=True)
class RevokeSessions:
    """End all sessions of the actor but the one that asks; `everywhere` is that one too.

    Raises SessionEnded, PersonRequired.
    """

    begin: BeginIdentity
    remembered: RememberedTokens

    async def __call__(self, actor: Actor, *, everywhere: bool = False) -> None:
        authorize_person(actor)
        stays = None if everywhere else actor.session_id
        async with self.begin(actor.as_person()) as tx:
            await tx.sessions.end_all(actor.user_id, but=stays, at=tx.now, because=Ending.REVOKED)
        self.remembered.forget_user(actor.user_id)
