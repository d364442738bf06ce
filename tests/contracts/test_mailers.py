"""The carriers of mail keep their promises."""

import asyncio
import email
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiosmtpd.smtp import SMTP

from adapters.mail.console import ConsoleMailer
from adapters.mail.folder import FolderMailer
from adapters.mail.smtp import SmtpMailer
from application.messaging.ports import MailDown
from tests.contracts.mailer_contract import SENDER, Carrier, MailerContract, a_message


def noon() -> datetime:
    return datetime(2026, 6, 1, 12, tzinfo=UTC)


def parsed(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=default)


class Mailbox:
    """Takes every mail."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name.
        self.mails.append(parsed(envelope.content))
        return "250 Message accepted for delivery"


class TestSmtpMailer(MailerContract):
    @pytest_asyncio.fixture(loop_scope="session")
    async def carrier(self) -> AsyncIterator[Carrier]:
        mailbox = Mailbox()
        server = await asyncio.get_running_loop().create_server(
            lambda: SMTP(mailbox, enable_SMTPUTF8=True), "127.0.0.1", 0
        )
        port = server.sockets[0].getsockname()[1]

        async def arrived() -> list[EmailMessage]:
            return mailbox.mails

        yield Carrier(SmtpMailer(f"smtp://127.0.0.1:{port}", sender=SENDER, clock=noon), arrived)
        server.close()
        await server.wait_closed()

    async def test_a_server_that_greets_is_there(self, carrier: Carrier) -> None:
        assert isinstance(carrier.mailer, SmtpMailer)

        await carrier.mailer.ping()

    async def test_a_server_that_cannot_encrypt_is_not_told_what_must_be_encrypted(
        self, carrier: Carrier
    ) -> None:
        assert isinstance(carrier.mailer, SmtpMailer)
        strict = SmtpMailer(
            f"smtp+starttls://me:secret@127.0.0.1:{carrier.mailer._port}",
            sender=SENDER,
            clock=noon,
        )

        with pytest.raises(MailDown):
            await strict.send(a_message())

        assert await carrier.arrived() == []


class TestFolderMailer(MailerContract):
    @pytest.fixture
    def carrier(self, tmp_path: Path) -> Carrier:
        folder = tmp_path / "mail"

        async def arrived() -> list[EmailMessage]:
            return [parsed(file.read_bytes()) for file in sorted(folder.glob("*"))]

        return Carrier(FolderMailer(folder, sender=SENDER, clock=noon), arrived)

    async def test_a_folder_that_cannot_be_made_is_an_outage(self, tmp_path: Path) -> None:
        (tmp_path / "mail").write_text("not a folder")

        with pytest.raises(MailDown):
            await FolderMailer(tmp_path / "mail", sender=SENDER, clock=noon).send(a_message())


class TestConsoleMailer(MailerContract):
    @pytest.fixture
    def carrier(self) -> Carrier:
        mailer = ConsoleMailer(sender=SENDER, clock=noon)

        async def arrived() -> list[EmailMessage]:
            return [parsed(mail.as_bytes()) for mail in mailer.sent]

        return Carrier(mailer, arrived)


async def test_nobody_at_the_port_is_an_outage() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"smtp://127.0.0.1:{free.getsockname()[1]}"

        with pytest.raises(MailDown):
            await SmtpMailer(url, sender=SENDER, clock=noon).send(a_message())


async def test_a_server_that_never_speaks_does_not_hold_us_for_ever() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
        mailer = SmtpMailer(url, sender=SENDER, clock=noon, timeout_seconds=0.1)

        with pytest.raises(MailDown):
            await mailer.send(a_message())
        with pytest.raises(MailDown):
            await mailer.ping()
