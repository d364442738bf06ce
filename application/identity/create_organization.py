"""Somebody founds an organisation and owns it."""

from dataclasses import dataclass
from typing import Any

from application.identity.ports import BeginIdentity, RememberedTokens, SettingsFields
from application.shared.actor import Actor
from application.shared.ids import IdFactory
from application.shared.messages import Command, changes_of
from domain.identity.organization import Organization, OrganizationSettings, OrganizationType
from domain.identity.team import Team
from domain.shared.ids import OrganizationId
from domain.shared.permissions import Role
from domain.shared.text import slug_of


class CreateOrganizationCommand(Command):
    name: str
    type: OrganizationType
    settings: SettingsFields = SettingsFields()


@dataclass(frozen=True, slots=True)
class CreateOrganization:
    """Keep the organisation, active at once, with the actor as owner. Raises Invalid, SlugTaken."""

    begin: BeginIdentity
    ids: IdFactory
    remembered: RememberedTokens

    async def __call__(self, actor: Actor, command: CreateOrganizationCommand) -> OrganizationId:
        organization_id = OrganizationId(self.ids.new())
        chosen: dict[str, Any] = changes_of(command.settings)
        settings = OrganizationSettings(**chosen)
        slug = slug_of(command.name) or "organization"
        longer = f"{slug}-{self.ids.number()[:6].lower()}"
        async with self.begin(actor.within(organization_id)) as tx:
            organization = Organization.found(
                organization_id,
                name=command.name,
                slug=longer if await tx.organizations.has_slug(slug) else slug,
                type=command.type,
                settings=settings,
                at=tx.now,
            )
            await tx.organizations.add(organization)
            team = Team(organization_id)
            await tx.teams.add(team.add(actor.user_id, Role.OWNER, by=Role.OWNER, at=tx.now))
            tx.remember(organization_id)
        self.remembered.forget_user(actor.user_id)
        return organization_id
