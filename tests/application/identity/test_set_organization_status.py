import pytest

from adapters.memory.database import MemoryDatabase
from adapters.memory.identity_standing import MemoryStandingTransaction
from adapters.tokens.remembered import RememberedAccessTokens
from application.identity.set_organization_status import (
    SetOrganizationStatus,
    SetOrganizationStatusCommand,
)
from application.shared.actor import authorize
from application.shared.scope import PUBLIC
from domain.identity.errors import OrganizationStatusConflict, PlatformAdminsOnly
from domain.identity.organization import OrganizationStatus
from domain.shared.errors import NotFound
from domain.shared.permissions import OrganizationSuspended, Permission, Role
from tests.application.identity.people import Society

SUSPENDED = SetOrganizationStatusCommand(status=OrganizationStatus.SUSPENDED, reason="Fraud")
ACTIVE = SetOrganizationStatusCommand(status=OrganizationStatus.ACTIVE)


@pytest.fixture
def set_status(memory: MemoryDatabase, tokens: RememberedAccessTokens) -> SetOrganizationStatus:
    return SetOrganizationStatus(memory.beginner(MemoryStandingTransaction), tokens)


async def test_its_people_may_only_look_and_give_back_until_it_may_act_again(
    society: Society, set_status: SetOrganizationStatus
) -> None:
    ada, bob, operator = [await society.joins(name) for name in ("ada", "bob", "operator")]
    rock = await society.founds(ada)
    await society.employs(rock, bob.user_id, Role.SUPPORT)
    await society.promote(operator.user_id)

    await set_status(await society.actor(operator), rock, SUSPENDED)

    owner, support = await society.actor(ada), await society.actor(bob)
    for permission in (Permission.ORGANIZATION_EDIT, Permission.EVENTS_PUBLISH):
        with pytest.raises(OrganizationSuspended):
            authorize(owner, permission, rock)
    for permission in (Permission.ORDERS_VIEW, Permission.ORDERS_CANCEL, Permission.SCAN):
        authorize(owner, permission, rock)
        authorize(support, permission, rock)
    async with society.begin(PUBLIC) as tx:
        assert (await tx.organizations.get(rock)).status_reason == "Fraud"
    await set_status(await society.actor(operator), rock, ACTIVE)
    authorize(await society.actor(ada), Permission.EVENTS_PUBLISH, rock)


async def test_it_is_for_the_platform_alone(
    society: Society, set_status: SetOrganizationStatus
) -> None:
    ada, eve = await society.joins("ada"), await society.joins("eve")
    rock = await society.founds(ada)

    with pytest.raises(PlatformAdminsOnly):
        await set_status(await society.actor(ada), rock, SUSPENDED)
    with pytest.raises(NotFound):
        await set_status(await society.actor(eve), rock, SUSPENDED)


async def test_it_neither_closes_nor_opens_what_is_closed(
    society: Society, set_status: SetOrganizationStatus
) -> None:
    ada, operator = await society.joins("ada"), await society.joins("operator")
    rock = await society.founds(ada)
    await society.promote(operator.user_id)
    actor = await society.actor(operator)
    closed = SetOrganizationStatusCommand(status=OrganizationStatus.CLOSED)

    with pytest.raises(OrganizationStatusConflict):
        await set_status(actor, rock, closed)
    async with society.begin_of(rock) as tx:
        organization = await tx.organizations.get(rock)
        organization.close(at=tx.now)
        await tx.organizations.save(organization)
    with pytest.raises(OrganizationStatusConflict):
        await set_status(actor, rock, ACTIVE)
