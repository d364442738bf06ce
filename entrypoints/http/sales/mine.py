"""What the signed-in person bought, under the name by which account pages look for it."""

from litestar import Controller, get
from litestar.params import FromQuery

from application.sales.queries import (
    OrderFilter,
    OrderQueries,
    OrderView,
    TicketFilter,
    TicketQueries,
    TicketUse,
    TicketView,
)
from application.shared.actor import Actor
from application.shared.paging import Page, PageRequest
from domain.sales.order import OrderStatus
from entrypoints.http.given import Given
from entrypoints.http.parameters import ByEvent


class MyPurchasesController(Controller):
    path = "/users/me"
    tags = ("Users",)

    @get("/orders", operation_id="list_my_orders", summary="List your orders")
    async def list_my_orders(
        self,
        actor: Given[Actor],
        order_queries: Given[OrderQueries],
        page: Given[PageRequest],
        event_id: ByEvent = None,
        status: FromQuery[OrderStatus | None] = None,
    ) -> Page[OrderView]:
        """Newest first, wherever you bought."""
        where = OrderFilter(event_id=event_id, status=status)
        return await order_queries.list_my_orders(actor, where, page)

    @get("/tickets", operation_id="list_my_tickets", summary="List your tickets")
    async def list_my_tickets(
        self,
        actor: Given[Actor],
        ticket_queries: Given[TicketQueries],
        page: Given[PageRequest],
        event_id: ByEvent = None,
        status: FromQuery[TicketUse | None] = None,
    ) -> Page[TicketView]:
        """Newest first, whoever sold them."""
        where = TicketFilter(event_id=event_id, status=status)
        return await ticket_queries.list_my_tickets(actor, where, page)
