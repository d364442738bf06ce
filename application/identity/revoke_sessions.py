"""Somebody signs out everywhere else, or everywhere."""

from dataclasses import dataclass

from application.identity.account_ports import BeginAccounts
from application.identity.ports import RememberedTokens
from application.shared.actor import Actor, authorize_person
from domain.identity.account_link import LinkPurpose
from domain.identity.session import Ending


@dataclass(frozen=True, slots=True)
class RevokeSessions:
    """End all sessions of the actor but the one that asks; `everywhere` is that one too.

    An address that waits for its confirmation is given up: one of them may have asked.

    Raises SessionEnded, PersonRequired.
    """

    begin: BeginAccounts
    remembered: RememberedTokens

    async def __call__(self, actor: Actor, *, everywhere: bool = False) -> None:
        authorize_person(actor)
        stays = None if everywhere else actor.session_id
        async with self.begin(actor.as_person()) as tx:
            await tx.sessions.end_all(actor.user_id, but=stays, at=tx.now, because=Ending.REVOKED)
            await tx.links.end_all(actor.user_id, LinkPurpose.CHANGE_EMAIL)
        self.remembered.forget_user(actor.user_id)
