"""The doors to ticket types."""

from litestar import Controller, Response, delete, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody

from application.catalogue.create_ticket_type import CreateTicketType, CreateTicketTypeCommand
from application.catalogue.delete_ticket_type import DeleteTicketType
from application.catalogue.queries import (
    AvailabilityQueries,
    AvailabilityView,
    EventQueries,
    TicketTypeQueries,
    TicketTypeView,
    seen_by,
)
from application.catalogue.update_ticket_type import UpdateTicketType, UpdateTicketTypeCommand
from application.shared.actor import Actor
from application.shared.paging import Page
from domain.shared.ids import EventId, TicketTypeId
from entrypoints.http.catalogue.sight import sight_of, sight_of_writer
from entrypoints.http.given import Given


class TicketTypeOfEvent(CreateTicketTypeCommand, kw_only=True):
    """A ticket type that names its event itself."""

    event_id: EventId


class TicketTypeController(Controller):
    path = "/events/{event_id:uuid}/ticket-types"
    tags = ("Ticket types",)

    @post(operation_id="create_ticket_type", summary="Offer a kind of ticket")
    async def create_ticket_type(
        self,
        event_id: FromPath[EventId],
        data: JSONBody[CreateTicketTypeCommand],
        actor: Given[Actor],
        create_ticket_type: Given[CreateTicketType],
        event_queries: Given[EventQueries],
        ticket_type_queries: Given[TicketTypeQueries],
    ) -> Response[TicketTypeView]:
        """The price is in the event's currency."""
        ticket_type_id = await create_ticket_type(actor, event_id, data)
        scope = await sight_of_writer(actor, event_id, event_queries)
        view = await ticket_type_queries.get_ticket_type(scope, event_id, ticket_type_id)
        location = f"/api/v1/events/{event_id}/ticket-types/{ticket_type_id}"
        return Response(view, headers={"Location": location})

    @get(operation_id="list_ticket_types", summary="List an event's ticket types")
    async def list_ticket_types(
        self,
        event_id: FromPath[EventId],
        visitor: Given[Actor | None],
        event_queries: Given[EventQueries],
        ticket_type_queries: Given[TicketTypeQueries],
    ) -> Page[TicketTypeView]:
        """All of them (at most 100); hidden ones only to members."""
        scope = await sight_of(visitor, event_id, event_queries)
        return await ticket_type_queries.list_ticket_types(scope, event_id)

    @get("/{ticket_type_id:uuid}", operation_id="get_ticket_type", summary="Show a kind of ticket")
    async def get_ticket_type(
        self,
        event_id: FromPath[EventId],
        ticket_type_id: FromPath[TicketTypeId],
        visitor: Given[Actor | None],
        event_queries: Given[EventQueries],
        ticket_type_queries: Given[TicketTypeQueries],
    ) -> TicketTypeView:
        scope = await sight_of(visitor, event_id, event_queries)
        return await ticket_type_queries.get_ticket_type(scope, event_id, ticket_type_id)

    @get(
        "/{ticket_type_id:uuid}/availability",
        operation_id="get_availability",
        summary="How many tickets are left",
    )
    async def get_availability(
        self,
        event_id: FromPath[EventId],
        ticket_type_id: FromPath[TicketTypeId],
        visitor: Given[Actor | None],
        event_queries: Given[EventQueries],
        availability_queries: Given[AvailabilityQueries],
        explain: FromQuery[bool] = False,
    ) -> AvailabilityView:
        """With `explain=true`, everything that a ticket draws on, what limits it, and why."""
        scope = await sight_of(visitor, event_id, event_queries)
        if explain:
            return await availability_queries.explain_availability(
                scope, ticket_type_id, event_id, visitor=visitor
            )
        return await availability_queries.get_availability(scope, ticket_type_id, event_id)

    @patch(
        "/{ticket_type_id:uuid}",
        operation_id="update_ticket_type",
        summary="Change a kind of ticket",
    )
    async def update_ticket_type(
        self,
        event_id: FromPath[EventId],
        ticket_type_id: FromPath[TicketTypeId],
        data: JSONBody[UpdateTicketTypeCommand],
        actor: Given[Actor],
        update_ticket_type: Given[UpdateTicketType],
        event_queries: Given[EventQueries],
        ticket_type_queries: Given[TicketTypeQueries],
    ) -> TicketTypeView:
        """A quantity below what is sold and held is refused; orders keep their price."""
        await update_ticket_type(actor, event_id, ticket_type_id, data)
        scope = await sight_of_writer(actor, event_id, event_queries)
        return await ticket_type_queries.get_ticket_type(scope, event_id, ticket_type_id)

    @delete(
        "/{ticket_type_id:uuid}",
        operation_id="delete_ticket_type",
        summary="Withdraw a kind of ticket",
    )
    async def delete_ticket_type(
        self,
        event_id: FromPath[EventId],
        ticket_type_id: FromPath[TicketTypeId],
        actor: Given[Actor],
        delete_ticket_type: Given[DeleteTicketType],
    ) -> None:
        """Only while none was ever ordered; hide it otherwise."""
        await delete_ticket_type(actor, event_id, ticket_type_id)


@post(
    "/ticket-types",
    operation_id="create_ticket_type__alias_1",
    summary="Offer a kind of ticket (use the event's own path)",
    deprecated=True,
    tags=["Ticket types"],
)
async def create_ticket_type__alias_1(
    data: JSONBody[TicketTypeOfEvent],
    actor: Given[Actor],
    create_ticket_type: Given[CreateTicketType],
    event_queries: Given[EventQueries],
    ticket_type_queries: Given[TicketTypeQueries],
) -> Response[TicketTypeView]:
    ticket_type_id = await create_ticket_type(actor, data.event_id, data)
    scope = await sight_of_writer(actor, data.event_id, event_queries)
    view = await ticket_type_queries.get_ticket_type(scope, data.event_id, ticket_type_id)
    location = f"/api/v1/events/{data.event_id}/ticket-types/{ticket_type_id}"
    return Response(view, headers={"Location": location})


@get(
    "/ticket-types/{ticket_type_id:uuid}/availability",
    operation_id="get_availability__alias_1",
    summary="How many tickets are left",
    tags=["Ticket types"],
)
async def get_availability__alias_1(
    ticket_type_id: FromPath[TicketTypeId],
    visitor: Given[Actor | None],
    event_queries: Given[EventQueries],
    availability_queries: Given[AvailabilityQueries],
    explain: FromQuery[bool] = False,
) -> AvailabilityView:
    """With `explain=true`, everything that a ticket draws on, what limits it, and why."""
    event_id = None
    if visitor is not None and visitor.is_platform_admin:
        event_id = await availability_queries.event_of_ticket_type(ticket_type_id)
    scope = (
        seen_by(visitor) if event_id is None else await sight_of(visitor, event_id, event_queries)
    )
    if explain:
        return await availability_queries.explain_availability(
            scope, ticket_type_id, visitor=visitor
        )
    return await availability_queries.get_availability(scope, ticket_type_id)
