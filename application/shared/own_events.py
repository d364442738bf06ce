"""Whatever is limited to events is limited to the organisation's own."""

from collections.abc import Collection
from typing import Protocol

from domain.shared.errors import Invalid
from domain.shared.ids import EventId, OrganizationId


class KnowsEvents(Protocol):
    # Which of these events the organisation has.
    async def events_of(
        self, organization_id: OrganizationId, event_ids: Collection[EventId]
    ) -> set[EventId]: ...


async def refuse_foreign(
    tx: KnowsEvents,
    organization_id: OrganizationId,
    event_ids: Collection[EventId] | None,
    refusal: type[Invalid],
) -> None:
    """Raises the refusal, which names the events that are not the organisation's; None is all."""
    if not event_ids:
        return
    unknown = set(event_ids) - await tx.events_of(organization_id, event_ids)
    if unknown:
        foreign = sorted(map(str, unknown))
        raise refusal("The organisation has no such event.", event_ids=foreign)
