from datetime import timedelta
from decimal import Decimal

import pytest

from adapters.memory.database import MemoryDatabase
from application.identity.create_organization import CreateOrganization, CreateOrganizationCommand
from application.identity.ports import SettingsFields
from application.shared.scope import PUBLIC
from domain.identity.errors import InvalidServiceFee, TooManyOrganizations
from domain.identity.organization import OrganizationStatus, OrganizationType
from domain.shared.errors import DomainError
from domain.shared.money import UnknownCurrency
from domain.shared.permissions import Role
from domain.shared.text import InvalidText
from tests.application.identity.people import Society
from tests.conftest import VirtualClock


def a_command(
    name: str = "Łódź Rock", settings: SettingsFields | None = None
) -> CreateOrganizationCommand:
    return CreateOrganizationCommand(
        name=name, type=OrganizationType.VENUE, settings=settings or SettingsFields()
    )


async def test_the_founder_owns_an_active_organization_at_once(
    society: Society, create_organization: CreateOrganization
) -> None:
    ada = await society.joins("ada")

    organization_id = await create_organization(await society.actor(ada), a_command())

    async with society.begin(PUBLIC) as tx:
        organization = await tx.organizations.get(organization_id)
    assert (organization.name, organization.slug) == ("Łódź Rock", "lodz-rock")
    assert organization.status is OrganizationStatus.ACTIVE
    assert organization.settings.default_currency == "USD"
    assert await society.roles(organization_id) == {ada.user_id: Role.OWNER}
    assert (await society.actor(ada)).memberships == {organization_id: Role.OWNER}


async def test_two_of_one_name_have_two_slugs(
    society: Society, create_organization: CreateOrganization
) -> None:
    ada = await society.joins("ada")
    first = await create_organization(await society.actor(ada), a_command("Rock"))
    second = await create_organization(await society.actor(ada), a_command("ROCK"))

    async with society.begin(PUBLIC) as tx:
        slugs = [(await tx.organizations.get(id)).slug for id in (first, second)]
    assert slugs[0] == "rock"
    assert slugs[1].startswith("rock-")


async def test_a_name_without_latin_letters_has_a_slug(
    society: Society, create_organization: CreateOrganization
) -> None:
    ada = await society.joins("ada")

    organization_id = await create_organization(await society.actor(ada), a_command("東京"))

    async with society.begin(PUBLIC) as tx:
        assert (await tx.organizations.get(organization_id)).slug == "organization"


async def test_one_account_founds_ten_a_day(
    society: Society, create_organization: CreateOrganization, clock: VirtualClock
) -> None:
    ada = await society.actor(await society.joins("ada"))
    for number in range(10):
        await create_organization(ada, a_command(f"Rock {number}"))

    with pytest.raises(TooManyOrganizations) as refused:
        await create_organization(ada, a_command())

    assert refused.value.facts["retry_after"] == 86_400
    await create_organization(await society.actor(await society.joins("bob")), a_command())
    clock.advance(timedelta(days=1))
    ada = await society.actor(await society.logs_in("ada"))
    await create_organization(ada, a_command())


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (a_command(name=""), InvalidText),
        (a_command(settings=SettingsFields(default_currency="XXX")), UnknownCurrency),
        (a_command(settings=SettingsFields(service_fee_percent=Decimal(101))), InvalidServiceFee),
        (a_command(settings=SettingsFields(service_fee_fixed=Decimal(-1))), InvalidServiceFee),
    ],
)
async def test_a_refusal_leaves_no_trace(
    society: Society,
    create_organization: CreateOrganization,
    memory: MemoryDatabase,
    command: CreateOrganizationCommand,
    refusal: type[DomainError],
) -> None:
    actor = await society.actor(await society.joins("ada"))

    with pytest.raises(refusal):
        await create_organization(actor, command)

    assert not list(memory.table("organizations").rows())
    assert not list(memory.table("memberships").rows())
