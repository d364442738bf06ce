"""A new address is written to: how to confirm it, or that it has an account already."""

from dataclasses import dataclass
from uuid import UUID

from application.identity.account_ports import BeginAccounts
from application.identity.letter_access import post_link, post_to
from application.shared.account_letters import AccountLetterKind
from application.shared.scope import PUBLIC
from application.shared.transaction import SessionEnded
from domain.identity.account_link import LinkPurpose
from domain.identity.errors import UserNotFound
from domain.identity.user import Email
from domain.shared.ids import AccountLinkId, SessionId, UserId


@dataclass(frozen=True, slots=True)
class AnnounceEmailChange:
    """The part of a change of address that may know whether the new one is taken: a job.

    If the session that asked has ended meanwhile, its owner may have thrown somebody out.
    """

    begin: BeginAccounts

    async def __call__(self, *, user_id: str, session_id: str, email: str, link_id: str) -> None:
        wanted = Email(email)
        async with self.begin(PUBLIC) as tx:
            user = await tx.users.lock(UserId(UUID(user_id)))
            try:
                asked_by = await tx.sessions.lock(SessionId(UUID(session_id)))
            except SessionEnded:
                return
            if not user.is_active or not asked_by.is_alive(tx.now):
                return
            try:
                owner = await tx.users.with_email(wanted.key)
            except UserNotFound:
                owner = user
            if owner.id == user.id:
                link = AccountLinkId(UUID(link_id))
                await post_link(tx, link, user, LinkPurpose.CHANGE_EMAIL, wanted)
            else:
                kind = AccountLetterKind.ALREADY_REGISTERED
                await post_to(tx, owner, kind, UUID(link_id))
