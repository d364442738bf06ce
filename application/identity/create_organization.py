"""Somebody founds an organisation and owns it."""

from dataclasses import dataclass
from datetime import timedelta

from application.identity.account_ports import AccountTransaction, BeginAccounts
from application.identity.ports import RememberedTokens, SettingsFields
from application.shared.actor import Actor
from application.shared.emails import ReadEmail
from application.shared.ids import IdFactory
from application.shared.messages import AddressFields, Command
from domain.identity.attempts import Limit, Try, seconds_until
from domain.identity.errors import TooManyOrganizations
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
    """Keep the organisation, active at once, with the actor as owner.

    One account founds so many `per_day`, in any stretch of 24 hours. Raises Invalid, SlugTaken,
    TooManyOrganizations.
    """

    begin: BeginAccounts
    ids: IdFactory
    remembered: RememberedTokens
    read_email: ReadEmail
    per_day: int = 10

    async def __call__(self, actor: Actor, command: CreateOrganizationCommand) -> OrganizationId:
        organization_id = OrganizationId(self.ids.new())
        settings = OrganizationSettings(**command.settings.chosen())
        contact = self._contact(command)
        slug = slug_of(command.name) or "organization"
        longer = f"{slug}-{self.ids.number()[:6].lower()}"
        async with self.begin(actor.within(organization_id)) as tx:
            await self._count(tx, actor)
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

    async def _count(self, tx: AccountTransaction, actor: Actor) -> None:
        """Raises TooManyOrganizations."""
        limit = Limit(kind="organization_founded", most=self.per_day, within=timedelta(days=1))
        free_at = await tx.attempts.take([Try(limit, str(actor.user_id))], at=tx.now)
        if free_at is not None:
            wait_s = seconds_until(free_at, at=tx.now)
            raise TooManyOrganizations(retry_at=free_at, retry_after=wait_s)

    def _contact(self, command: CreateOrganizationCommand) -> Contact:
        return Contact(
            email=None if command.email is None else self.read_email(command.email),
            phone=command.phone,
            website=command.website,
            address=None if command.address is None else command.address.as_address(),
            logo_url=command.logo_url,
        )
