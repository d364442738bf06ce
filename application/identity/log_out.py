"""Somebody signs out on this device."""

from dataclasses import dataclass

from application.identity.ports import BeginIdentity, RememberedTokens
from application.shared.actor import Actor


@dataclass(frozen=True, slots=True)
class LogOut:
    """End the session that asks, with both of its tokens. Raises SessionEnded."""

    begin: BeginIdentity
    remembered: RememberedTokens

    async def __call__(self, actor: Actor) -> None:
        async with self.begin(actor.as_person()) as tx:
            session = await tx.sessions.lock(actor.session_id)
            session.revoke(at=tx.now)
            await tx.sessions.save(session)
        self.remembered.forget_session(actor.session_id)
