"""What sales relies on, whichever adapter stands behind its transaction."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol
from uuid import uuid4

import pytest

from application.sales.ports import BeginSales, SalesTransaction
from application.shared.scope import organizations
from domain.sales.box_office import MovementKind, move, release, take
from domain.sales.errors import SoldOut
from domain.sales.order import Order, OrderStatus
from domain.sales.ticket import TicketStatus, tickets_for
from domain.shared.errors import Conflict, StaleVersion
from domain.shared.ids import AllotmentId, OrderId, OrganizationId, SessionId
from tests.domain.sales.builders import (
    EVENT,
    FLOOR,
    NOON,
    ORG,
    VIP,
    a_quote,
    an_order,
    identities,
)

SCOPE = organizations([ORG])


class Clock(Protocol):
    def __call__(self) -> Any: ...
    def advance(self, by: timedelta) -> None: ...


@dataclass
class Desk:
    """A world with one event (room for 100) and two ticket types (floor and VIP, ten each)."""

    begin: BeginSales
    clock: Clock
    announced: Callable[[], Awaitable[list[str]]]
    """The names of the domain events that were committed."""
    send_to_processor: Callable[[Order], Awaitable[None]]
    """A payment of the order is at the card processor since now."""

    async def place(self, order: Order | None = None) -> Order:
        order = order or an_order()
        async with self.begin(SCOPE) as tx:
            stock = await tx.stock.lock({draw.allotment_id for draw in order.draws})
            for draw in order.draws:
                stock[draw.allotment_id].hold(draw.units)
            await tx.orders.add([order])
            tx.announce(order)
            await tx.stock.save(stock.values(), move(order, MovementKind.HOLD, at=tx.now))
        return order

    async def floor(self) -> tuple[int, int]:
        async with self.begin(SCOPE) as tx:
            found = (await tx.stock.lock([AllotmentId(FLOOR)]))[AllotmentId(FLOOR)]
        return found.held, found.sold

    async def stored(self, order_id: OrderId) -> Order:
        async with self.begin(SCOPE) as tx:
            return (await tx.orders.lock([order_id]))[order_id]


class SalesContract:
    """Promises of a sales transaction. Subclasses give the fixture `desk`."""

    async def test_an_order_comes_back_equal(self, desk: Desk) -> None:
        quote = a_quote({FLOOR: 2, VIP: 1}, price=3333, discount=1000, fees=217)

        order = await desk.place(an_order(quote))

        assert await desk.stored(order.id) == order

    async def test_a_refusal_leaves_no_trace(self, desk: Desk) -> None:
        order = an_order(a_quote({FLOOR: 2}))

        with pytest.raises(SoldOut):
            async with desk.begin(SCOPE) as tx:
                stock = await tx.stock.lock([AllotmentId(FLOOR)])
                stock[AllotmentId(FLOOR)].hold(2)
                await tx.orders.add([order])
                tx.announce(order)
                await tx.stock.save(stock.values(), move(order, MovementKind.HOLD, at=tx.now))
                stock[AllotmentId(FLOOR)].hold(99)

        assert await desk.floor() == (0, 0)
        assert await desk.announced() == []
        async with desk.begin(SCOPE) as tx:
            assert await tx.orders.lock([order.id]) == {}

    async def test_what_was_recorded_is_announced_at_commit(self, desk: Desk) -> None:
        await desk.place()

        assert await desk.announced() == ["OrderPlaced"]

    async def test_nobody_holds_what_is_stored(self, desk: Desk) -> None:
        order = await desk.place()

        order.cancel(reason="only here", at=NOON)

        assert (await desk.stored(order.id)).status is OrderStatus.PENDING

    async def test_twenty_buyers_and_ten_tickets(self, desk: Desk) -> None:
        async def buy() -> bool:
            try:
                await desk.place()
            except SoldOut:
                return False
            return True

        bought = await asyncio.gather(*(buy() for _ in range(20)))

        assert sum(bought) == 10
        assert await desk.floor() == (10, 0)

    async def test_a_stale_order_is_not_saved(self, desk: Desk) -> None:
        order = await desk.place()
        stale = await desk.stored(order.id)
        async with desk.begin(SCOPE) as tx:
            order.expire(at=tx.now)
            await tx.orders.save([order])

        stale.cancel(reason="too late", at=NOON)

        with pytest.raises(StaleVersion):
            async with desk.begin(SCOPE) as tx:
                await tx.orders.save([stale])
        assert (await desk.stored(order.id)).status is OrderStatus.EXPIRED

    async def test_one_number_is_one_order(self, desk: Desk) -> None:
        order = await desk.place()
        twin = an_order()
        twin.number = order.number

        with pytest.raises(Conflict):
            await desk.place(twin)

        assert await desk.floor() == (1, 0)

    async def test_tickets_come_back_equal_and_once_per_unit(self, desk: Desk) -> None:
        order = await desk.place(an_order(a_quote({FLOOR: 2, VIP: 1}, price=1001)))
        tickets = await self._pay(desk, order)

        async with desk.begin(SCOPE) as tx:
            assert await tx.tickets.of_orders([order.id]) == tickets

        with pytest.raises(Conflict):
            async with desk.begin(SCOPE) as tx:
                await tx.tickets.add(tickets_for(order, identities(), at=NOON)[:1])

    async def test_a_cancelled_ticket_stays_cancelled(self, desk: Desk) -> None:
        order = await desk.place()
        [ticket] = await self._pay(desk, order)

        async with desk.begin(SCOPE) as tx:
            ticket.cancel(at=tx.now)
            await tx.tickets.save([ticket])

        async with desk.begin(SCOPE) as tx:
            [found] = await tx.tickets.of_orders([order.id])
        assert found.status is TicketStatus.CANCELLED

    async def test_a_paid_order_sells_what_it_held(self, desk: Desk) -> None:
        order = await desk.place(an_order(a_quote({FLOOR: 3})))

        await self._pay(desk, order)

        assert await desk.floor() == (0, 3)
        assert (await desk.stored(order.id)).paid_at is not None

    async def test_only_overdue_orders_are_swept(self, desk: Desk) -> None:
        order = await desk.place(an_order(at=desk.clock()))
        async with desk.begin(SCOPE) as tx:
            assert await tx.orders.lock_overdue([order.id]) == {}

        desk.clock.advance(timedelta(minutes=15))

        async with desk.begin(SCOPE) as tx:
            assert list(await tx.orders.lock_overdue([order.id])) == [order.id]

    async def test_an_order_with_a_payment_in_flight_is_not_swept_for_an_hour(
        self, desk: Desk
    ) -> None:
        order = await desk.place(an_order(at=desk.clock()))
        desk.clock.advance(timedelta(minutes=16))
        await desk.send_to_processor(order)

        async with desk.begin(SCOPE) as tx:
            in_flight = await tx.orders.lock_overdue([order.id])
        desk.clock.advance(timedelta(minutes=61))
        async with desk.begin(SCOPE) as tx:
            given_up = await tx.orders.lock_overdue([order.id])

        assert in_flight == {}
        assert list(given_up) == [order.id]

    async def test_four_sweepers_release_once(self, desk: Desk) -> None:
        order = await desk.place(an_order(a_quote({FLOOR: 2}), at=desk.clock()))
        desk.clock.advance(timedelta(minutes=16))

        async def sweep() -> int:
            async with desk.begin(SCOPE) as tx:
                found = await tx.orders.lock_overdue([order.id])
                stock = await tx.stock.lock({d.allotment_id for d in order.draws})
                for overdue in found.values():
                    release(overdue, stock)
                    overdue.expire(at=tx.now)
                    moved = move(overdue, MovementKind.RELEASE, at=tx.now)
                    await tx.orders.save([overdue])
                    await tx.stock.save(stock.values(), moved)
            return len(found)

        swept = await asyncio.gather(*(sweep() for _ in range(4)))

        assert sum(swept) == 1
        assert await desk.floor() == (0, 0)

    async def test_other_organisations_stock_and_orders_are_not_there(self, desk: Desk) -> None:
        order = await desk.place()
        stranger = organizations([OrganizationId(uuid4())])

        async with desk.begin(stranger) as tx:
            assert await tx.stock.lock([AllotmentId(FLOOR), AllotmentId(EVENT)]) == {}
            assert await tx.orders.lock([order.id]) == {}

    async def test_an_unknown_session_has_ended(self, desk: Desk) -> None:
        ghost = SessionId(uuid4())

        async with desk.begin(SCOPE) as tx:
            assert await tx.ended_sessions([ghost]) == {ghost}

    async def test_an_effect_happens_once(self, desk: Desk) -> None:
        async with desk.begin(SCOPE) as tx:
            assert await tx.once("a.subscriber", 7)
        with pytest.raises(RuntimeError):
            async with desk.begin(SCOPE) as tx:
                assert await tx.once("a.subscriber", 8)
                raise RuntimeError

        async with desk.begin(SCOPE) as tx:
            assert not await tx.once("a.subscriber", 7)
            assert await tx.once("a.subscriber", 8)

    async def _pay(self, desk: Desk, order: Order) -> list[Any]:
        tx: SalesTransaction
        async with desk.begin(SCOPE) as tx:
            stock = await tx.stock.lock({draw.allotment_id for draw in order.draws})
            take(order, stock)
            order.pay(at=tx.now)
            tickets = tickets_for(order, identities(), at=tx.now)
            await tx.orders.save([order])
            await tx.tickets.add(tickets)
            await tx.stock.save(stock.values(), move(order, MovementKind.SELL, at=tx.now))
        return tickets
