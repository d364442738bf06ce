"""The doors to the cart."""

from litestar import Controller, Response, delete, get, patch, post
from litestar.params import FromPath, JSONBody

from application.sales.add_cart_item import AddCartItem, AddCartItemCommand
from application.sales.carts import CartVisitor
from application.sales.empty_cart import EmptyCart
from application.sales.extend_lock import ExtendLock
from application.sales.get_cart import CartView, GetCart
from application.sales.lock_seats import LockSeats, LockSeatsCommand
from application.sales.remove_cart_item import RemoveCartItem
from application.sales.update_cart import UpdateCart, UpdateCartCommand
from domain.shared.ids import TicketTypeId
from entrypoints.http.given import Given

PRIVATE = {"Cache-Control": "no-store"}
OFTEN = {"refuses": [403, 429]}


class CartController(Controller):
    path = "/cart"
    tags = ["Cart"]

    @get(operation_id="get_cart", summary="Show your cart", opt={"refuses": [404]})
    async def get_cart(
        self, cart_visitor: Given[CartVisitor], get_cart: Given[GetCart]
    ) -> Response[CartView]:
        """Yours when signed in, or that of `X-Cart-Token`. An expired one is shown at the prices
        of now.
        """
        return _shown(await get_cart(cart_visitor))

    @patch(operation_id="update_cart", summary="Set the cart's promo code")
    async def update_cart(
        self,
        data: JSONBody[UpdateCartCommand],
        cart_visitor: Given[CartVisitor],
        update_cart: Given[UpdateCart],
        get_cart: Given[GetCart],
    ) -> Response[CartView]:
        changed = await update_cart(cart_visitor, data)
        return _shown(await get_cart(cart_visitor, changed))

    @delete(operation_id="empty_cart", summary="Give up the cart")
    async def empty_cart(
        self, cart_visitor: Given[CartVisitor], empty_cart: Given[EmptyCart]
    ) -> None:
        """Its tickets are for others at once."""
        await empty_cart(cart_visitor)

    @post("/items", operation_id="add_cart_item", summary="Put tickets into the cart", opt=OFTEN)
    async def add_cart_item(
        self,
        data: JSONBody[AddCartItemCommand],
        cart_visitor: Given[CartVisitor],
        add_cart_item: Given[AddCartItem],
        get_cart: Given[GetCart],
    ) -> Response[CartView]:
        """The first ones open it, and they all are held for 10 minutes at these prices. Without
        an access token, the answer to the first call has the `cartToken` that finds it again.
        """
        changed = await add_cart_item(cart_visitor, data)
        return _shown(await get_cart(cart_visitor, changed), status_code=201)

    @delete(
        "/items/{item_id:uuid}",
        operation_id="remove_cart_item",
        summary="Take tickets out of the cart",
        status_code=200,
    )
    async def remove_cart_item(
        self,
        item_id: FromPath[TicketTypeId],
        cart_visitor: Given[CartVisitor],
        remove_cart_item: Given[RemoveCartItem],
        get_cart: Given[GetCart],
    ) -> Response[CartView]:
        """All of this ticket type; without its last item the cart is `emptied`."""
        changed = await remove_cart_item(cart_visitor, item_id)
        return _shown(await get_cart(cart_visitor, changed))

    @post(
        "/lock-seats",
        operation_id="lock_seats",
        summary="Hold what is in the cart",
        status_code=200,
        opt=OFTEN,
    )
    async def lock_seats(
        self,
        cart_visitor: Given[CartVisitor],
        lock_seats: Given[LockSeats],
        get_cart: Given[GetCart],
        data: JSONBody[LockSeatsCommand | None] = None,
    ) -> Response[CartView]:
        """All of it, or nothing. An expired cart begins anew at the prices of now (`isRenewed`)."""
        changed = await lock_seats(cart_visitor, data or LockSeatsCommand())
        return _shown(await get_cart(cart_visitor, changed))

    @post(
        "/extend-lock",
        operation_id="extend_lock",
        summary="Keep the cart a while longer",
        status_code=200,
    )
    async def extend_lock(
        self,
        cart_visitor: Given[CartVisitor],
        extend_lock: Given[ExtendLock],
        get_cart: Given[GetCart],
    ) -> Response[CartView]:
        """Another 10 minutes from now, at most until `extendableUntil`."""
        changed = await extend_lock(cart_visitor)
        return _shown(await get_cart(cart_visitor, changed))


def _shown(view: CartView, *, status_code: int = 200) -> Response[CartView]:
    return Response(view, status_code=status_code, headers=PRIVATE)
