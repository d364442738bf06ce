"""What the waiting list relies on, whichever adapter stands behind its transaction."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from application.sales.waiting_list_ports import (
    BeginWaitingList,
    WaitingListPlaces,
    WaitingListTransaction,
)
from application.shared.scope import organizations
from domain.sales.allotment import Allotment
from domain.sales.box_office import MovementKind, move, release
from domain.sales.errors import (
    AlreadyWaiting,
    EventNotFound,
    SoldOut,
    WaitingListEntryNotFound,
)
from domain.sales.order import Buyer
from domain.sales.waiting_list import (
    WaitingListEntry,
    WaitingStatus,
    Wish,
    blocked_for,
    decide_offers,
    owed_by,
)
from domain.shared.errors import StaleVersion
from domain.shared.ids import (
    AllotmentId,
    EventId,
    OrderId,
    OrganizationId,
    TicketTypeId,
    UserId,
    WaitingListEntryId,
)
from tests.contracts.sales_contract import Clock, Desk
from tests.domain.sales.builders import EVENT, FLOOR, NOON, ORG, VIP, a_quote, an_order

SCOPE = organizations([ORG])
HOUR = timedelta(hours=1)
IDS = [AllotmentId(id_) for id_ in (EVENT, FLOOR, VIP)]


@dataclass
class Line:
    """The world of the sales contract, its floor sold out, with a line before it."""

    begin: BeginWaitingList
    places: WaitingListPlaces
    desk: Desk
    clock: Clock
    all_entries: Callable[[], Awaitable[list[WaitingListEntry]]]

    async def sell_out(self, of: TicketTypeId = FLOOR) -> None:
        await self.desk.place(an_order(a_quote({of: 10}), at=self.clock()))

    async def join(
        self,
        name: str = "grace",
        quantity: int = 1,
        of: TicketTypeId = FLOOR,
        *,
        person: UserId | None = None,
        client: UUID | None = None,
    ) -> WaitingListEntry:
        self.clock.advance(timedelta(seconds=1))  # Nobody joins at the same instant.
        quote = a_quote({of: quantity})
        buyer = Buyer(id=person, name=name, email=f"{name}@example.com")
        async with self.begin(SCOPE) as tx:
            stock = await tx.stock.lock(IDS)
            entry = WaitingListEntry.join(
                WaitingListEntryId(uuid4()), quote, buyer, stock, at=tx.now, client=client
            )
            await tx.entries.add(entry)
            tx.announce(entry)
            await tx.stock.owe(stock.values())
        return entry

    async def free(self, units: int) -> None:
        """So many units of the floor that were held are free."""
        async with self.begin(SCOPE) as tx:
            stock = await tx.stock.lock(IDS)
            given = an_order(a_quote({FLOOR: units}))
            release(given, stock)
            await tx.stock.save(stock.values(), move(given, MovementKind.RELEASE, at=tx.now))

    async def serve(self) -> list[WaitingListEntryId]:
        wishes = {head.wish for head in await self.places.heads(ORG, EVENT)}
        async with self.begin(SCOPE) as tx:
            return await serve_with(tx, wishes)

    async def stored(self, entry_id: WaitingListEntryId) -> WaitingListEntry:
        return (await self.places.entries([entry_id]))[entry_id]

    async def counter(self, of: UUID = FLOOR) -> Allotment:
        async with self.begin(SCOPE) as tx:
            return (await tx.stock.lock([AllotmentId(of)]))[AllotmentId(of)]

    async def check(self) -> None:
        """Blocked is what is offered, waiting is what is owed."""
        entries = await self.all_entries()
        owed, blocked = owed_by(entries), blocked_for(entries)
        async with self.begin(SCOPE) as tx:
            for id_, allotment in (await tx.stock.lock(IDS)).items():
                assert allotment.waiting == owed.get(id_, 0)
                assert allotment.blocked == blocked.get(id_, 0)


async def serve_with(
    tx: WaitingListTransaction, wishes: Collection[Wish]
) -> list[WaitingListEntryId]:
    """One turn of the assigner."""
    stock = await tx.stock.lock(IDS)
    line = await tx.entries.lock_heads(EVENT, wishes, 20)
    quotes = {wish: a_quote({wish[0]: wish[1]}) for wish in wishes}
    decided = decide_offers(line, stock, quotes, now=tx.now, offer_for=HOUR)
    await tx.entries.save(decided.offered)
    tx.announce(*decided.offered)
    await tx.stock.owe(stock.values())
    await tx.stock.save(stock.values(), decided.movements)
    return [entry.id for entry in decided.offered]


class WaitingListContract:
    """Promises of the waiting list's stores. Subclasses give the fixture `line`."""

    async def test_an_entry_comes_back_equal(self, line: Line) -> None:
        await line.sell_out()

        entry = await line.join("grace", 2, person=UserId(UUID(int=40)))
        guest = await line.join("alan", client=UUID(int=7))

        assert await line.stored(entry.id) == entry
        assert await line.stored(guest.id) == guest
        async with line.begin(SCOPE) as tx:
            assert await tx.entries.lock([entry.id, guest.id]) == {
                entry.id: entry,
                guest.id: guest,
            }

    async def test_an_offer_comes_back_equal(self, line: Line) -> None:
        await line.sell_out()
        entry = await line.join()
        await line.free(1)

        assert await line.serve() == [entry.id]

        stored = await line.stored(entry.id)
        assert stored.status is WaitingStatus.OFFERED
        assert stored.offer_expires_at == line.clock() + HOUR
        assert stored.blocked == {AllotmentId(FLOOR): 1, AllotmentId(EVENT): 1}
        await line.check()

    async def test_what_the_line_is_owed_is_kept(self, line: Line) -> None:
        await line.sell_out()

        await line.join("grace", 2)
        await line.join("alan", 3)

        assert (await line.counter()).waiting == 5
        assert (await line.counter(EVENT)).waiting == 0
        await line.check()

    async def test_the_line_is_in_order(self, line: Line) -> None:
        await line.sell_out()
        entries = [await line.join(f"person{n}", 1 + n % 2) for n in range(6)]
        async with line.begin(SCOPE) as tx:
            found = await tx.entries.lock([entries[4].id])
            found[entries[4].id].prioritize(1)
            await tx.entries.save(list(found.values()))

        async with line.begin(SCOPE) as tx:
            all_of_it = await tx.entries.lock_heads(EVENT, [(FLOOR, 1), (FLOOR, 2)], 20)
            heads = await tx.entries.lock_heads(EVENT, [(FLOOR, 1), (FLOOR, 2)], 2)
            singles = await tx.entries.lock_heads(EVENT, [(FLOOR, 1)], 20)

        in_order = [entries[n].id for n in (4, 0, 1, 2, 3, 5)]
        assert [entry.id for entry in all_of_it] == in_order
        assert [entry.id for entry in heads] == [entries[n].id for n in (4, 0, 1, 3)]
        assert [entry.id for entry in singles] == [entries[n].id for n in (4, 0, 2)]

    async def test_an_address_waits_once_for_a_type(self, line: Line) -> None:
        await line.sell_out()
        await line.join("grace")

        with pytest.raises(AlreadyWaiting):
            await line.join("GRACE")

        assert (await line.counter()).waiting == 1
        await line.check()

    async def test_who_left_may_join_again(self, line: Line) -> None:
        await line.sell_out()
        entry = await line.join()
        async with line.begin(SCOPE) as tx:
            stock = await tx.stock.lock(await tx.entries.stock_of([entry.id]))
            [found] = (await tx.entries.lock([entry.id])).values()
            found.leave(stock, at=tx.now)
            await tx.entries.save([found])
            await tx.stock.owe(stock.values())

        await line.join()

        assert (await line.counter()).waiting == 1
        shouting = await line.join("alan", client=UUID(int=7))
        shouting.buyer = replace(shouting.buyer, email="GRACE@example.com")
        async with line.begin(SCOPE) as tx:
            assert await tx.entries.joins_since(entry, tx.now - HOUR) == 2
            assert await tx.entries.joins_since(entry, tx.now) == 0
            assert await tx.entries.joins_since(shouting, tx.now - HOUR) == 3
        await line.check()

    async def test_a_stale_entry_is_not_saved(self, line: Line) -> None:
        await line.sell_out()
        stale = await line.join()
        async with line.begin(SCOPE) as tx:
            [fresh] = (await tx.entries.lock([stale.id])).values()
            fresh.prioritize(1)
            await tx.entries.save([fresh])

        stale.prioritize(2)

        with pytest.raises(StaleVersion):
            async with line.begin(SCOPE) as tx:
                await tx.entries.save([stale])
        assert (await line.stored(stale.id)).priority == 1

    async def test_a_refusal_leaves_no_trace(self, line: Line) -> None:
        await line.sell_out()

        with pytest.raises(SoldOut):
            async with line.begin(SCOPE) as tx:
                stock = await tx.stock.lock(IDS)
                buyer = Buyer(id=None, name="grace", email="grace@example.com")
                entry = WaitingListEntry.join(
                    WaitingListEntryId(uuid4()), a_quote(), buyer, stock, at=tx.now
                )
                await tx.entries.add(entry)
                await tx.stock.owe(stock.values())
                stock[AllotmentId(FLOOR)].block(1)

        assert (await line.counter()).waiting == 0
        assert await line.all_entries() == []

    async def test_only_offers_past_their_time_lapse(self, line: Line) -> None:
        await line.sell_out()
        entry = await line.join()
        await line.join("alan")
        await line.free(1)
        await line.serve()

        before = await line.places.lapsed(10)
        async with line.begin(SCOPE) as tx:
            assert await tx.entries.lock_lapsed([entry.id]) == []
        line.clock.advance(HOUR)
        after = await line.places.lapsed(10)

        assert before == []
        assert [place.entry_id for place in after] == [entry.id]
        async with line.begin(SCOPE) as tx:
            assert [e.id for e in await tx.entries.lock_lapsed([entry.id])] == [entry.id]

    async def test_four_sweepers_end_each_offer_once(self, line: Line) -> None:
        await line.sell_out()
        ids = [(await line.join(f"person{n}")).id for n in range(5)]
        await line.free(5)
        assert len(await line.serve()) == 5
        line.clock.advance(HOUR)

        async def sweep() -> int:
            movements = []
            async with line.begin(SCOPE) as tx:
                stock = await tx.stock.lock(await tx.entries.stock_of(ids))
                lapsed = await tx.entries.lock_lapsed(ids)
                for entry in lapsed:
                    movements += entry.lapse(stock, at=tx.now)
                await tx.entries.save(lapsed)
                await tx.stock.save(stock.values(), movements)
            return len(lapsed)

        swept = await asyncio.gather(*(sweep() for _ in range(4)))

        assert sum(swept) == 5
        assert (await line.counter()).blocked == 0
        await line.check()

    async def test_four_assigners_offer_each_unit_once_and_in_order(self, line: Line) -> None:
        await line.sell_out()
        ids = [(await line.join(f"person{n}")).id for n in range(8)]
        await line.free(5)

        offered = await asyncio.gather(*(line.serve() for _ in range(4)))

        assert Counter(id_ for some in offered for id_ in some) == Counter(ids[:5])
        assert (await line.counter()).blocked == 5
        await line.check()

    async def test_an_offer_is_taken_once_and_in_time(self, line: Line) -> None:
        await line.sell_out()
        entry, late = await line.join("grace"), await line.join("alan")
        await line.free(2)
        await line.serve()
        order = an_order()

        async with line.desk.begin(SCOPE) as tx:
            assert await tx.offers.lock([entry.id, late.id]) == {entry.id, late.id}
            await tx.offers.take({entry.id: order.id})

        async with line.desk.begin(SCOPE) as tx:
            assert await tx.offers.lock([entry.id, late.id]) == {late.id}
        line.clock.advance(HOUR)
        async with line.desk.begin(SCOPE) as tx:
            assert await tx.offers.lock([entry.id, late.id]) == set()
        taken = await line.stored(entry.id)
        assert (taken.status, taken.order_id) == (WaitingStatus.TAKEN, OrderId(order.id))

    async def test_other_organisations_entries_are_not_there(self, line: Line) -> None:
        await line.sell_out()
        entry = await line.join()
        await line.free(1)
        stranger = organizations([OrganizationId(uuid4())])

        async with line.begin(stranger) as tx:
            assert await tx.entries.lock([entry.id]) == {}
            assert await tx.entries.stock_of([entry.id]) == set()
            assert await tx.entries.lock_heads(EVENT, [entry.wish], 20) == []
            assert await tx.entries.joins_since(entry, NOON - HOUR) == 0
        await line.serve()
        async with line.desk.begin(stranger) as tx:
            assert await tx.offers.lock([entry.id]) == set()

    async def test_a_chance_is_where_all_that_is_waited_for_is_free(self, line: Line) -> None:
        await line.sell_out()
        await line.join("grace", 2)
        none = await line.places.chances(10)
        await line.free(1)
        too_few = await line.places.chances(10)
        await line.free(1)
        enough = await line.places.chances(10)

        assert none == too_few == []
        assert [chance.event_id for chance in enough] == [EVENT]
        assert await line.places.chances(10, EVENT) == enough
        assert await line.places.chances(10, EventId(uuid4())) == []
        await line.serve()
        assert await line.places.chances(10) == []

    async def test_heads_are_one_per_wish(self, line: Line) -> None:
        await line.sell_out()
        for number in range(3):
            await line.join(f"person{number}", 1 + number % 2)

        heads = await line.places.heads(ORG, EVENT)

        assert {head.wish for head in heads} == {(FLOOR, 1), (FLOOR, 2)}
        assert {head.draws_from for head in heads} == {
            frozenset([AllotmentId(FLOOR), AllotmentId(EVENT)])
        }

    async def test_places_are_found_by_their_ids(self, line: Line) -> None:
        await line.sell_out()
        entry = await line.join("grace", person=UserId(UUID(int=40)))

        place = await line.places.place_of(entry.id)
        assert await line.places.of_person(UserId(UUID(int=40))) == [place]

        assert (place.organization_id, place.event_id) == (ORG, EVENT)
        assert await line.places.organization_of(EVENT) == ORG
        with pytest.raises(WaitingListEntryNotFound):
            await line.places.place_of(WaitingListEntryId(uuid4()))
        with pytest.raises(EventNotFound):
            await line.places.organization_of(EventId(uuid4()))

    async def test_who_waited_is_forgotten(self, line: Line) -> None:
        await line.sell_out()
        entry = await line.join("grace", person=UserId(UUID(int=40)), client=UUID(int=7))
        async with line.begin(SCOPE) as tx:
            entry.forget()
            await tx.entries.forget(entry)

        [left] = await line.all_entries()
        assert (left.buyer, left.client) == (entry.buyer, None)

    async def test_a_list_is_over_with_its_sale(self, line: Line) -> None:
        await line.sell_out()
        entry = await line.join()

        assert await line.places.over(10) == []
        line.clock.advance(timedelta(days=40))  # The event was in July.
        assert [place.entry_id for place in await line.places.over(10)] == [entry.id]
        assert await line.places.over(10, EventId(uuid4())) == []
