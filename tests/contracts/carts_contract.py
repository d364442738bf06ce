"""What carts rely on, whichever adapter stands behind their transaction."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from application.sales.carts import BeginCarts, CartPlaces, CartStock, hash_of
from application.sales.ports import BeginSales
from application.shared.scope import organizations
from application.shared.transaction import Contention
from domain.sales.cart import Cart, CartStatus, CartTerms
from domain.sales.hoarding import MINUTE, ClientCart
from domain.sales.quote import Quote
from domain.shared.errors import StaleVersion
from domain.shared.ids import AllotmentId, CartId, OrderId, OrganizationId, UserId
from tests.contracts.sales_contract import Clock
from tests.domain.sales.builders import CODE, EVENT, FLOOR, ORG, VIP, a_quote

SCOPE = organizations([ORG])
TERMS = CartTerms(hold_for=timedelta(minutes=10), extendable_for=timedelta(minutes=30))
CLIENT = UUID(int=77)
OTHER_CLIENT = UUID(int=78)


@dataclass
class CartDesk:
    """A world with one event (room for 100), ten floor and ten VIP tickets, and no carts."""

    begin: BeginCarts
    begin_sales: BeginSales
    places: CartPlaces
    stock: CartStock
    clock: Clock
    announced: Callable[[], Awaitable[list[str]]]
    set_counter: Callable[..., Awaitable[None]]
    """Capacity, held, waiting of the floor's counter."""

    def cart(self, quote: Quote | None = None, *, token: str | None = None, **facts: Any) -> Cart:
        return Cart.open(
            quote or a_quote({FLOOR: 2}),
            id=CartId(uuid4()),
            owner_id=None if token else facts.get("owner", UserId(uuid4())),
            token_hash=hash_of(token) if token else None,
            client=facts.get("client", CLIENT),
            at=self.clock(),
            terms=TERMS,
        )

    async def add(
        self, quote: Quote | None = None, *, token: str | None = None, **facts: Any
    ) -> Cart:
        cart = self.cart(quote, token=token, **facts)
        async with self.begin(SCOPE) as tx:
            await tx.carts.add(cart)
        return cart

    async def stored(self, cart_id: CartId) -> Cart:
        return (await self.places.of_ids([cart_id]))[cart_id]

    async def sweep(self, cart_id: CartId) -> int:
        async with self.begin(SCOPE) as tx:
            found = await tx.carts.lock_overdue([cart_id])
            for cart in found:
                cart.expire(at=tx.now)
            await tx.carts.close(found)
            tx.announce(*found)
        return len(found)

    async def order(self, cart_id: CartId) -> OrderId | None:
        """What the order that got the cart is called, if anybody did."""
        mine = OrderId(uuid4())
        async with self.begin_sales(SCOPE) as tx:
            locked = (await tx.carts.lock([cart_id]))[cart_id]
            if locked.is_open:
                await tx.carts.mark_ordered({cart_id: mine})
                return mine
        return locked.order_id

    async def others(self, client: UUID, but: CartId | None = None) -> list[ClientCart]:
        async with self.begin(SCOPE) as tx:
            since = tx.now - MINUTE
            return await tx.carts.of_client(client, since=since, but=but or CartId(uuid4()))


class CartsContract:
    """Promises of carts. Subclasses give the fixture `desk`."""

    async def test_a_cart_comes_back_equal(self, desk: CartDesk) -> None:
        quote = a_quote({FLOOR: 2, VIP: 1}, price=3333)
        cart = desk.cart(quote)
        cart.promo_code = "SPRING"
        async with desk.begin(SCOPE) as tx:
            await tx.carts.add(cart)

        assert await desk.stored(cart.id) == cart

    async def test_a_change_comes_back_equal(self, desk: CartDesk) -> None:
        cart = await desk.add()
        async with desk.begin(SCOPE) as tx:
            stored = (await tx.carts.lock([cart.id]))[cart.id]
            stored.fill(a_quote({VIP: 3}, price=1), at=tx.now, terms=TERMS)
            stored.extend(at=tx.now + timedelta(minutes=5), terms=TERMS)
            await tx.carts.save(stored)

        assert await desk.stored(cart.id) == stored

    async def test_a_refusal_leaves_no_trace(self, desk: CartDesk) -> None:
        cart = desk.cart()

        with pytest.raises(RuntimeError):
            async with desk.begin(SCOPE) as tx:
                await tx.carts.add(cart)
                raise RuntimeError

        assert await desk.places.of_ids([cart.id]) == {}

    async def test_nobody_holds_what_is_stored(self, desk: CartDesk) -> None:
        cart = await desk.add()

        cart.empty(at=desk.clock())

        assert (await desk.stored(cart.id)).status is CartStatus.OPEN

    async def test_a_stale_cart_is_not_saved(self, desk: CartDesk) -> None:
        cart = await desk.add()
        stale = await desk.stored(cart.id)
        async with desk.begin(SCOPE) as tx:
            cart.extend(at=tx.now + timedelta(minutes=1), terms=TERMS)
            await tx.carts.save(cart)

        with pytest.raises(StaleVersion):
            async with desk.begin(SCOPE) as tx:
                await tx.carts.save(stale)

    async def test_a_person_has_one_open_cart(self, desk: CartDesk) -> None:
        owner = UserId(uuid4())
        first = await desk.add(owner=owner)

        with pytest.raises(Contention):
            await desk.add(owner=owner)
        async with desk.begin(SCOPE) as tx:
            first.empty(at=tx.now)
            await tx.carts.save(first)
        second = await desk.add(owner=owner)

        found = await desk.places.of_owner(owner, since=desk.clock() - timedelta(days=1))
        assert found is not None
        assert found.id == second.id

    async def test_an_expired_cart_is_found_for_a_while(self, desk: CartDesk) -> None:
        owner = UserId(uuid4())
        cart = await desk.add(owner=owner)
        desk.clock.advance(timedelta(minutes=11))
        await desk.sweep(cart.id)

        found = await desk.places.of_owner(owner, since=desk.clock() - timedelta(hours=1))
        lost = await desk.places.of_owner(owner, since=desk.clock())

        assert found is not None
        assert found.id == cart.id
        assert lost is None

    async def test_an_ordered_cart_is_found_for_a_while_and_until_the_next_one(
        self, desk: CartDesk
    ) -> None:
        owner = UserId(uuid4())
        cart = await desk.add(owner=owner)
        await desk.order(cart.id)
        since = desk.clock() - timedelta(hours=1)

        found = await desk.places.of_owner(owner, since=since)
        lost = await desk.places.of_owner(owner, since=desk.clock())
        desk.clock.advance(timedelta(minutes=1))
        following = await desk.add(owner=owner)
        then = await desk.places.of_owner(owner, since=since)
        async with desk.begin(SCOPE) as tx:
            following.empty(at=tx.now)
            await tx.carts.save(following)

        assert [one and one.id for one in (found, lost, then)] == [cart.id, None, following.id]
        assert await desk.places.of_owner(owner, since=since) is None

    async def test_a_token_finds_its_cart_and_no_other(self, desk: CartDesk) -> None:
        cart = await desk.add(token="one")
        await desk.add(token="two")

        found = await desk.places.of_token(hash_of("one"))

        assert found is not None
        assert found.id == cart.id
        assert await desk.places.of_token(hash_of("three")) is None

    async def test_a_clients_carts_are_those_that_live_or_are_new(self, desk: CartDesk) -> None:
        old = await desk.add(token="old")
        desk.clock.advance(timedelta(minutes=9))
        mine = await desk.add(a_quote({FLOOR: 3}), token="mine")
        await desk.add(token="theirs", client=OTHER_CLIENT)
        emptied = await desk.add(token="emptied")
        async with desk.begin(SCOPE) as tx:
            emptied.empty(at=tx.now)
            await tx.carts.save(emptied)

        found = await desk.others(CLIENT)
        assert sorted(cart.places for cart in found) == [0, 2, 3]
        assert sorted(str(cart.live_until) for cart in found) == sorted(
            map(str, (None, old.expires_at, mine.expires_at))
        )
        assert len(await desk.others(CLIENT, but=mine.id)) == 2
        desk.clock.advance(timedelta(minutes=2))
        assert [cart.places for cart in await desk.others(CLIENT)] == [3]

    async def test_one_clients_carts_are_counted_one_after_the_other(self, desk: CartDesk) -> None:
        async def open_unless_there_are_three(number: int) -> bool:
            async with desk.begin(SCOPE) as tx:
                since, new = tx.now - MINUTE, desk.cart(token=f"token {number}")
                if len(await tx.carts.of_client(CLIENT, since=since, but=new.id)) >= 3:
                    return False
                await tx.carts.add(new)
            return True

        opened = await asyncio.gather(*(open_unless_there_are_three(n) for n in range(12)))

        assert sum(opened) == 3

    async def test_guests_are_counted_together_and_people_are_not(self, desk: CartDesk) -> None:
        first = await desk.add(a_quote({FLOOR: 3}), token="one")
        desk.clock.advance(timedelta(minutes=1))
        mine = await desk.add(a_quote({FLOOR: 2, VIP: 2}), token="two", client=OTHER_CLIENT)
        await desk.add(a_quote({FLOOR: 4}))

        async with desk.begin(SCOPE) as tx:
            together = await tx.carts.of_guests(EVENT, but=CartId(uuid4()))
            others = await tx.carts.of_guests(EVENT, but=mine.id)

        assert (together.places, together.first_expires_at) == (7, first.expires_at)
        assert others.places == 3
        desk.clock.advance(timedelta(minutes=10))
        async with desk.begin(SCOPE) as tx:
            assert (await tx.carts.of_guests(EVENT, but=mine.id)).places == 0

    async def test_only_overdue_carts_are_swept(self, desk: CartDesk) -> None:
        cart = await desk.add()
        assert await desk.places.overdue(10) == []
        assert await desk.sweep(cart.id) == 0

        desk.clock.advance(timedelta(minutes=10))

        assert [place.cart_id for place in await desk.places.overdue(10)] == [cart.id]
        assert await desk.sweep(cart.id) == 1
        assert await desk.places.overdue(10) == []
        assert await desk.announced() == ["CartExpired"]

    async def test_four_sweepers_expire_it_once(self, desk: CartDesk) -> None:
        cart = await desk.add()
        desk.clock.advance(timedelta(minutes=10))

        swept = await asyncio.gather(*(desk.sweep(cart.id) for _ in range(4)))

        assert sum(swept) == 1
        assert await desk.announced() == ["CartExpired"]

    async def test_it_becomes_one_order(self, desk: CartDesk) -> None:
        cart = await desk.add()

        orders = await asyncio.gather(*(desk.order(cart.id) for _ in range(8)))

        assert len(set(orders)) == 1
        stored = await desk.stored(cart.id)
        assert (stored.status, stored.order_id) == (CartStatus.ORDERED, orders[0])
        assert stored.version == 2

    async def test_an_overdue_cart_is_no_order_swept_or_not(self, desk: CartDesk) -> None:
        cart = await desk.add()
        desk.clock.advance(timedelta(minutes=10))

        assert await desk.order(cart.id) is None
        await desk.sweep(cart.id)
        assert await desk.order(cart.id) is None

    async def test_an_unknown_cart_is_not_open(self, desk: CartDesk) -> None:
        ghost = CartId(uuid4())

        async with desk.begin_sales(SCOPE) as tx:
            assert not (await tx.carts.lock([ghost]))[ghost].is_open

    @pytest.mark.parametrize("early", [-1, 0, 1])
    async def test_order_or_expiry_in_the_same_instant_but_never_both(
        self, desk: CartDesk, early: int
    ) -> None:
        cart = await desk.add()
        desk.clock.advance(timedelta(minutes=10, milliseconds=early))

        order, swept = await asyncio.gather(desk.order(cart.id), desk.sweep(cart.id))
        swept += await desk.sweep(cart.id)  # It may have met the other's lock, and gone on.

        assert (order is not None, swept) == ((True, 0) if early < 0 else (False, 1))

    async def test_a_change_after_the_order_is_stale(self, desk: CartDesk) -> None:
        cart = await desk.add()
        await desk.order(cart.id)

        with pytest.raises(StaleVersion):
            async with desk.begin(SCOPE) as tx:
                cart.empty(at=tx.now)
                await tx.carts.save(cart)

    async def test_other_organisations_carts_are_not_there(self, desk: CartDesk) -> None:
        cart = await desk.add(token="one")
        desk.clock.advance(timedelta(minutes=10))
        stranger = organizations([OrganizationId(uuid4())])

        async with desk.begin(stranger) as tx:
            assert await tx.carts.lock([cart.id]) == {}
            assert await tx.carts.lock_overdue([cart.id]) == []
            since = tx.now - timedelta(hours=1)
            assert await tx.carts.of_client(CLIENT, since=since, but=CartId(uuid4())) == []
            assert (await tx.carts.of_guests(EVENT, but=CartId(uuid4()))).places == 0

    @pytest.mark.parametrize(
        ("capacity", "held", "waiting", "open_"),
        [(10, 0, 0, 10), (10, 4, 0, 6), (10, 4, 5, 1), (10, 4, 9, 0), (None, 4, 0, None)],
    )
    async def test_carts_may_hold_what_is_free_and_owed_to_nobody(
        self, desk: CartDesk, capacity: int | None, held: int, waiting: int, open_: int | None
    ) -> None:
        floor = AllotmentId(FLOOR)
        await desk.set_counter(capacity=capacity, held=held, waiting=waiting)

        found = await desk.stock.open_to_all(ORG, [floor, AllotmentId(uuid4())])

        assert found == {floor: open_}
        assert await desk.stock.open_to_all(OrganizationId(uuid4()), [floor]) == {}
        counted = await desk.stock.counted(ORG, [floor, AllotmentId(uuid4())])
        assert set(counted) == {floor}
        one = counted[floor]
        assert (one.capacity, one.held, one.waiting) == (capacity, held, waiting)
        assert await desk.stock.counted(OrganizationId(uuid4()), [floor]) == {}
        assert await desk.stock.room_of(ORG, EVENT) == 100
        assert AllotmentId(CODE) not in found
