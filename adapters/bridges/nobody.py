"""Until they have a room of their own: no carts, no offers, no passes."""

from collections.abc import Collection, Mapping, Sequence

from application.sales.messages import PlaceOrder
from application.sales.ports import Basket, InCarts
from domain.sales.errors import CartNotFound, OfferNotFound
from domain.shared.errors import DomainError
from domain.shared.ids import AllotmentId, CartId, EventId


class NoBaskets:
    async def of(self, commands: Sequence[PlaceOrder]) -> list[Basket | DomainError]:
        return [CartNotFound() if c.request.cart_id else OfferNotFound() for c in commands]


class NoHolds:
    async def in_carts(
        self, wanted: Mapping[EventId, Collection[AllotmentId]], carts: Collection[CartId]
    ) -> InCarts:
        return InCarts({}, {})

    async def drop(self, carts: Mapping[CartId, EventId]) -> None:
        pass


class NoPasses:
    def admits(self, admission_pass: str, event_id: EventId, visitor: str) -> bool:
        return False
