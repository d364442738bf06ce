"""Somebody did not get the mail that verifies their address."""

from dataclasses import dataclass

from application.identity.account_ports import BeginAccounts
from application.identity.letter_access import post_link
from application.shared.actor import Actor, authorize_person
from application.shared.ids import IdFactory
from domain.identity.account_link import LinkPurpose
from domain.shared.ids import AccountLinkId


@dataclass(frozen=True, slots=True)
class ResendVerification:
    """Send another, which replaces it; a verified address gets none. Raises PersonRequired."""

    begin: BeginAccounts
    ids: IdFactory

    async def __call__(self, actor: Actor) -> None:
        authorize_person(actor)
        link_id = AccountLinkId(self.ids.new())
        async with self.begin(actor.as_person()) as tx:
            user = await tx.users.lock(actor.user_id)
            if user.email_verified_at is None:
                await post_link(tx, link_id, user, LinkPurpose.VERIFY_EMAIL)
            tx.remember(None)
