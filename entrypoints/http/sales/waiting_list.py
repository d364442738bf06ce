"""The doors to the waiting list."""

from typing import Annotated

from litestar import Controller, Response, delete, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from application.sales.change_waiting_list_priority import (
    ChangeWaitingListPriority,
    ChangeWaitingListPriorityCommand,
)
from application.sales.join_waiting_list import JoinWaitingList, JoinWaitingListCommand
from application.sales.leave_waiting_list import LeaveWaitingList
from application.sales.offer_places import OfferPlaces
from application.sales.queries import (
    WaitingListEntryView,
    WaitingListFilter,
    WaitingListQueries,
)
from application.sales.waiting_list_ports import WaitingListSecrets, WaitingVisitor
from application.shared.actor import Actor
from application.shared.messages import View
from application.shared.paging import Page, PageRequest
from domain.sales.waiting_list import WaitingStatus
from domain.shared.ids import EventId, TicketTypeId, WaitingListEntryId
from domain.shared.permissions import Permission
from entrypoints.http.given import Given

ByTicketType = Annotated[TicketTypeId | None, QueryParameter(name="ticketTypeId")]


class PlacesOfferedView(View):
    offered: int
    """How many offers were made."""


class WaitingListController(Controller):
    path = "/waiting-list"
    tags = ("Waiting list",)

    @get(operation_id="list_waiting_list_entries", summary="List my places in line")
    async def list_waiting_list_entries(
        self,
        waiting_visitor: Given[WaitingVisitor],
        waiting_list_queries: Given[WaitingListQueries],
        page: Given[PageRequest],
    ) -> Page[WaitingListEntryView]:
        """Newest first. Guests see the one whose `X-Waiting-Secret` they send."""
        return await waiting_list_queries.list_waiting_list_entries(waiting_visitor, page)

    @get("/{entry_id:uuid}", operation_id="get_waiting_list_entry", summary="Show a place in line")
    async def get_waiting_list_entry(
        self,
        entry_id: FromPath[WaitingListEntryId],
        waiting_reader: Given[WaitingVisitor],
        waiting_list_queries: Given[WaitingListQueries],
    ) -> WaitingListEntryView:
        """`position` counts those who wait for the same ticket type; an `offer` ends in time."""
        return await waiting_list_queries.get_waiting_list_entry(waiting_reader, entry_id)

    @delete(
        "/{entry_id:uuid}", operation_id="leave_waiting_list", summary="Give up a place in line"
    )
    async def leave_waiting_list(
        self,
        entry_id: FromPath[WaitingListEntryId],
        waiting_reader: Given[WaitingVisitor],
        leave_waiting_list: Given[LeaveWaitingList],
    ) -> None:
        """What was set aside goes to the next in line. The organiser may remove a place as well."""
        await leave_waiting_list(waiting_reader, entry_id)

    @patch(
        "/{entry_id:uuid}",
        operation_id="change_waiting_list_priority",
        summary="Move somebody up or down the line",
    )
    async def change_waiting_list_priority(
        self,
        entry_id: FromPath[WaitingListEntryId],
        data: JSONBody[ChangeWaitingListPriorityCommand],
        actor: Given[Actor],
        change_waiting_list_priority: Given[ChangeWaitingListPriority],
        waiting_list_queries: Given[WaitingListQueries],
    ) -> WaitingListEntryView:
        """For the organiser: higher goes first, and everybody joins with 0."""
        await change_waiting_list_priority(actor, entry_id, data)
        organizer = WaitingVisitor(actor=actor.shown(Permission.ORDERS_VIEW))
        return await waiting_list_queries.get_waiting_list_entry(organizer, entry_id)


class EventWaitingListController(Controller):
    path = "/events/{event_id:uuid}/waiting-list"
    tags = ("Waiting list",)

    @post(
        operation_id="join_waiting_list",
        summary="Wait for sold-out tickets",
        opt={"refuses": [429]},
    )
    async def join_waiting_list(
        self,
        event_id: FromPath[EventId],
        data: JSONBody[JoinWaitingListCommand],
        waiting_visitor: Given[WaitingVisitor],
        join_waiting_list: Given[JoinWaitingList],
        waiting_list_queries: Given[WaitingListQueries],
        waiting_list_secrets: Given[WaitingListSecrets],
    ) -> Response[WaitingListEntryView]:
        """Possible once not one ticket of the type can be had. What comes back is offered to those
        who wait, in order, before the public may buy it. Guests keep the `secret`.
        """
        entry_id = await join_waiting_list(waiting_visitor, event_id, data)
        mine = WaitingVisitor(secret=waiting_list_secrets.of_entry(entry_id))
        view = await waiting_list_queries.get_waiting_list_entry(mine, entry_id)
        return Response(view, headers={"Location": f"/api/v1/waiting-list/{entry_id}"})

    @get(operation_id="list_event_waiting_list", summary="List an event's waiting list")
    async def list_event_waiting_list(
        self,
        event_id: FromPath[EventId],
        actor: Given[Actor],
        waiting_list_queries: Given[WaitingListQueries],
        page: Given[PageRequest],
        ticket_type_id: ByTicketType = None,
        status: FromQuery[WaitingStatus | None] = None,
    ) -> Page[WaitingListEntryView]:
        """For the organiser, in the order in which people joined; `position` says who is next."""
        where = WaitingListFilter(ticket_type_id=ticket_type_id, status=status)
        return await waiting_list_queries.list_event_waiting_list(actor, event_id, where, page)

    @post("/offers", operation_id="offer_places", summary="Offer free places now", status_code=200)
    async def offer_places(
        self,
        event_id: FromPath[EventId],
        actor: Given[Actor],
        offer_places: Given[OfferPlaces],
    ) -> PlacesOfferedView:
        """For the organiser; a job does the same within seconds."""
        return PlacesOfferedView(offered=await offer_places(actor, event_id))
