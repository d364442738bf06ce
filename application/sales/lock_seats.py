"""A buyer makes sure of what is in the cart: its hold is taken again, all of it or nothing."""

from dataclasses import dataclass

from application.sales.cart_access import CartAccess, wanted_of
from application.sales.carts import CartChanged, CartVisitor
from application.sales.fill_cart import FillCart, Filling
from application.shared.clock import Clock
from application.shared.messages import Command
from domain.sales.errors import NoSeats


class LockSeatsCommand(Command):
    seats: tuple[str, ...] = ()
    """Only for events with numbered seats."""


@dataclass(frozen=True, slots=True)
class LockSeats:
    """Hold everything in the cart. A live cart keeps its prices and its time.

    A lapsed one begins anew: prices and stock are looked at again, and the answer says what
    changed. Raises NoSeats, CartNotFound, CartOrdered, what quotes refuse, and what FillCart
    raises.
    """

    access: CartAccess
    fill: FillCart
    clock: Clock

    async def __call__(self, visitor: CartVisitor, command: LockSeatsCommand) -> CartChanged:
        if command.seats:
            raise NoSeats
        cart = await self.access.get(visitor)
        quote = await self.access.quote(visitor, wanted_of(cart, self.clock()))
        return await self.fill(visitor, Filling(quote=quote, cart=cart))
