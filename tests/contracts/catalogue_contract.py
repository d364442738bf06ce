"""What every catalogue store promises. A suite gives it a `shop` of one organisation, ORG."""

import dataclasses
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest

from application.catalogue.ports import BeginCatalogue, CatalogueTransaction, Counts, SlugTaken
from application.shared.scope import organizations
from domain.catalogue.errors import (
    CapacityBelowSold,
    EventNotFound,
    PoolNotFound,
    TicketTypeHasSales,
    TicketTypeNameTaken,
    TicketTypeNotFound,
)
from domain.catalogue.event import Event, LocationType, Visibility
from domain.catalogue.phase import Intent
from domain.catalogue.pool import Pool
from domain.catalogue.ticket_type import (
    Draw,
    PoolShare,
    TicketType,
    TicketTypeStatus,
    own_draws,
)
from domain.shared.address import Address
from domain.shared.errors import StaleVersion
from domain.shared.ids import AllotmentId, EventId, PoolId
from domain.shared.period import Period
from tests.domain.catalogue.builders import EVENT, FLOOR, NOON, ORG, VIP, a_ticket_type, an_event

IN_ORG = organizations([ORG])
STAND = Pool(
    organization_id=ORG,
    id=PoolId(UUID("01970000-0000-7000-8000-0000000000a1")),
    event_id=EVENT,
    name="Stand",
)


@dataclass
class Shop:
    """A store, and hands that sell behind the catalogue's back."""

    begin: BeginCatalogue
    take: Callable[[AllotmentId, int, int], Awaitable[None]]
    """So many are held and so many sold."""
    move: Callable[[AllotmentId], Awaitable[None]]
    """A unit moved once, and came back."""
    wait: Callable[[str], Awaitable[None]]
    """Somebody is on the floor's waiting list, with this status."""


async def put(shop: Shop, event: Event, *ticket_types: TicketType) -> None:
    """An event with room for 100 and its ticket types, 10 tickets each."""
    async with shop.begin(IN_ORG) as tx:
        await tx.events.add(event)
        await tx.stock.open(AllotmentId(event.id), "event", event.id, 100)
        for ticket_type in ticket_types:
            await add(tx, ticket_type)


async def add(tx: CatalogueTransaction, ticket_type: TicketType) -> None:
    await tx.stock.open(AllotmentId(ticket_type.id), "ticket_type", ticket_type.event_id, 10)
    await tx.ticket_types.add(ticket_type)


async def open_pool(tx: CatalogueTransaction, pool: Pool) -> None:
    """With 20 units."""
    await tx.stock.open(AllotmentId(pool.id), "pool", pool.event_id, 20, pool.name)


def a_full_event() -> Event:
    return an_event(
        description="Loud.",
        tags=("rock", "loud"),
        sales=Period(NOON, NOON + timedelta(days=20)),
        location_type=LocationType.HYBRID,
        visibility=Visibility.UNLISTED,
        address=Address(line1="Main St 1", city="Springfield", country="US", postal_code="12345"),
        images=("https://example.org/a.png", {"url": "b.png", "width": 3}),
        metadata={"doors": {"at": "19:00"}, "seats": [1, 2]},
        intent=Intent.CANCELLED,
        published_at=NOON - timedelta(days=2),
        cancelled_at=NOON - timedelta(days=1),
    )


def a_full_ticket_type() -> TicketType:
    return a_ticket_type(
        description="Standing.",
        min_per_order=2,
        max_per_order=6,
        max_per_customer=8,
        sales=Period(NOON, NOON + timedelta(days=20)),
        status=TicketTypeStatus.HIDDEN,
        sort_order=7,
        metadata={"door": "B"},
        draws=(Draw(AllotmentId(EVENT), 4), Draw(AllotmentId(FLOOR), 1)),
    )


class CatalogueContract:
    async def test_an_event_comes_back_equal(self, shop: Shop) -> None:
        event = a_full_event()

        await put(shop, event)

        async with shop.begin(IN_ORG) as tx:
            assert await tx.events.get(EVENT) == event
        assert event.version == 1

    async def test_a_ticket_type_comes_back_equal(self, shop: Shop) -> None:
        ticket_type = a_full_ticket_type()

        await put(shop, an_event(), ticket_type)

        async with shop.begin(IN_ORG) as tx:
            assert await tx.ticket_types.get(EVENT, FLOOR) == ticket_type
            assert await tx.ticket_types.of_event(EVENT) == [ticket_type]

    async def test_what_was_given_out_is_a_copy(self, shop: Shop) -> None:
        await put(shop, an_event())

        async with shop.begin(IN_ORG) as tx:
            (await tx.events.get(EVENT)).metadata["scribble"] = True

        async with shop.begin(IN_ORG) as tx:
            assert (await tx.events.get(EVENT)).metadata == {}

    async def test_what_happened_is_told_once(self, shop: Shop) -> None:
        await put(shop, an_event())

        async with shop.begin(IN_ORG) as tx:
            event = await tx.events.get(EVENT)
            event.cancel("Rain", at=NOON)
            await tx.events.save(event)

        async with shop.begin(IN_ORG) as tx:
            assert (await tx.events.get(EVENT)).take_recorded() == []

    async def test_a_failed_transaction_leaves_no_trace(self, shop: Shop) -> None:
        async def fail() -> None:
            async with shop.begin(IN_ORG) as tx:
                await tx.events.add(an_event())
                await tx.stock.open(AllotmentId(EVENT), "event", EVENT, 100)
                raise RuntimeError

        with pytest.raises(RuntimeError):
            await fail()

        async with shop.begin(IN_ORG) as tx:
            assert await tx.stock.counts([AllotmentId(EVENT)]) == {}
            with pytest.raises(EventNotFound):
                await tx.events.get(EVENT)

    async def test_an_old_version_is_not_saved(self, shop: Shop) -> None:
        await put(shop, an_event(), a_ticket_type())
        async with shop.begin(IN_ORG) as tx:
            old_event = await tx.events.get(EVENT)
            old_type = await tx.ticket_types.get(EVENT, FLOOR)
            await tx.events.save(await tx.events.get(EVENT))
            await tx.ticket_types.save(await tx.ticket_types.get(EVENT, FLOOR))

        with pytest.raises(StaleVersion):
            async with shop.begin(IN_ORG) as tx:
                await tx.events.save(old_event)
        with pytest.raises(StaleVersion):
            async with shop.begin(IN_ORG) as tx:
                await tx.ticket_types.save(old_type)

    async def test_a_saved_ticket_type_draws_as_it_says(self, shop: Shop) -> None:
        await put(shop, an_event(), a_ticket_type())

        async with shop.begin(IN_ORG) as tx:
            edited = await tx.ticket_types.get(EVENT, FLOOR)
            edited.draws = (Draw(AllotmentId(EVENT), 3),)
            await tx.ticket_types.save(edited)

        async with shop.begin(IN_ORG) as tx:
            assert (await tx.ticket_types.get(EVENT, FLOOR)).draws == edited.draws

    async def test_an_address_belongs_to_one_event(self, shop: Shop) -> None:
        await put(shop, an_event())

        with pytest.raises(SlugTaken):
            await put(shop, an_event(id=EventId(VIP), short_id=9))

    async def test_the_addresses_like_one_are_found(self, shop: Shop) -> None:
        for number, slug in enumerate(("rock", "rock-2", "rock-night", "rocket", "jazz")):
            event_id = EventId(UUID(int=number + 1))
            await put(shop, an_event(id=event_id, short_id=number, slug=slug))

        async with shop.begin(IN_ORG) as tx:
            assert await tx.events.slugs_like(ORG, "rock") == {"rock", "rock-2", "rock-night"}

    async def test_a_name_belongs_to_one_ticket_type_of_an_event(self, shop: Shop) -> None:
        await put(shop, an_event(), a_ticket_type())

        with pytest.raises(TicketTypeNameTaken):
            async with shop.begin(IN_ORG) as tx:
                await add(tx, a_ticket_type(id=VIP, short_id=3))

    async def test_ticket_types_come_in_their_order(self, shop: Shop) -> None:
        vip = a_ticket_type(id=VIP, short_id=3, name="VIP", sort_order=1)
        await put(shop, an_event(), a_ticket_type(sort_order=2), vip)

        async with shop.begin(IN_ORG) as tx:
            assert [kind.id for kind in await tx.ticket_types.of_event(EVENT)] == [VIP, FLOOR]

    async def test_another_events_ticket_type_is_not_found(self, shop: Shop) -> None:
        await put(shop, an_event(), a_ticket_type())

        async with shop.begin(IN_ORG) as tx:
            with pytest.raises(TicketTypeNotFound):
                await tx.ticket_types.get(EventId(VIP), FLOOR)
            with pytest.raises(TicketTypeNotFound):
                await tx.ticket_types.get(EVENT, VIP)

    async def test_short_ids_are_given_once(self, shop: Shop) -> None:
        given = []
        for _ in range(2):
            async with shop.begin(IN_ORG) as tx:
                given += [await tx.events.next_short_id(), await tx.events.next_short_id()]

        assert len(set(given)) == 4

    async def test_new_stock_is_empty(self, shop: Shop) -> None:
        await put(shop, an_event(), a_ticket_type())

        async with shop.begin(IN_ORG) as tx:
            counts = await tx.stock.lock([AllotmentId(FLOOR), AllotmentId(EVENT)])

        assert list(counts) == sorted([AllotmentId(EVENT), AllotmentId(FLOOR)])
        assert counts[AllotmentId(FLOOR)] == Counts(10, 0, 0, 0, 0)

    async def test_stock_shrinks_to_what_is_taken_and_no_further(self, shop: Shop) -> None:
        await put(shop, an_event(), a_ticket_type())
        await shop.take(AllotmentId(FLOOR), 2, 3)

        async with shop.begin(IN_ORG) as tx:
            await tx.stock.resize(AllotmentId(FLOOR), 5)
        with pytest.raises(CapacityBelowSold):
            async with shop.begin(IN_ORG) as tx:
                await tx.stock.resize(AllotmentId(FLOOR), 4)

        async with shop.begin(IN_ORG) as tx:
            counts = await tx.stock.counts([AllotmentId(FLOOR)])
        assert counts[AllotmentId(FLOOR)] == Counts(5, 2, 3, 0, 0)

    async def test_touching_an_offer_raises_its_revision_by_one(self, shop: Shop) -> None:
        await put(shop, an_event(), a_ticket_type())

        for _ in range(2):
            async with shop.begin(IN_ORG) as tx:
                await tx.stock.touch_offer(EVENT)

        async with shop.begin(IN_ORG) as tx:
            counts = await tx.stock.counts([AllotmentId(EVENT), AllotmentId(FLOOR)])
        assert (counts[AllotmentId(EVENT)].revision, counts[AllotmentId(FLOOR)].revision) == (2, 0)

    async def test_untouched_stock_is_closed(self, shop: Shop) -> None:
        await put(shop, an_event(), a_ticket_type())
        everything = [AllotmentId(EVENT), AllotmentId(FLOOR)]

        async with shop.begin(IN_ORG) as tx:
            await tx.ticket_types.remove(await tx.ticket_types.get(EVENT, FLOOR))
            await tx.stock.close(EVENT, everything)
            await tx.events.remove(await tx.events.get(EVENT))

        async with shop.begin(IN_ORG) as tx:
            assert await tx.stock.counts(everything) == {}
            with pytest.raises(EventNotFound):
                await tx.events.get(EVENT)
            with pytest.raises(TicketTypeNotFound):
                await tx.ticket_types.get(EVENT, FLOOR)

    @pytest.mark.parametrize(("held", "sold"), [(1, 0), (0, 1)])
    async def test_stock_that_is_taken_is_not_closed(
        self, shop: Shop, held: int, sold: int
    ) -> None:
        await put(shop, an_event(), a_ticket_type())
        await shop.take(AllotmentId(FLOOR), held, sold)

        with pytest.raises(TicketTypeHasSales):
            async with shop.begin(IN_ORG) as tx:
                await tx.stock.close(EVENT, [AllotmentId(FLOOR)])

    async def test_stock_that_ever_moved_is_not_closed(self, shop: Shop) -> None:
        await put(shop, an_event(), a_ticket_type())
        await shop.move(AllotmentId(FLOOR))

        with pytest.raises(TicketTypeHasSales):
            async with shop.begin(IN_ORG) as tx:
                await tx.stock.close(EVENT, [AllotmentId(FLOOR)])

    async def test_a_pool_is_found_by_its_event_and_renamed(self, shop: Shop) -> None:
        await put(shop, an_event(), a_ticket_type())
        box = dataclasses.replace(STAND, id=PoolId(VIP), name="Box")

        async with shop.begin(IN_ORG) as tx:
            await open_pool(tx, STAND)
            await open_pool(tx, box)
            await tx.pools.rename(dataclasses.replace(STAND, name="Arena"))

        async with shop.begin(IN_ORG) as tx:
            arena = dataclasses.replace(STAND, name="Arena")
            assert await tx.pools.get(EVENT, STAND.id) == arena
            assert await tx.pools.of_event(EVENT) == [arena, box]
            counts = await tx.stock.counts([AllotmentId(STAND.id)])
            assert counts[AllotmentId(STAND.id)] == Counts(20, 0, 0, 0, 0)

    async def test_only_pools_are_pools_and_only_their_events(self, shop: Shop) -> None:
        await put(shop, an_event(), a_ticket_type())
        async with shop.begin(IN_ORG) as tx:
            await open_pool(tx, STAND)

        async with shop.begin(IN_ORG) as tx:
            with pytest.raises(PoolNotFound):
                await tx.pools.get(EVENT, PoolId(FLOOR))
            with pytest.raises(PoolNotFound):
                await tx.pools.get(EventId(VIP), STAND.id)
            assert await tx.pools.of_event(EventId(VIP)) == []

    async def test_a_ticket_type_draws_on_a_pool(self, shop: Shop) -> None:
        draws = own_draws(FLOOR, EVENT, event_units=4, pools=[PoolShare(STAND.id, 3)])
        await put(shop, an_event())

        async with shop.begin(IN_ORG) as tx:
            await open_pool(tx, STAND)
            await add(tx, a_ticket_type(draws=draws))

        async with shop.begin(IN_ORG) as tx:
            found = await tx.ticket_types.get(EVENT, FLOOR)
        assert (found.event_units, found.pools) == (4, (PoolShare(STAND.id, 3),))

    async def test_an_unused_pool_is_closed(self, shop: Shop) -> None:
        await put(shop, an_event())
        async with shop.begin(IN_ORG) as tx:
            await open_pool(tx, STAND)

        async with shop.begin(IN_ORG) as tx:
            await tx.stock.close(EVENT, [AllotmentId(STAND.id)])

        async with shop.begin(IN_ORG) as tx:
            assert await tx.pools.of_event(EVENT) == []
            assert await tx.stock.counts([AllotmentId(STAND.id)]) == {}

    @pytest.mark.parametrize(
        ("status", "is_awaited"),
        [("waiting", True), ("offered", True), ("taken", False), ("left", False)],
    )
    async def test_whoever_waits_is_seen(self, shop: Shop, status: str, is_awaited: bool) -> None:
        await put(shop, an_event(), a_ticket_type())
        await shop.wait(status)

        async with shop.begin(IN_ORG) as tx:
            assert await tx.stock.is_awaited(EVENT, FLOOR) is is_awaited
            assert not await tx.stock.is_awaited(EVENT, VIP)
