"""A buyer puts a promo code into the cart, or takes it out."""

from dataclasses import dataclass

import msgspec

from application.sales.cart_access import CartAccess, wanted_of
from application.sales.carts import BeginCarts, CartChanged, CartVisitor
from application.shared.clock import Clock
from application.shared.messages import Command
from domain.sales.errors import CartNotFound


class UpdateCartCommand(Command):
    promo_code: str | None
    """`null` takes it out."""


@dataclass(frozen=True, slots=True)
class UpdateCart:
    """Keep a code that is good for what is in the cart now. Its uses are not held.

    Raises CartNotFound, CartOrdered, and what quotes refuse (PromoCodeUnknown ...).
    """

    begin: BeginCarts
    access: CartAccess
    clock: Clock

    async def __call__(self, visitor: CartVisitor, command: UpdateCartCommand) -> CartChanged:
        cart = await self.access.get(visitor)
        promo_code = command.promo_code
        if promo_code is not None:
            items = wanted_of(cart, self.clock())
            promo_code = (await self.access.quote(visitor, items, promo_code)).promo_code
        changed = CartChanged(cart_id=cart.id)
        async with self.begin(visitor.within(cart.organization_id)) as tx:
            stored = (await tx.carts.lock([cart.id])).get(cart.id)
            if stored is None:
                raise CartNotFound
            stored.check_usable()
            stored.promo_code = promo_code
            await tx.carts.save(stored)
            tx.remember(msgspec.to_builtins(changed))
        return changed
