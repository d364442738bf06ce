"""An organisation corrects what it says about itself."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from msgspec import UNSET, UnsetType

from application.identity.ports import BeginIdentity, SettingsFields
from application.shared.actor import Actor, authorize
from application.shared.messages import Command, changes_of
from domain.identity.organization import OrganizationType
from domain.shared.ids import OrganizationId
from domain.shared.permissions import Permission


class UpdateOrganizationCommand(Command):
    """What is not set stays as it is; so does the slug, because links carry it."""

    name: str | UnsetType = UNSET
    type: OrganizationType | UnsetType = UNSET
    settings: SettingsFields | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class UpdateOrganization:
    """Change the named fields. Raises OrganizationNotFound, Forbidden, Invalid, StaleVersion."""

    begin: BeginIdentity

    async def __call__(
        self, actor: Actor, organization_id: OrganizationId, command: UpdateOrganizationCommand
    ) -> None:
        authorize(actor, Permission.ORGANIZATION_EDIT, organization_id)
        changes: dict[str, Any] = changes_of(command)
        chosen: dict[str, Any] = changes_of(changes.pop("settings", SettingsFields()))
        async with self.begin(actor.within(organization_id)) as tx:
            before = await tx.organizations.get(organization_id)
            settings = dataclasses.replace(before.settings, **chosen)
            after = dataclasses.replace(before, **changes, settings=settings, updated_at=tx.now)
            await tx.organizations.save(after)
