from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest

from adapters.memory.database import MemoryDatabase
from adapters.memory.identity_standing import MemoryStandingTransaction
from adapters.tokens.remembered import RememberedAccessTokens
from application.identity.close_organization import CloseOrganization
from domain.identity.errors import OrganizationHasSales
from domain.sales.order import OrderStatus
from domain.shared.errors import Forbidden, NotFound
from domain.shared.ids import EventId
from domain.shared.permissions import Role
from tests.application.identity.people import Society
from tests.conftest import VirtualClock

FEST = EventId(UUID(int=1))


@pytest.fixture
def close_organization(memory: MemoryDatabase, tokens: RememberedAccessTokens) -> CloseOrganization:
    return CloseOrganization(memory.beginner(MemoryStandingTransaction), tokens)


async def test_nobody_works_there_any_more_and_the_name_stays_taken(
    society: Society, close_organization: CloseOrganization
) -> None:
    ada = await society.joins("ada")
    rock = await society.founds(ada, "Rock")

    await close_organization(await society.actor(ada), rock)

    assert (await society.actor(ada)).memberships == {}
    again = await society.founds(ada, "Rock")
    async with society.begin_of(again) as tx:
        assert (await tx.organizations.get(again)).slug != "rock"
    with pytest.raises(NotFound):
        await close_organization(await society.actor(ada), rock)


@pytest.mark.parametrize(
    ("status", "starts_in", "is_closed"),
    [
        (OrderStatus.PAID, timedelta(days=1), False),
        (OrderStatus.PENDING, timedelta(days=1), False),
        (OrderStatus.CANCELLED, timedelta(days=1), True),
        (OrderStatus.PAID, -timedelta(days=1), True),
    ],
)
async def test_whoever_sold_what_is_to_come_stays(
    society: Society,
    close_organization: CloseOrganization,
    memory: MemoryDatabase,
    clock: VirtualClock,
    status: OrderStatus,
    starts_in: timedelta,
    is_closed: bool,
) -> None:
    ada = await society.joins("ada")
    rock = await society.founds(ada)
    ends_at = clock() + starts_in
    memory.table("events").put(
        FEST, SimpleNamespace(id=FEST, organization_id=rock, ends_at=ends_at)
    )
    memory.table("orders").put(FEST, SimpleNamespace(event_id=FEST, status=status))

    if is_closed:
        await close_organization(await society.actor(ada), rock)
    else:
        with pytest.raises(OrganizationHasSales):
            await close_organization(await society.actor(ada), rock)

    assert bool((await society.actor(ada)).memberships) is not is_closed


async def test_it_is_the_owners_decision(
    society: Society, close_organization: CloseOrganization
) -> None:
    ada, bob, eve = [await society.joins(name) for name in ("ada", "bob", "eve")]
    rock = await society.founds(ada)
    await society.employs(rock, bob.user_id, Role.ADMIN)

    with pytest.raises(Forbidden):
        await close_organization(await society.actor(bob), rock)
    with pytest.raises(NotFound):
        await close_organization(await society.actor(eve), rock)
