"""What a visitor of an event's pages may see, and how they narrow a list."""

from application.catalogue.queries import EventQueries, seen_by
from application.shared.actor import Actor
from application.shared.scope import Scope
from domain.shared.ids import EventId
from domain.shared.permissions import Permission
from domain.shared.text import clean


async def sight_of(visitor: Actor | None, event_id: EventId, event_queries: EventQueries) -> Scope:
    """The scope in which this visitor reads the event. Raises EventNotFound."""
    if visitor is not None and visitor.is_platform_admin:
        # An administrator sees every organisation's, and the scope names whose it is.
        return seen_by(visitor, await event_queries.organization_of_event(event_id))
    return seen_by(visitor)


async def sight_of_writer(actor: Actor, event_id: EventId, event_queries: EventQueries) -> Scope:
    """The scope in which whoever has just changed the event, or a part of it, is shown that."""
    return await sight_of(actor.shown(Permission.EVENTS_VIEW), event_id, event_queries)


def searched(text: str | None, field: str) -> str | None:
    """What somebody looks for; nothing if it is blank. Raises InvalidText."""
    if text is None:
        return None
    return clean(text, field=field, longest=200, shortest=0) or None
