"""The public pages of events, rendered once and kept: a crowd before a sale asks PostgreSQL once a
second. Nothing is decided with them; an order reads what it needs itself.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from application.catalogue.queries import EventDetail, EventQueries
from application.shared.clock import Clock
from application.shared.fresh_copies import FreshCopies
from application.shared.rendered import Rendered, render
from application.shared.scope import PUBLIC
from domain.catalogue.errors import EventNotFound
from domain.shared.ids import EventId, OrganizationId

PAGES_MAX = 1_000
"""Events whose pages are kept; a page has at most some 60 kB."""


class _Page(NamedTuple):
    rendered: Rendered | None
    """None if there is no such event for the public."""
    organization_id: OrganizationId | None
    edge: datetime | None
    """When the page changes although nobody does anything."""


class PublicPage(NamedTuple):
    rendered: Rendered
    age: int
    """In whole seconds: two or more only while the database is down."""
    organization_id: OrganizationId
    """Whose members see more."""


class PublicEvents:
    """Raises EventNotFound, and DatabaseDown if there is not even a copy of the last minute."""

    def __init__(self, event_queries: EventQueries, clock: Clock) -> None:
        self._event_queries = event_queries
        self._copies: FreshCopies[EventId, _Page] = FreshCopies(
            self._read, clock, right_until=lambda page: page.edge, keys_max=PAGES_MAX
        )
        self._clock = clock

    async def page(self, event_id: EventId) -> PublicPage:
        """An `EventDetail` as everybody sees it who is not of its organisation."""
        page, age = await self._copies.get(event_id)
        if page.rendered is None or page.organization_id is None:
            raise EventNotFound
        return PublicPage(page.rendered, age, page.organization_id)

    def forget(self, event_id: EventId) -> None:
        """Its organiser has changed it: here they see that at once, elsewhere within a second."""
        self._copies.forget(event_id)

    async def close(self) -> None:
        await self._copies.close()

    async def _read(self, event_id: EventId) -> _Page:
        now = self._clock()
        try:
            event = await self._event_queries.get_event(PUBLIC, event_id)
        except EventNotFound:
            return _Page(None, None, None)
        edges = (edge for edge in _edges(event) if edge > now)
        return _Page(render(event), event.organization_id, min(edges, default=None))


def _edges(event: EventDetail) -> Iterator[datetime]:
    periods = [(event.sales_start, event.sales_end), (event.start_datetime, event.end_datetime)]
    periods += [(offered.sales_start, offered.sales_end) for offered in event.ticket_types]
    yield from (edge for period in periods for edge in period if edge is not None)
