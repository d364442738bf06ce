"""Whoever forgot their password is sent a link with which they choose a new one."""

from dataclasses import dataclass
from uuid import UUID

from application.identity.account_ports import BeginAccounts
from application.identity.letter_access import post_link
from application.shared.scope import PUBLIC
from domain.identity.account_link import LinkPurpose
from domain.identity.errors import UserNotFound
from domain.identity.user import Email
from domain.shared.ids import AccountLinkId


@dataclass(frozen=True, slots=True)
class OfferPasswordReset:
    """The part of a forgotten password that may know whether there is an account: a job.

    An address without one, and an account that was disabled, get nothing.
    """

    begin: BeginAccounts

    async def __call__(self, *, email: str, link_id: str) -> None:
        async with self.begin(PUBLIC) as tx:
            try:
                user = await tx.users.with_email(Email(email).key)
            except UserNotFound:
                return
            if user.is_active:
                wanted = AccountLinkId(UUID(link_id))
                await post_link(tx, wanted, user, LinkPurpose.RESET_PASSWORD)
