"""What a person likes to be told, and in which language and time."""

import re
from dataclasses import dataclass

from domain.identity.errors import InvalidLocale
from domain.shared.timezone import known_timezone

_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """Advertising needs a yes; what belongs to a purchase is always sent and has no switch here."""

    locale: str = "en"
    timezone: str = "UTC"
    marketing_emails: bool = False
    """News of the platform and of events that one did not ask for."""
    organizer_emails: bool = False
    """News of the organisers from whom one bought."""
    reminder_emails: bool = True
    """That an event for which one has tickets is near."""
    waiting_list_emails: bool = True
    """That one's turn on a waiting list may come; an offer itself is always sent."""

    def __post_init__(self) -> None:
        if _LOCALE.fullmatch(self.locale) is None:
            raise InvalidLocale
        known_timezone(self.timezone)
