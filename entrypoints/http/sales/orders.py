"""The doors to orders."""

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from application.sales.cancel_order import CancelOrder, CancelOrderCommand
from application.sales.messages import PlacedOrder, PlaceOrder, PlaceOrderRequest
from application.sales.queries import OrderFilter, OrderQueries, OrderView, view_of
from application.shared.actor import Actor
from application.shared.coalescer import Coalescer
from application.shared.ids import IdFactory
from application.shared.paging import Page, PageRequest
from domain.sales.order import OrderStatus
from domain.shared.ids import OrderId
from entrypoints.http.given import Given
from entrypoints.http.parameters import ByEvent, ByOrganization


class OrderController(Controller):
    path = "/orders"
    tags = ["Orders"]

    @post(operation_id="place_order", summary="Place an order")
    async def place_order(
        self,
        data: JSONBody[PlaceOrderRequest],
        actor: Given[Actor],
        order_lane: Given[Coalescer[PlaceOrder, PlacedOrder]],
        order_queries: Given[OrderQueries],
        ids: Given[IdFactory],
    ) -> Response[OrderView]:
        """Holds the tickets for 15 minutes. An order that costs nothing is paid at once."""
        command = PlaceOrder(actor=actor, request=data, order_id=OrderId(ids.new()))
        placed = await order_lane(command)
        if placed.order is None:
            view = await order_queries.get_order(actor, placed.id)
        else:
            view = view_of(placed.order, placed.event_name)
        return Response(view, headers={"Location": f"/api/v1/orders/{placed.id}"})

    @get(operation_id="list_orders", summary="List orders")
    async def list_orders(
        self,
        actor: Given[Actor],
        order_queries: Given[OrderQueries],
        page: Given[PageRequest],
        organization_id: ByOrganization = None,
        event_id: ByEvent = None,
        status: FromQuery[OrderStatus | None] = None,
    ) -> Page[OrderView]:
        """Your own orders, or with `organizationId` an organisation's, newest first."""
        where = OrderFilter(organization_id=organization_id, event_id=event_id, status=status)
        return await order_queries.list_orders(actor, where, page)

    @get("/{order_id:uuid}", operation_id="get_order", summary="Show an order")
    async def get_order(
        self,
        order_id: FromPath[OrderId],
        actor: Given[Actor],
        order_queries: Given[OrderQueries],
    ) -> OrderView:
        return await order_queries.get_order(actor, order_id)

    @post(
        "/{order_id:uuid}/cancel",
        operation_id="cancel_order",
        summary="Cancel an order",
        status_code=200,
    )
    async def cancel_order(
        self,
        order_id: FromPath[OrderId],
        actor: Given[Actor],
        cancel_order: Given[CancelOrder],
        order_queries: Given[OrderQueries],
        data: JSONBody[CancelOrderCommand | None] = None,
    ) -> OrderView:
        """Buyers cancel unpaid orders; the organiser also paid ones, whose money then goes back."""
        await cancel_order(actor, order_id, data or CancelOrderCommand())
        return await order_queries.get_order(actor, order_id)
