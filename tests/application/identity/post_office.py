"""The worker's part: jobs are done, and letters lie in a list."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import msgspec

from adapters.memory.database import MemoryDatabase
from adapters.tokens.account_tokens import DerivedAccountTokens
from application.identity.account_ports import BeginAccounts
from application.identity.announce_email_change import AnnounceEmailChange
from application.identity.announce_registration import AnnounceRegistration
from application.identity.change_email import ANNOUNCE_JOB as EMAIL_JOB
from application.identity.closing_access import FORGET_JOB
from application.identity.forgot_password import OFFER_JOB
from application.identity.offer_password_reset import OfferPasswordReset
from application.identity.request_registration import ANNOUNCE_JOB
from application.shared.account_letters import SEND_JOB, AccountLetter, AccountLetterKind


@dataclass
class PostOffice:
    """Does what waits when it is asked for letters."""

    memory: MemoryDatabase
    begin: BeginAccounts
    tokens: DerivedAccountTokens
    sent: list[AccountLetter] = field(default_factory=list)

    async def letters(self, address: str = "") -> list[AccountLetter]:
        stories: dict[str, Callable[..., Awaitable[None]]] = {
            ANNOUNCE_JOB: AnnounceRegistration(self.begin),
            EMAIL_JOB: AnnounceEmailChange(self.begin),
            OFFER_JOB: OfferPasswordReset(self.begin),
        }
        while self.memory.jobs:
            name, arguments = self.memory.jobs.pop(0)
            if name == SEND_JOB:
                self.sent.append(msgspec.convert(arguments["letter"], AccountLetter))
            elif name != FORGET_JOB:
                await stories[name](**arguments)
        return [letter for letter in self.sent if address in letter.to_address]

    async def kinds(self, address: str = "") -> list[AccountLetterKind]:
        return [letter.kind for letter in await self.letters(address)]

    async def token(self, kind: AccountLetterKind, address: str = "") -> str:
        """The secret in the last letter of this kind."""
        letter = [one for one in await self.letters(address) if one.kind is kind][-1]
        if letter.registration_id is not None:
            return self.tokens.of_registration(letter.registration_id)
        assert letter.link_id is not None
        return self.tokens.of_link(letter.link_id)
