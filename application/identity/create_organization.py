"""Somebody founds an organisation and owns it."""

from dataclasses import dataclass

from application.identity.ports import BeginIdentity, RememberedTokens, SettingsFields
from application.shared.actor import Actor
from application.shared.emails import ReadEmail
from application.shared.ids import IdFactory
from application.shared.messages import AddressFields, Command
from domain.identity.organization import (
    Contact,
    Organization,
    OrganizationSettings,
    OrganizationType,
)
from domain.identity.team import Team
from domain.shared.ids import OrganizationId
from domain.shared.permissions import Role
from domain.shared.text import slug_of


class CreateOrganizationCommand(Command):
    name: str
    type: OrganizationType
    settings: SettingsFields = SettingsFields()
    email: str | None = None
    phone: str | None = None
    website: str | None = None
    address: AddressFields | None = None
    logo_url: str | None = None


@dataclass(frozen=True, slots=True)
class CreateOrganization:
    """Keep the organisation, active at once, with the actor as owner. Raises Invalid, SlugTaken."""

    begin: BeginIdentity
    ids: IdFactory
    remembered: RememberedTokens
    read_email: ReadEmail

    async def __call__(self, actor: Actor, command: CreateOrganizationCommand) -> OrganizationId:
        organization_id = OrganizationId(self.ids.new())
        settings = OrganizationSettings(**command.settings.chosen())
        contact = self._contact(command)
        slug = slug_of(command.name) or "organization"
        longer = f"{slug}-{self.ids.number()[:6].lower()}"
        async with self.begin(actor.within(organization_id)) as tx:
            organization = Organization.found(
                organization_id,
                name=command.name,
                slug=longer if await tx.organizations.has_slug(slug) else slug,
                type=command.type,
                settings=settings,
                contact=contact,
                at=tx.now,
            )
            await tx.organizations.add(organization)
            team = Team(organization_id)
            await tx.teams.add(team.add(actor.user_id, Role.OWNER, by=Role.OWNER, at=tx.now))
            tx.remember(organization_id)
        self.remembered.forget_user(actor.user_id)
        return organization_id

    def _contact(self, command: CreateOrganizationCommand) -> Contact:
        return Contact(
            email=None if command.email is None else self.read_email(command.email),
            phone=command.phone,
            website=command.website,
            address=None if command.address is None else command.address.as_address(),
            logo_url=command.logo_url,
        )
