"""A buyer gives up the cart; its tickets are for others at once."""

from dataclasses import dataclass

from application.sales.cart_access import CartAccess
from application.sales.carts import BeginCarts, CartVisitor
from application.sales.soft_holds import SoftHolds
from domain.sales.errors import CartNotFound


@dataclass(frozen=True, slots=True)
class EmptyCart:
    """Take everything out and let go of the hold. Raises CartNotFound, CartOrdered."""

    begin: BeginCarts
    access: CartAccess
    holds: SoftHolds

    async def __call__(self, visitor: CartVisitor) -> None:
        cart = await self.access.get(visitor)
        async with self.begin(visitor.within(cart.organization_id)) as tx:
            stored = (await tx.carts.lock([cart.id])).get(cart.id)
            if stored is None:
                raise CartNotFound
            stored.empty(at=tx.now)
            await tx.carts.save(stored)
        await self.holds.drop({cart.id: cart.event_id})
