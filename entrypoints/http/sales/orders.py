"""The doors to orders."""

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import UNSET

from application.sales.cancel_order import CancelOrder, CancelOrderCommand
from application.sales.carts import CartVisitor
from application.sales.messages import PlacedOrder, PlaceOrder, PlaceOrderRequest
from application.sales.pay_placed_order import PayPlacedOrder
from application.sales.queries import (
    OrderFilter,
    OrderPaymentView,
    OrderQueries,
    OrderView,
    view_of,
)
from application.shared.actor import Actor
from application.shared.coalescer import Coalescer
from application.shared.ids import IdFactory
from application.shared.order_links import Guest, OrderLinks, Shopper
from application.shared.paging import Page, PageRequest
from domain.sales.order import OrderStatus
from domain.shared.ids import OrderId
from domain.shared.permissions import Permission
from entrypoints.http.given import Given
from entrypoints.http.parameters import ByEvent, ByOrganization


def order_command(
    request: PlaceOrderRequest, shopper: CartVisitor, order_id: OrderId
) -> PlaceOrder:
    """What the box office is told, from what came by header and body."""
    return PlaceOrder(
        actor=shopper.actor,
        request=request,
        order_id=order_id,
        key=None if shopper.keyed is None else shopper.keyed.key,
        cart_token=shopper.token,
        admission_pass=shopper.admission_pass,
        visitor=shopper.visitor,
        origin=shopper.origin,
    )


async def order_view(
    placed: PlacedOrder, reader: Actor | Guest, queries: OrderQueries
) -> OrderView:
    """The order as it was placed, or as it stands if it was before."""
    if placed.order is None or placed.quote is None:
        return await queries.get_order(reader, placed.id)
    return view_of(placed.order, placed.quote)


async def placed_view(
    placed: PlacedOrder, actor: Actor | None, queries: OrderQueries, links: OrderLinks
) -> OrderView:
    """The order; guests are told its secret."""
    view = await order_view(placed, actor or Guest(order_id=placed.id), queries)
    if actor is not None:
        return view
    return msgspec.structs.replace(
        view, access_secret=links.secret_of(placed.id), link=links.link_of(placed.id)
    )


async def after_payment(
    view: OrderView,
    placed: PlacedOrder,
    request: PlaceOrderRequest,
    buyer: Actor | Guest,
    queries: OrderQueries,
    pay: PayPlacedOrder,
) -> OrderView:
    """The order once its payment was tried; a repeat goes on where that was left."""
    if request.payment is None or (placed.payment is None and view.status != "pending"):
        return view
    shopper = msgspec.structs.replace(buyer, keyed=None)
    paid = await pay(shopper, placed, request.payment.payment_method)
    if placed.payment is None or placed.payment.outcome is None:
        now = await queries.get_order(shopper, placed.id)
        view = msgspec.structs.replace(
            view, status=now.status, paid_at=now.paid_at, closed_at=now.closed_at
        )
    told = OrderPaymentView(
        payment_id=paid.payment_id or UNSET,
        status=paid.state.value,
        failure_code=paid.failure_code or UNSET,
        client_secret=paid.client_secret or UNSET,
    )
    return msgspec.structs.replace(view, payment=told)


class OrderController(Controller):
    path = "/orders"
    tags = ("Orders",)

    @post(operation_id="place_order", summary="Place an order", opt={"refuses": [403]})
    async def place_order(
        self,
        data: JSONBody[PlaceOrderRequest],
        cart_visitor: Given[CartVisitor],
        order_lane: Given[Coalescer[PlaceOrder, PlacedOrder]],
        order_queries: Given[OrderQueries],
        order_links: Given[OrderLinks],
        pay_placed_order: Given[PayPlacedOrder],
        ids: Given[IdFactory],
    ) -> Response[OrderView]:
        """Holds the tickets for 15 minutes. An order that costs nothing is paid at once.

        With `payment` it is paid in the same request, if the method works; it stands in any case.

        Without an access token, say who buys (`buyer`): the answer has the `accessSecret` with
        which the order is seen, paid and given up.
        """
        command = order_command(data, cart_visitor, OrderId(ids.new()))
        placed = await order_lane(command)
        if cart_visitor.keyed is not None:
            cart_visitor.keyed.is_repeat = placed.is_repeat
        actor = cart_visitor.actor
        view = await placed_view(placed, actor, order_queries, order_links)
        buyer = actor or Guest(order_id=placed.id, origin=cart_visitor.origin)
        view = await after_payment(view, placed, data, buyer, order_queries, pay_placed_order)
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
        reader: Given[Shopper],
        order_queries: Given[OrderQueries],
    ) -> OrderView:
        """Guests show its secret: `X-Order-Secret`, or `?secret=` as in their mail."""
        return await order_queries.get_order(reader, order_id)

    @post(
        "/{order_id:uuid}/cancel",
        operation_id="cancel_order",
        summary="Cancel an order",
        status_code=200,
    )
    async def cancel_order(
        self,
        order_id: FromPath[OrderId],
        canceller: Given[Shopper],
        cancel_order: Given[CancelOrder],
        order_queries: Given[OrderQueries],
        data: JSONBody[CancelOrderCommand | None] = None,
    ) -> OrderView:
        """Buyers cancel unpaid orders; the organiser also paid ones, whose money then goes back."""
        await cancel_order(canceller, order_id, data or CancelOrderCommand())
        reader = canceller.shown(Permission.ORDERS_VIEW)
        return await order_queries.get_order(reader, order_id)
