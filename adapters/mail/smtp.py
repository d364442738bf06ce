"""Mail through an SMTP server."""

import asyncio
from urllib.parse import unquote, urlsplit

import aiosmtplib

from adapters.mail.envelope import mail_of
from application.messaging.ports import MailDown, Message
from application.shared.clock import Clock

TIMEOUT_SECONDS = 30.0
_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


class SmtpMailer:
    """One connection per mail, at most 30 s each: `smtp[s]://[user:password@]host[:port]`.

    `smtp://` never encrypts (a relay on this host or network), `smtp+starttls://` insists on it.
    """

    def __init__(
        self, url: str, *, sender: str, clock: Clock, timeout_seconds: float = TIMEOUT_SECONDS
    ) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or "127.0.0.1"
        self._port = parts.port or _PORTS[parts.scheme]
        self._username = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self._use_tls = parts.scheme == "smtps"
        self._start_tls = parts.scheme == "smtp+starttls"
        self._sender = sender
        self._clock = clock
        self._timeout_seconds = timeout_seconds

    async def send(self, message: Message) -> None:
        mail = mail_of(message, sender=self._sender, clock=self._clock)
        try:
            async with asyncio.timeout(self._timeout_seconds):
                await aiosmtplib.send(
                    mail,
                    hostname=self._host,
                    port=self._port,
                    username=self._username,
                    password=self._password,
                    use_tls=self._use_tls,
                    start_tls=self._start_tls,
                    timeout=self._timeout_seconds,
                )
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise MailDown(f"The mail server did not take it: {type(error).__name__}.") from error

    async def ping(self) -> None:
        """Whether a server greets us there. Raises MailDown."""
        try:
            async with asyncio.timeout(min(5.0, self._timeout_seconds)):
                reader, writer = await asyncio.open_connection(
                    self._host, self._port, ssl=True if self._use_tls else None
                )
                try:
                    greeting = await reader.readline()
                finally:
                    writer.close()
        except (OSError, TimeoutError) as error:
            raise MailDown(f"No mail server answers: {type(error).__name__}.") from error
        if not greeting.startswith(b"220"):
            raise MailDown("What answers there is not a mail server.")
