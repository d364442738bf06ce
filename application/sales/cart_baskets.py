"""Carts that are to become orders: what is in them, at the prices that they promise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from application.sales.cart_access import wanted_of
from application.sales.carts import CartPlaces, is_theirs
from application.sales.messages import PlaceOrder
from application.sales.ports import Basket
from application.shared.clock import Clock
from domain.sales.cart import Cart, CartStatus
from domain.sales.errors import CartNotFound
from domain.shared.errors import DomainError
from domain.shared.ids import CartId


@dataclass(frozen=True, slots=True)
class CartBaskets:
    """One basket or CartNotFound per command. A code that comes with the order goes first."""

    places: CartPlaces
    clock: Clock

    async def of(self, commands: Sequence[PlaceOrder]) -> list[Basket | DomainError]:
        named = {command.request.cart_id for command in commands}
        carts = await self.places.of_ids({id_ for id_ in named if id_ is not None})
        now = self.clock()
        return [_basket(command, carts, now) for command in commands]


def _basket(
    command: PlaceOrder, carts: Mapping[CartId, Cart], now: datetime
) -> Basket | DomainError:
    request = command.request
    cart = None if request.cart_id is None else carts.get(request.cart_id)
    if cart is None or not is_theirs(cart, command.actor, command.cart_token):
        return CartNotFound()
    if cart.status is CartStatus.EMPTIED:
        return CartNotFound()
    return Basket(
        items=wanted_of(cart, now),
        promo_code=request.promo_code or cart.promo_code,
        cart_id=cart.id,
    )
