"""The doors to events."""

from typing import Annotated, Any

from litestar import Controller, MediaType, Response, delete, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from application.catalogue.cancel_event import CancelEvent, CancelEventCommand
from application.catalogue.create_event import CreateEvent, CreateEventCommand
from application.catalogue.delete_event import DeleteEvent
from application.catalogue.public_events import PublicEvents
from application.catalogue.publish_event import PublishEvent
from application.catalogue.queries import (
    EventDetail,
    EventFilter,
    EventQueries,
    EventView,
    seen_by,
)
from application.catalogue.unpublish_event import UnpublishEvent
from application.catalogue.update_event import UpdateEvent, UpdateEventCommand
from application.shared.actor import Actor
from application.shared.paging import Page, PageRequest
from domain.catalogue.phase import Phase
from domain.shared.ids import EventId, VenueId
from domain.shared.permissions import Permission
from entrypoints.http.catalogue.public_event_page import age_headers
from entrypoints.http.catalogue.sight import searched, sight_of, sight_of_writer
from entrypoints.http.given import Given
from entrypoints.http.instants import instant
from entrypoints.http.parameters import ByOrganization


class EventController(Controller):
    path = "/events"
    tags = ("Events",)

    @post(operation_id="create_event", summary="Plan an event")
    async def create_event(
        self,
        data: JSONBody[CreateEventCommand],
        actor: Given[Actor],
        create_event: Given[CreateEvent],
        event_queries: Given[EventQueries],
    ) -> Response[EventDetail]:
        """A draft, which only its organisation sees. With a venue, the event takes its address."""
        event_id = await create_event(actor, data)
        scope = seen_by(actor.shown(Permission.EVENTS_VIEW), data.organization_id)
        view = await event_queries.get_event(scope, event_id)
        return Response(view, headers={"Location": f"/api/v1/events/{event_id}"})

    @get(operation_id="list_events", summary="List events")
    async def list_events(
        self,
        visitor: Given[Actor | None],
        event_queries: Given[EventQueries],
        page: Given[PageRequest],
        status: FromQuery[Phase | None] = None,
        category: FromQuery[str | None] = None,
        organization_id: ByOrganization = None,
        venue_id: Annotated[VenueId | None, QueryParameter(name="venueId")] = None,
        starts_from: Annotated[str | None, QueryParameter(name="startsFrom")] = None,
        starts_to: Annotated[str | None, QueryParameter(name="startsTo")] = None,
        start_date: Annotated[str | None, QueryParameter(name="startDate")] = None,
        end_date: Annotated[str | None, QueryParameter(name="endDate")] = None,
        q: FromQuery[str | None] = None,
    ) -> Page[EventView]:
        """Public events by start, earliest first; members also see their organisations' others.

        `startsFrom` and `startsTo` (also called `startDate` and `endDate`) take a time with its
        offset or a date.
        """
        where = EventFilter(
            status=status,
            category=searched(category, "category"),
            organization_id=organization_id,
            venue_id=venue_id,
            starts_from=instant(
                starts_from or start_date, "startsFrom" if starts_from else "startDate"
            ),
            starts_to=instant(
                starts_to or end_date, "startsTo" if starts_to else "endDate", end_of_day=True
            ),
            q=searched(q, "q"),
        )
        asked = () if organization_id is None else (organization_id,)
        return await event_queries.list_events(seen_by(visitor, *asked), where, page)

    @get("/{event_id:uuid}", operation_id="get_event", summary="Show an event")
    async def get_event(
        self,
        event_id: FromPath[EventId],
        visitor: Given[Actor | None],
        event_queries: Given[EventQueries],
        public_events: Given[PublicEvents],
    ) -> Response[EventDetail]:
        """With what is left of each kind of ticket, so that a shop needs one request.

        Without signing in it may be up to two seconds old, and says so (`Age`); only an order
        decides. While the database is down a copy of the last minute is served, with a `Warning`.
        """
        if visitor is None:
            return await _public_page(event_id, public_events)
        scope = await sight_of(visitor, event_id, event_queries)
        return Response(await event_queries.get_event(scope, event_id))

    @patch("/{event_id:uuid}", operation_id="update_event", summary="Change an event")
    async def update_event(
        self,
        event_id: FromPath[EventId],
        data: JSONBody[UpdateEventCommand],
        actor: Given[Actor],
        update_event: Given[UpdateEvent],
        event_queries: Given[EventQueries],
    ) -> EventDetail:
        await update_event(actor, event_id, data)
        scope = await sight_of_writer(actor, event_id, event_queries)
        return await event_queries.get_event(scope, event_id)

    @delete("/{event_id:uuid}", operation_id="delete_event", summary="Remove a draft")
    async def delete_event(
        self,
        event_id: FromPath[EventId],
        actor: Given[Actor],
        delete_event: Given[DeleteEvent],
    ) -> None:
        """Only while nothing of it was ever ordered; what was is cancelled instead."""
        await delete_event(actor, event_id)

    @post(
        "/{event_id:uuid}/publish",
        operation_id="publish_event",
        summary="Publish an event",
        status_code=200,
    )
    async def publish_event(
        self,
        event_id: FromPath[EventId],
        actor: Given[Actor],
        publish_event: Given[PublishEvent],
        event_queries: Given[EventQueries],
    ) -> EventDetail:
        await publish_event(actor, event_id)
        scope = await sight_of_writer(actor, event_id, event_queries)
        return await event_queries.get_event(scope, event_id)

    @post(
        "/{event_id:uuid}/unpublish",
        operation_id="unpublish_event",
        summary="Make an event a draft again",
        status_code=200,
    )
    async def unpublish_event(
        self,
        event_id: FromPath[EventId],
        actor: Given[Actor],
        unpublish_event: Given[UnpublishEvent],
        event_queries: Given[EventQueries],
    ) -> EventDetail:
        await unpublish_event(actor, event_id)
        scope = await sight_of_writer(actor, event_id, event_queries)
        return await event_queries.get_event(scope, event_id)

    @post(
        "/{event_id:uuid}/cancel",
        operation_id="cancel_event",
        summary="Cancel an event for ever",
        status_code=200,
    )
    async def cancel_event(
        self,
        event_id: FromPath[EventId],
        actor: Given[Actor],
        cancel_event: Given[CancelEvent],
        event_queries: Given[EventQueries],
        data: JSONBody[CancelEventCommand | None] = None,
    ) -> EventDetail:
        await cancel_event(actor, event_id, data or CancelEventCommand())
        scope = await sight_of_writer(actor, event_id, event_queries)
        return await event_queries.get_event(scope, event_id)


async def _public_page(event_id: EventId, public_events: PublicEvents) -> Response[Any]:
    """As `PublicEventPage` answers, for requests that it leaves to Litestar."""
    page, age, _ = await public_events.page(event_id)
    headers = {name.decode().title(): value.decode() for name, value in age_headers(age)}
    return Response(page.body, headers=headers, media_type=MediaType.JSON)
