"""A message as a mail: what all carriers share, so that none of them can get it wrong."""

import re
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from application.messaging.ports import Message
from application.shared.clock import Clock
from domain.shared.errors import Invalid

_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


class Unmailable(Invalid):
    """No mail can be sent to this address."""

    code = "unmailable"


def mail_of(message: Message, *, sender: str, clock: Clock) -> EmailMessage:
    """Plain text and HTML, with a stable Message-ID. Raises Unmailable."""
    name, address = parseaddr(sender)
    mail = EmailMessage(policy=SMTP)
    try:
        mail["From"] = Address(one_line(name), addr_spec=address)
        mail["To"] = Address(one_line(message.to_name), addr_spec=message.to_address)
        mail["Subject"] = one_line(message.letter.subject)
    except (ValueError, MessageError, IndexError) as error:
        raise Unmailable from error
    mail["Date"] = format_datetime(clock())
    mail["Message-ID"] = f"<{message.id}@{address.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.letter.text)
    mail.add_alternative(message.letter.html, subtype="html")
    return mail


def one_line(text: str) -> str:
    """Without anything that could begin a new header."""
    return _CONTROL.sub(" ", text).strip()
