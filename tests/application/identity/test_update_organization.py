from datetime import timedelta
from decimal import Decimal

import pytest

from adapters.system.emails import read_email
from application.identity.ports import BeginIdentity, SettingsFields
from application.identity.update_organization import UpdateOrganization, UpdateOrganizationCommand
from application.shared.scope import PUBLIC
from domain.identity.organization import OrganizationType
from domain.shared.errors import Forbidden, NotFound
from domain.shared.money import InvalidAmount
from domain.shared.permissions import Role
from tests.application.identity.people import Society
from tests.conftest import VirtualClock


@pytest.fixture
def update_organization(begin: BeginIdentity) -> UpdateOrganization:
    return UpdateOrganization(begin, read_email)


async def test_what_is_set_changes_and_the_rest_stays(
    society: Society, update_organization: UpdateOrganization, clock: VirtualClock
) -> None:
    ada = await society.joins("ada")
    organization_id = await society.founds(ada, "Rock")
    founded_at = clock()
    clock.advance(timedelta(minutes=10))

    await update_organization(
        await society.actor(ada),
        organization_id,
        UpdateOrganizationCommand(
            name="Folk", settings=SettingsFields(service_fee_percent=Decimal("2.5"))
        ),
    )

    async with society.begin(PUBLIC) as tx:
        organization = await tx.organizations.get(organization_id)
    assert (organization.name, organization.slug) == ("Folk", "rock")
    assert organization.type is OrganizationType.PROMOTER
    assert organization.settings.service_fee_percent == Decimal("2.50")
    assert organization.settings.default_currency == "USD"
    assert (organization.created_at, organization.updated_at) == (founded_at, clock())


async def test_a_fee_that_the_new_currency_cannot_hold_is_refused(
    society: Society, update_organization: UpdateOrganization
) -> None:
    ada = await society.joins("ada")
    organization_id = await society.founds(ada)
    fee = SettingsFields(service_fee_fixed=Decimal("0.50"))
    await update_organization(
        await society.actor(ada), organization_id, UpdateOrganizationCommand(settings=fee)
    )

    with pytest.raises(InvalidAmount):
        await update_organization(
            await society.actor(ada),
            organization_id,
            UpdateOrganizationCommand(settings=SettingsFields(default_currency="JPY")),
        )


async def test_a_manager_may_not_and_a_stranger_finds_nothing(
    society: Society, update_organization: UpdateOrganization
) -> None:
    ada, bob, eve = [await society.joins(name) for name in ("ada", "bob", "eve")]
    organization_id = await society.founds(ada)
    await society.employs(organization_id, bob.user_id, Role.MANAGER)
    command = UpdateOrganizationCommand(name="Mine")

    with pytest.raises(Forbidden):
        await update_organization(await society.actor(bob), organization_id, command)
    with pytest.raises(NotFound):
        await update_organization(await society.actor(eve), organization_id, command)
