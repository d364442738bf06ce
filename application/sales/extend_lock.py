"""A buyer needs more time: the cart is kept a while longer."""

from dataclasses import dataclass

import msgspec

from application.sales.cart_access import CartAccess
from application.sales.carts import BeginCarts, CartChanged, CartVisitor
from application.sales.fill_cart import FillCart
from application.sales.soft_holds import SoftHolds
from domain.sales.cart import CartTerms
from domain.sales.errors import CartNotFound


@dataclass(frozen=True, slots=True)
class ExtendLock:
    """Keep the cart, its prices and its hold for a full term from now, up to the hard cap.

    Raises CartNotFound, CartOrdered, CartExpired, CartExtensionRefused.
    """

    begin: BeginCarts
    access: CartAccess
    holds: SoftHolds
    fill: FillCart
    terms: CartTerms

    async def __call__(self, visitor: CartVisitor) -> CartChanged:
        cart = await self.access.get(visitor)
        changed = CartChanged(cart_id=cart.id)
        async with self.begin(visitor.within(cart.organization_id)) as tx:
            stored = (await tx.carts.lock([cart.id])).get(cart.id)
            if stored is None:
                raise CartNotFound
            stored.extend(at=tx.now, terms=self.terms)
            await tx.carts.save(stored)
            tx.remember(msgspec.to_builtins(changed))
        if not await self.holds.extend(stored.event_id, stored.id, stored.expires_at):
            await self.fill.settle(stored.id, stored.event_id)  # The cache had lost it.
        return changed
