"""Which events are an organisation's: asked by every context that limits something to events."""

from collections.abc import Collection

from sqlalchemy import text

from adapters.postgres.transaction import PostgresTransaction
from domain.shared.ids import EventId, OrganizationId

_EVENTS_OF = text(
    "select id from events where organization_id = :organization_id and id = any(:ids)"
)


class KnowsEvents(PostgresTransaction):
    async def events_of(
        self, organization_id: OrganizationId, event_ids: Collection[EventId]
    ) -> set[EventId]:
        wanted = {"organization_id": organization_id, "ids": list(event_ids)}
        return set((await self.connection.execute(_EVENTS_OF, wanted)).scalars())
