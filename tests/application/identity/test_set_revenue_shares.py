from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from adapters.memory.database import MemoryDatabase
from application.identity.set_revenue_shares import (
    SetRevenueShares,
    SetRevenueSharesCommand,
    ShareFields,
)
from application.shared.scope import PUBLIC
from domain.identity.errors import InvalidRevenueShares
from domain.shared.errors import Forbidden, NotFound
from domain.shared.ids import EventId, OrganizationId
from domain.shared.permissions import Role
from tests.application.identity.people import Society
from tests.application.identity.terms import Terms

FEST, BALL = EventId(UUID(int=1)), EventId(UUID(int=2))
NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


def a_share(**said: Any) -> ShareFields:
    usual: dict[str, Any] = {"party_name": "The band", "basis_points": 2_500, "valid_from": NOON}
    return ShareFields(**(usual | said))


def these(*shares: ShareFields) -> SetRevenueSharesCommand:
    return SetRevenueSharesCommand(shares=shares)


async def test_shares_stand_in_place_of_those_before(
    society: Society, memory: MemoryDatabase
) -> None:
    terms = Terms(memory)
    ada = await society.joins("ada")
    rock, hall = await society.founds(ada), await society.founds(ada, "Hall")
    memory.table("events").put(FEST, SimpleNamespace(id=FEST, organization_id=rock))
    actor = await society.actor(ada)
    set_shares = SetRevenueShares(terms.begin)
    whole = a_share(party_name=None, party_organization_id=hall, basis_points=10_000 - 2_500)

    await set_shares(actor, rock, these(a_share(), whole))
    fixed = a_share(basis_points=None, fixed_amount=Decimal("1.50"), event_ids=(FEST, FEST))
    await set_shares(actor, rock, these(fixed))

    async with terms.begin(PUBLIC) as tx:
        book = await tx.share_books.get(rock)
    assert book is not None
    [share] = book.shares
    assert (share.fixed, share.event_ids) == (Decimal("1.50"), (FEST,))


@pytest.mark.parametrize(
    "shares",
    [
        (a_share(basis_points=10_001),),
        (a_share(basis_points=0),),
        (a_share(basis_points=-1),),
        (a_share(basis_points=None),),
        (a_share(fixed_amount=Decimal(1)),),
        (a_share(basis_points=None, fixed_amount=Decimal(0)),),
        (a_share(basis_points=None, fixed_amount=Decimal("NaN")),),
        (a_share(party_name=None),),
        (a_share(party_organization_id=OrganizationId(UUID(int=7))),),
        (a_share(party_name=None, party_organization_id=OrganizationId(UUID(int=7))),),
        (a_share(event_ids=()),),
        (a_share(event_ids=(BALL,)),),
        (a_share(basis_points=5_001), a_share(basis_points=5_000)),
        # Of one event alone it is too much.
        (a_share(basis_points=5_001), a_share(basis_points=5_000, event_ids=(FEST,))),
        (a_share(basis_points=100),) * 51,
        # Nothing is left for the fixed sum, everywhere or of one event.
        (a_share(basis_points=10_000), a_share(basis_points=None, fixed_amount=Decimal(5))),
        (
            a_share(basis_points=10_000, event_ids=(FEST,)),
            a_share(basis_points=None, fixed_amount=Decimal(5)),
        ),
    ],
)
async def test_what_cannot_be_shared_out_is_refused(
    society: Society, memory: MemoryDatabase, shares: tuple[ShareFields, ...]
) -> None:
    ada = await society.joins("ada")
    rock = await society.founds(ada)
    memory.table("events").put(FEST, SimpleNamespace(id=FEST, organization_id=rock))

    with pytest.raises(InvalidRevenueShares):
        await SetRevenueShares(Terms(memory).begin)(await society.actor(ada), rock, these(*shares))

    assert not list(memory.table("revenue_shares").rows())


async def test_different_events_have_a_whole_each(society: Society, memory: MemoryDatabase) -> None:
    ada = await society.joins("ada")
    rock = await society.founds(ada)
    for event_id in (FEST, BALL):
        event = SimpleNamespace(id=event_id, organization_id=rock)
        memory.table("events").put(event_id, event)
    shares = [a_share(basis_points=10_000, event_ids=(one,)) for one in (FEST, BALL)]

    await SetRevenueShares(Terms(memory).begin)(await society.actor(ada), rock, these(*shares))

    book = memory.table("revenue_shares").get(rock)
    assert book is not None
    assert len(book.shares) == 2


async def test_it_is_for_owners(society: Society, memory: MemoryDatabase) -> None:
    ada, bob, eve = [await society.joins(name) for name in ("ada", "bob", "eve")]
    rock, own = await society.founds(ada), await society.founds(eve, "Own")
    await society.employs(rock, bob.user_id, Role.ADMIN)
    set_shares = SetRevenueShares(Terms(memory).begin)

    with pytest.raises(Forbidden):
        await set_shares(await society.actor(bob), rock, these())
    with pytest.raises(NotFound):
        await set_shares(await society.actor(eve), rock, these())
    with pytest.raises(InvalidRevenueShares):
        mine = these(a_share(party_name=None, party_organization_id=own))
        await set_shares(await society.actor(eve), own, mine)
