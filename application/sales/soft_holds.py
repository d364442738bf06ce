"""The soft holds of carts: counted against what others see, never what decides a sale."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from application.sales.carts import CartStock
from application.sales.ports import CartHolds
from domain.sales.cart import Cart
from domain.shared.ids import AllotmentId, CartId, EventId


class CartHold(Struct, frozen=True, kw_only=True):
    """What one cart wants to hold, all of it or nothing; it replaces what the cart held before."""

    event_id: EventId
    cart_id: CartId
    units: Mapping[AllotmentId, int]
    free: Mapping[AllotmentId, int | None]
    """Units open to all carts together, as PostgreSQL last said; None is without limit."""
    expires_at: datetime
    is_anonymous: bool = False
    """Held by nobody who is known: all such carts together have a share of their own."""
    anonymous_free: int | None = None
    """Units of the event that anonymous carts may hold together; None is without limit. Counted are
    `units` of the allotment that has the event's id.
    """


class HoldRefused(Struct, frozen=True):
    """Other carts hold the rest. The cart keeps what it held before."""

    allotment_id: AllotmentId | None
    """None: the anonymous carts' share is used up."""
    retry_at: datetime | None = None
    """When the first of those carts runs out, if nobody extends it: worth a try, not a promise."""


class SoftHolds(CartHolds, Protocol):
    """Kept in Redis or Valkey, else in this process. Losing them costs carts their holds, no more.

    None of these raises: where the cache is down, nothing is held, and the answer says so.
    """

    # True if it is held; False if the cache is down or `expires_at` is over, so that the cart holds
    # nothing. Without units it lets go of what it held.
    async def hold(self, wanted: CartHold) -> bool | HoldRefused: ...

    # True if the cart still held something and holds it until then, or longer if it did before.
    async def extend(self, event_id: EventId, cart_id: CartId, expires_at: datetime) -> bool: ...

    # What each cart of an event holds now; carts that hold nothing are left out.
    async def held_by(
        self, event_id: EventId, carts: Collection[CartId]
    ) -> dict[CartId, Mapping[AllotmentId, int]]: ...


async def is_held(cart: Cart, holds: SoftHolds, stock: CartStock) -> bool:
    """The cache holds all of it, and orders have not taken the units meanwhile.

    A cache that was away may hold what was sold. The waiting list does not take what a cart holds.
    """
    if not cart.draws:
        return False
    held = (await holds.held_by(cart.event_id, [cart.id])).get(cart.id, {})
    units = {draw.allotment_id: draw.units for draw in cart.draws}
    if any(held.get(id_, 0) < wanted for id_, wanted in units.items()):
        return False
    counted = await stock.counted(cart.organization_id, units)
    return all(
        id_ in counted and ((free := counted[id_].available) is None or wanted <= free)
        for id_, wanted in units.items()
    )
