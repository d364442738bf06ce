"""A box office without quick answers: it always locks before it decides."""

from collections.abc import Collection, Iterable
from datetime import datetime

from application.sales.one_trip import Batch, Seen
from domain.sales.allotment import Allotment
from domain.shared.ids import AllotmentId, OrganizationId


class NoShortWay:
    """Has seen nothing, so that nothing can be decided by it."""

    def seen(self, ids: Collection[AllotmentId]) -> Seen | None:
        return None

    async def look(
        self, organization_ids: Collection[OrganizationId], ids: Collection[AllotmentId]
    ) -> dict[AllotmentId, Allotment]:
        raise NotImplementedError

    def learn(self, stock: Iterable[Allotment], now: datetime) -> None:
        pass

    async def write(self, batch: Batch) -> bool:
        raise NotImplementedError
