"""An organisation corrects what it says about itself."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from msgspec import UNSET, UnsetType

from application.identity.ports import BeginIdentity, SettingsFields
from application.shared.actor import Actor, authorize
from application.shared.emails import ReadEmail
from application.shared.messages import AddressFields, Command, changes_of
from domain.identity.organization import Contact, OrganizationType
from domain.shared.ids import OrganizationId
from domain.shared.permissions import Permission


class UpdateOrganizationCommand(Command):
    """What is not set stays as it is; so does the slug, because links carry it."""

    name: str | UnsetType = UNSET
    type: OrganizationType | UnsetType = UNSET
    settings: SettingsFields | UnsetType = UNSET
    email: str | None | UnsetType = UNSET
    phone: str | None | UnsetType = UNSET
    website: str | None | UnsetType = UNSET
    """https alone; so is `logoUrl`."""
    address: AddressFields | None | UnsetType = UNSET
    logo_url: str | None | UnsetType = UNSET


_CONTACT = tuple(Contact.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class UpdateOrganization:
    """Change the named fields. Raises OrganizationNotFound, Forbidden, Invalid, StaleVersion."""

    begin: BeginIdentity
    read_email: ReadEmail

    async def __call__(
        self, actor: Actor, organization_id: OrganizationId, command: UpdateOrganizationCommand
    ) -> None:
        authorize(actor, Permission.ORGANIZATION_EDIT, organization_id)
        changes: dict[str, Any] = changes_of(command)
        chosen = changes.pop("settings", SettingsFields()).chosen()
        reached = {name: changes.pop(name) for name in _CONTACT if name in changes}
        if reached.get("email") is not None:
            reached["email"] = self.read_email(reached["email"])
        if reached.get("address") is not None:
            reached["address"] = reached["address"].as_address()
        async with self.begin(actor.within(organization_id)) as tx:
            before = await tx.organizations.get(organization_id)
            settings = dataclasses.replace(before.settings, **chosen)
            contact = dataclasses.replace(before.contact, **reached)
            after = dataclasses.replace(
                before, **changes, settings=settings, contact=contact, updated_at=tx.now
            )
            await tx.organizations.save(after)
