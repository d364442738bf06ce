"""The owner of an account is told that an application of theirs was shut out: a job."""

from dataclasses import dataclass
from uuid import UUID

from application.identity.account_ports import BeginAccounts
from application.identity.letter_access import post_to
from application.shared.account_letters import AccountLetterKind
from application.shared.scope import PUBLIC
from domain.identity.errors import UserNotFound
from domain.shared.ids import UserId


@dataclass(frozen=True, slots=True)
class TellOfShutOut:
    """A key of it that had been replaced was used again, so somebody may have copied it (AU-06)."""

    begin: BeginAccounts

    async def __call__(self, *, user_id: str, application: str, letter_id: str) -> None:
        async with self.begin(PUBLIC) as tx:
            try:
                user = await tx.users.get(UserId(UUID(user_id)))
            except UserNotFound:
                return
            if user.is_active:
                kind = AccountLetterKind.APPLICATION_SHUT_OUT
                await post_to(tx, user, kind, UUID(letter_id), application)
