"""Which events are an organisation's, in memory."""

from collections.abc import Collection

from adapters.memory.database import MemoryTransaction
from domain.shared.ids import EventId, OrganizationId


class KnowsEvents(MemoryTransaction):
    async def events_of(
        self, organization_id: OrganizationId, event_ids: Collection[EventId]
    ) -> set[EventId]:
        events = self.database.table("events").where(
            lambda event: event.organization_id == organization_id and event.id in event_ids
        )
        return {event.id for event in events}
