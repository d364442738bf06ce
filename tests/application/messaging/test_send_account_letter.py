from uuid import UUID

import msgspec

from adapters.mail.console import ConsoleMailer
from adapters.mail.letters import JinjaLetters
from adapters.tokens.account_tokens import DerivedAccountTokens
from adapters.tokens.keyring import Keyring
from application.messaging.send_account_letter import SendAccountLetter
from application.shared.account_letters import AccountLetter, AccountLetterKind
from domain.shared.ids import AccountLinkId
from tests.conftest import VirtualClock

TOKENS = DerivedAccountTokens(Keyring({1: b"1" * 32}))
LINK = AccountLinkId(UUID(int=7))


async def test_the_secret_is_made_when_the_letter_is_sent(clock: VirtualClock) -> None:
    mailer = ConsoleMailer(sender="Tixmo <tickets@tixmo.example>", clock=clock)
    send = SendAccountLetter(TOKENS, JinjaLetters("https://tickets.example"), mailer)
    letter = AccountLetter(
        id=LINK,
        kind=AccountLetterKind.RESET_PASSWORD,
        to_name="Ada Byron",
        to_address="ada@example.com",
        link_id=LINK,
    )
    arguments = {"letter": msgspec.to_builtins(letter)}
    assert TOKENS.of_link(LINK) not in repr(arguments)

    await send(**arguments)
    await send(**arguments)

    first, again = mailer.sent
    assert first["Message-ID"] == again["Message-ID"]
    assert first["To"] == "Ada Byron <ada@example.com>"
    body = first.get_body(("plain",))
    assert body is not None
    assert TOKENS.of_link(LINK) in body.get_content()
