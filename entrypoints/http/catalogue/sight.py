"""What a visitor of an event's pages may see, and how they narrow a list."""

from datetime import UTC, datetime, time, timedelta

from application.catalogue.queries import EventQueries, seen_by
from application.shared.actor import Actor
from application.shared.scope import Scope
from domain.shared.errors import Invalid
from domain.shared.ids import EventId
from domain.shared.text import clean


class InvalidInstant(Invalid):
    """A time is written with its offset from UTC, or as a date."""

    code = "invalid_instant"


async def sight_of(visitor: Actor | None, event_id: EventId, event_queries: EventQueries) -> Scope:
    """The scope in which this visitor reads the event. Raises EventNotFound."""
    if visitor is not None and visitor.is_platform_admin:
        # An administrator sees every organisation's, and the scope names whose it is.
        return seen_by(visitor, await event_queries.organization_of_event(event_id))
    return seen_by(visitor)


def searched(text: str | None, field: str) -> str | None:
    """What somebody looks for; nothing if it is blank. Raises InvalidText."""
    if text is None:
        return None
    return clean(text, field=field, longest=200, shortest=0) or None


def instant(text: str | None, *, end_of_day: bool = False) -> datetime | None:
    """An instant from a query string; a date alone is its midnight in UTC, or the next one.

    A plus sign that nobody escaped arrives as a space. Raises InvalidInstant.
    """
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text.strip().replace(" ", "+"))
        if at.tzinfo is None and at.time() == time() and "T" not in text.upper():
            return at.replace(tzinfo=UTC) + timedelta(days=1 if end_of_day else 0)
        at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInstant(value=text) from error
    if at.tzinfo is None:
        raise InvalidInstant(value=text)
    return at
