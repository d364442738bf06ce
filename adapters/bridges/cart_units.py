"""The catalogue asks sales what lies in carts."""

from collections.abc import Iterable, Mapping

from application.sales.ports import CartHolds
from domain.shared.ids import AllotmentId, EventId


class BridgedCartUnits:
    def __init__(self, holds: CartHolds) -> None:
        self._holds = holds

    async def in_carts(
        self, event_id: EventId, ids: Iterable[AllotmentId]
    ) -> Mapping[AllotmentId, int]:
        held = await self._holds.in_carts({event_id: set(ids)}, ())
        return held.units
