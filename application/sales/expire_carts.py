"""Carts whose time is over are closed, each exactly once."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from application.sales.carts import BeginCarts, CartPlace, CartPlaces
from application.sales.soft_holds import SoftHolds
from application.shared import scope
from domain.shared.ids import OrganizationId

BATCH = 200


@dataclass(frozen=True, slots=True)
class ExpireCarts:
    """Close what is overdue, in batches, and let go of the holds; answers how many there were.

    Hygiene: an overdue cart reads as expired anyway, and its hold ends by itself.
    """

    begin: BeginCarts
    places: CartPlaces
    holds: SoftHolds

    async def __call__(self) -> int:
        expired = 0
        while due := await self.places.overdue(BATCH):
            closed = 0
            ordered = sorted(due, key=lambda place: place.organization_id)
            for organization_id, places in groupby(ordered, key=lambda p: p.organization_id):
                closed += await self._expire_of(organization_id, list(places))
            expired += closed
            if len(due) < BATCH or not closed:
                break
        return expired

    async def _expire_of(self, organization_id: OrganizationId, places: Sequence[CartPlace]) -> int:
        async with self.begin(scope.organizations([organization_id])) as tx:
            carts = await tx.carts.lock_overdue([place.cart_id for place in places])
            for cart in carts:
                cart.expire(at=tx.now)
            await tx.carts.close(carts)
            tx.announce(*carts)
        await self.holds.drop({cart.id: cart.event_id for cart in carts})
        return len(carts)
