"""Mail that goes nowhere: kept in a list for tests, and told in the log."""

from email.message import EmailMessage

import structlog

from adapters.mail.envelope import mail_of
from application.messaging.ports import Message
from application.shared.clock import Clock

log = structlog.get_logger("tixmo.mail")

_KEPT_MAX = 1000


class ConsoleMailer:
    """Remembers the last thousand mails."""

    def __init__(self, *, sender: str, clock: Clock) -> None:
        self.sent: list[EmailMessage] = []
        self._sender = sender
        self._clock = clock

    async def send(self, message: Message) -> None:
        mail = mail_of(message, sender=self._sender, clock=self._clock)
        self.sent.append(mail)
        del self.sent[:-_KEPT_MAX]
        log.info("mail", message_id=mail["Message-ID"], subject=mail["Subject"])
