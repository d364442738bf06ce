"""Whose event it is, and whether the actor may do this to it."""

from dataclasses import dataclass

from application.catalogue.ports import EventOwners
from application.shared.actor import Actor, authorize
from domain.catalogue.errors import EventNotFound
from domain.shared.errors import NotFound
from domain.shared.ids import EventId, OrganizationId
from domain.shared.permissions import Permission


@dataclass(frozen=True, slots=True)
class EventAccess:
    """The event's organisation. Raises Forbidden to members and EventNotFound to strangers."""

    owners: EventOwners

    async def __call__(
        self, actor: Actor, permission: Permission, event_id: EventId
    ) -> OrganizationId:
        organization_id = await self.owners.organization_of_event(event_id)
        try:
            authorize(actor, permission, organization_id, event_id=event_id)
        except NotFound as error:
            raise EventNotFound from error
        return organization_id
