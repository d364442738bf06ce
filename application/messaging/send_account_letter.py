"""The owner of an account is written to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from application.messaging.ports import AccountWords, Mailer, Message
from application.shared.account_letters import AccountLetter, AccountTokens


@dataclass(frozen=True, slots=True)
class SendAccountLetter:
    """Derive the secret, if there is one, and send the letter. Raises MailDown (a job: it repeats).

    As with confirmations, a crash may repeat the mail, with the same Message-ID.
    """

    tokens: AccountTokens
    words: AccountWords
    mailer: Mailer

    async def __call__(self, *, letter: Mapping[str, Any]) -> None:
        wanted = msgspec.convert(letter, AccountLetter)
        await self.mailer.send(
            Message(
                id=f"account.{wanted.kind.value.replace('_', '-')}.{wanted.id}",
                to_name=wanted.to_name,
                to_address=wanted.to_address,
                letter=self.words.account(wanted, self._secret_of(wanted)),
            )
        )

    def _secret_of(self, letter: AccountLetter) -> str | None:
        if letter.link_id is not None:
            return self.tokens.of_link(letter.link_id)
        if letter.registration_id is not None:
            return self.tokens.of_registration(letter.registration_id)
        return None
