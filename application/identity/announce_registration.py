"""Who asked for an account is written to: how to open it, or that there is one already."""

from dataclasses import dataclass
from uuid import UUID

from application.identity.account_ports import BeginAccounts
from application.identity.letter_access import post, post_to
from application.shared.account_letters import AccountLetter, AccountLetterKind
from application.shared.scope import PUBLIC
from domain.identity.errors import InvalidAccountToken, UserNotFound
from domain.shared.ids import RegistrationId


@dataclass(frozen=True, slots=True)
class AnnounceRegistration:
    """The part of a registration that may know whether the address has an account: a job.

    Tried again it may write twice, with the same Message-ID.
    """

    begin: BeginAccounts

    async def __call__(self, *, registration_id: str) -> None:
        asked = RegistrationId(UUID(registration_id))
        async with self.begin(PUBLIC) as tx:
            try:
                registration = await tx.registrations.get(asked)
            except InvalidAccountToken:  # Another mail to this address opened the account.
                return
            try:
                owner = await tx.users.with_email(registration.email.key)
            except UserNotFound:
                letter = AccountLetter(
                    id=asked,
                    kind=AccountLetterKind.OPEN_ACCOUNT,
                    to_name="",
                    to_address=registration.email.address,
                    registration_id=asked,
                )
                await post(tx, letter)
            else:
                await post_to(tx, owner, AccountLetterKind.ALREADY_REGISTERED, asked)
