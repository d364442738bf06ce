"""Somebody signs out on this device."""

from dataclasses import dataclass

from application.identity.ports import BeginIdentity, RememberedTokens
from application.identity.session_access import session_of
from application.identity.session_ports import SessionTokens
from application.shared.actor import Actor
from application.shared.messages import Command
from application.shared.scope import PUBLIC, person
from domain.identity.errors import InvalidRefreshToken
from domain.identity.session import Ending


class LogOutCommand(Command):
    refresh_token: str


@dataclass(frozen=True, slots=True)
class LogOut:
    """End the session that asks, or whose refresh token is shown, with both of its tokens.

    What has ended already, or never was, needs no ending: then nothing happens, and whoever lost
    the answer may ask again.
    """

    begin: BeginIdentity
    remembered: RememberedTokens
    tokens: SessionTokens

    async def __call__(self, actor: Actor | None, command: LogOutCommand | None = None) -> None:
        if actor is not None:
            await self._end(actor)
        if command is not None:
            await self._end_shown(command.refresh_token)

    async def _end(self, actor: Actor) -> None:
        async with self.begin(person(actor.user_id)) as tx:
            session = await tx.sessions.lock(actor.session_id)
            session.revoke(Ending.LOGGED_OUT, at=tx.now)
            await tx.sessions.save(session)
        self.remembered.forget_session(session.id)

    async def _end_shown(self, refresh_token: str) -> None:
        try:
            async with self.begin(PUBLIC) as tx:
                session = await session_of(tx, self.tokens, refresh_token)
                session.revoke(Ending.LOGGED_OUT, at=tx.now)
                await tx.sessions.save(session)
        except InvalidRefreshToken:
            return
        self.remembered.forget_session(session.id)
