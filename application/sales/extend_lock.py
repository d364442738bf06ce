"""A buyer needs more time: the cart is kept a while longer."""

from dataclasses import dataclass

import msgspec

from application.sales.cart_access import CartAccess
from application.sales.carts import BeginCarts, CartChanged, CartVisitor
from application.sales.fill_cart import FillCart
from application.sales.soft_holds import SoftHolds, is_held
from domain.sales.cart import Cart, CartTerms
from domain.sales.errors import CartNotFound
from domain.shared.errors import StaleVersion


@dataclass(frozen=True, slots=True)
class ExtendLock:
    """Keep the cart, its prices and its hold for a full term from now, up to the hard cap.

    A hold that was lost is taken anew first. Raises CartNotFound, CartOrdered, CartExpired,
    CartExtensionRefused; SoldOut, Reserved, NotOnSale if others have it now; and StaleVersion if
    the cart was changed meanwhile.
    """

    begin: BeginCarts
    access: CartAccess
    holds: SoftHolds
    fill: FillCart
    terms: CartTerms

    async def __call__(self, visitor: CartVisitor) -> CartChanged:
        cart = await self.access.get(visitor)
        changed = CartChanged(cart_id=cart.id)
        is_retaken = await self._retake(cart)
        try:
            async with self.begin(visitor.within(cart.organization_id)) as tx:
                stored = (await tx.carts.lock([cart.id])).get(cart.id)
                if stored is None:
                    raise CartNotFound
                stored.check_usable()
                if stored.version != cart.version:
                    raise StaleVersion  # What was looked at above may not be all of it.
                stored.extend(at=tx.now, terms=self.terms)
                await tx.carts.save(stored)
                tx.remember(msgspec.to_builtins(changed))
        except BaseException:
            if is_retaken:
                await self.fill.settle(cart.id, cart.event_id)
            raise
        if not await self.holds.extend(stored.event_id, stored.id, stored.expires_at):
            await self.fill.settle(stored.id, stored.event_id)  # The cache had lost it.
        return changed

    async def _retake(self, cart: Cart) -> bool:
        """Whether its hold had to be taken anew. Raises what FillCart.hold_again raises."""
        now = self.access.clock()
        if not cart.is_live(now) or await is_held(cart, self.holds, self.access.stock):
            return False
        await self.fill.hold_again(cart, now)
        return True
