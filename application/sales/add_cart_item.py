"""A buyer puts tickets into the cart; the first ones open it."""

from dataclasses import dataclass

from application.sales.cart_access import CartAccess, wanted_of
from application.sales.carts import CartChanged, CartVisitor
from application.sales.fill_cart import FillCart, Filling
from application.sales.ports import WantedItem
from application.shared.clock import Clock
from application.shared.messages import Command
from domain.sales.cart import Cart, CartStatus
from domain.sales.errors import InvalidQuantity, QuantityOutOfRange, SeveralEvents
from domain.shared.errors import DomainError
from domain.shared.ids import TicketTypeId


class AddCartItemCommand(Command):
    ticket_type_id: TicketTypeId
    quantity: int
    promo_code: str | None = None
    """Kept in the cart, and looked at again when the order is placed."""


@dataclass(frozen=True, slots=True)
class AddCartItem:
    """Add tickets to the visitor's cart, or open one: all of it is held, or nothing changes.

    What a live cart has keeps its price. A lapsed one begins anew with all that was in it, at the
    prices of now; if that was another event's, it gives way to a new cart. A guest's first call
    answers the cart's token. Raises CartNotFound, what quotes refuse, and what FillCart raises.
    """

    access: CartAccess
    fill: FillCart
    clock: Clock

    async def __call__(self, visitor: CartVisitor, command: AddCartItemCommand) -> CartChanged:
        cart = await self.access.find(visitor)
        if cart is not None and cart.status in (CartStatus.ORDERED, CartStatus.EMPTIED):
            cart = None  # That one is done; this is the first item of the next.
        try:
            wish = await self._wish(visitor, command, cart)
        except (InvalidQuantity, QuantityOutOfRange) as refusal:
            refusal.facts["field"] = "quantity"  # Quotes say where it is among an order's items.
            raise
        return await self.fill(visitor, wish)

    async def _wish(
        self, visitor: CartVisitor, command: AddCartItemCommand, cart: Cart | None
    ) -> Filling:
        now, giving_way = self.clock(), None
        alone = (WantedItem(command.ticket_type_id, command.quantity),)
        items = alone if cart is None else (*wanted_of(cart, now), *alone)
        [quote] = await self.access.try_quotes(visitor, (items, None))
        if isinstance(quote, SeveralEvents) and cart is not None and cart.is_lapsed(now):
            items, giving_way, cart = alone, cart, None
            quote = await self.access.quote(visitor, items)
        if isinstance(quote, DomainError):
            raise quote
        promo_code = None
        if command.promo_code is not None:
            promo_code = (await self.access.quote(visitor, items, command.promo_code)).promo_code
        return Filling(quote=quote, cart=cart, giving_way=giving_way, promo_code=promo_code)
