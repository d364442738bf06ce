"""A buyer takes tickets out of the cart; without the last ones it is emptied."""

from dataclasses import dataclass

import msgspec

from application.sales.cart_access import CartAccess, wanted_of
from application.sales.carts import BeginCarts, CartChanged, CartVisitor
from application.sales.fill_cart import FillCart
from application.shared.clock import Clock
from domain.sales.cart import Cart, draws_of
from domain.sales.errors import CartNotFound
from domain.sales.order import Draw
from domain.shared.errors import DomainError, StaleVersion
from domain.shared.ids import TicketTypeId


@dataclass(frozen=True, slots=True)
class RemoveCartItem:
    """Take out all tickets of a type and let go of their hold; a lapsed cart stays lapsed.

    It always works: what is left and cannot be ordered any more holds nothing.
    Raises CartNotFound, CartItemNotFound, CartOrdered.
    """

    begin: BeginCarts
    access: CartAccess
    fill: FillCart
    clock: Clock

    async def __call__(self, visitor: CartVisitor, ticket_type_id: TicketTypeId) -> CartChanged:
        cart = await self.access.get(visitor)
        draws = await self._draws_without(visitor, cart, ticket_type_id)
        changed = CartChanged(cart_id=cart.id)
        async with self.begin(visitor.within(cart.organization_id)) as tx:
            stored = (await tx.carts.lock([cart.id])).get(cart.id)
            if stored is None:
                raise CartNotFound
            if stored.version != cart.version:
                raise StaleVersion
            stored.remove(ticket_type_id, draws, at=tx.now)
            await tx.carts.save(stored)
            tx.remember(msgspec.to_builtins(changed))
        await self.fill.settle(cart.id, cart.event_id)
        return changed

    async def _draws_without(
        self, visitor: CartVisitor, cart: Cart, ticket_type_id: TicketTypeId
    ) -> tuple[Draw, ...]:
        """What the other tickets take."""
        left = tuple(
            item for item in wanted_of(cart, self.clock()) if item.ticket_type_id != ticket_type_id
        )
        if not left:
            return ()
        [quote] = await self.access.try_quotes(visitor, (left, None))
        return () if isinstance(quote, DomainError) else draws_of(quote)
