"""What every carrier of mail promises."""

from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from typing import NamedTuple

import pytest

from adapters.mail.envelope import Unmailable
from application.messaging.ports import Letter, Mailer, Message

SENDER = "Tixmo <tickets@tixmo.example>"


class Carrier(NamedTuple):
    """A mailer, and what arrived."""

    mailer: Mailer
    arrived: Callable[[], Awaitable[list[EmailMessage]]]


def a_message(**changes: str) -> Message:
    facts = {
        "id": "order-paid.7",
        "to_name": "Zoë Łukasik",
        "to_address": "zoe@example.com",
        "subject": "Your tickets for Nacht der Orgeln in Köln",
        "text": "Guten Abend, Zoë Łukasik: 20 €\n",
        "html": "<p>Guten Abend, Zoë &amp; Łukasik: 20 €</p>\n",
        **changes,
    }
    return Message(
        id=facts["id"],
        to_name=facts["to_name"],
        to_address=facts["to_address"],
        letter=Letter(subject=facts["subject"], text=facts["text"], html=facts["html"]),
    )


class MailerContract:
    """A subclass gives the fixture `carrier`."""

    async def test_accented_names_and_words_arrive_unharmed(self, carrier: Carrier) -> None:
        await carrier.mailer.send(a_message())

        (mail,) = await carrier.arrived()
        assert mail["To"].addresses[0].display_name == "Zoë Łukasik"
        assert mail["To"].addresses[0].addr_spec == "zoe@example.com"
        assert mail["From"].addresses[0].addr_spec == "tickets@tixmo.example"
        assert mail["Subject"] == "Your tickets for Nacht der Orgeln in Köln"
        plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
        assert plain is not None
        assert html is not None
        assert "Zoë Łukasik: 20 €" in plain.get_content()
        assert "Zoë &amp; Łukasik: 20 €" in html.get_content()

    async def test_the_message_id_is_that_of_the_message_every_time(self, carrier: Carrier) -> None:
        await carrier.mailer.send(a_message())
        await carrier.mailer.send(a_message())

        found = {mail["Message-ID"] for mail in await carrier.arrived()}
        assert found == {"<order-paid.7@tixmo.example>"}

    @pytest.mark.parametrize("ending", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028"])
    @pytest.mark.parametrize("field", ["to_name", "subject"])
    async def test_a_name_cannot_smuggle_in_a_header(
        self, carrier: Carrier, field: str, ending: str
    ) -> None:
        evil = f"Eve{ending}Bcc: victim@example.com{ending}{ending}<h1>Hello"

        await carrier.mailer.send(a_message(**{field: evil}))

        (mail,) = await carrier.arrived()
        assert mail["Bcc"] is None
        assert {name.lower() for name in mail} <= {
            *("from", "to", "subject", "date", "message-id", "auto-submitted"),
            *("mime-version", "content-type", "content-transfer-encoding"),
            *("x-peer", "x-mailfrom", "x-rcptto"),
        }
        assert [address.addr_spec for address in mail["To"].addresses] == ["zoe@example.com"]

    @pytest.mark.parametrize(
        "address",
        [
            "",
            "nobody",
            "zoe@example.com\r\nBcc: victim@example.com",
            "zoe@example.com, victim@example.com",
        ],
    )
    async def test_what_is_not_one_address_is_refused(self, carrier: Carrier, address: str) -> None:
        with pytest.raises(Unmailable):
            await carrier.mailer.send(a_message(to_address=address))

        assert await carrier.arrived() == []
