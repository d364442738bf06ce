"""What the short way to the stock promises: all in one trip, or nothing if a guard refuses."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from application.sales.one_trip import Batch, OneTrip
from application.shared.idempotency import RequestKey
from domain.sales.box_office import Claim, decide_orders
from domain.sales.order import Order
from domain.sales.payment_attempt import Outcome, PaymentAttempt, PaymentState
from domain.shared.ids import AllotmentId, PaymentId, SessionId
from tests.contracts.sales_contract import SCOPE, Desk
from tests.domain.sales.builders import EVENT, FLOOR, ORG, a_claim, a_quote, identities

Change = Callable[[dict[str, int]], Awaitable[None]]
WANTED = {AllotmentId(EVENT), AllotmentId(FLOOR)}


@dataclass
class Office:
    """The desk's world with a signed-in buyer, and a short way to its stock."""

    desk: Desk
    trip: OneTrip
    session: SessionId
    change_floor: Change
    """Sets columns of the floor's counter, behind the back of everybody."""
    change_event: Change
    end_session: Callable[[], Awaitable[None]]

    async def look(self) -> datetime:
        """Learn what an exact path would have left."""
        async with self.desk.begin(SCOPE) as tx:
            stock = await tx.stock.lock(WANTED)
            now = tx.now
        self.trip.learn(stock.values(), now)
        return now

    def batch(self, *claims: Claim, **changes: Any) -> Batch:
        seen = self.trip.seen(WANTED)
        assert seen is not None
        decisions = decide_orders(
            claims, seen.stock, identities(), now=seen.now, hold_for=timedelta(minutes=15)
        )
        facts: dict[str, Any] = {
            "placed": list(zip(claims, decisions.orders, strict=True)),
            "origins": [None] * len(claims),
            "decisions": decisions,
            "keys": [],
            "sessions": {self.session},
            "in_carts": {},
            "now": seen.now,
        }
        return Batch(**(facts | changes))

    async def stored(self, *orders: Order) -> dict[Any, Order]:
        async with self.desk.begin(SCOPE) as tx:
            return await tx.orders.lock([order.id for order in orders])

    async def left_no_trace(self, batch: Batch, *, held: int = 0) -> None:
        """As if it had never been tried."""
        assert await self.stored(*(order for _, order in batch.placed)) == {}
        assert await self.desk.floor() == (held, 0)
        assert await self.desk.announced() == []
        async with self.desk.begin(SCOPE) as tx:
            assert await tx.tickets.of_orders([order.id for _, order in batch.placed]) == []


class OneTripContract:
    """Subclasses give the fixture `office`."""

    async def test_what_was_never_seen_goes_the_exact_path(self, office: Office) -> None:
        assert office.trip.seen(WANTED) is None

    async def test_what_was_seen_is_a_copy(self, office: Office) -> None:
        await office.look()
        first = office.trip.seen(WANTED)
        assert first is not None
        first.stock[AllotmentId(FLOOR)].hold(5)

        second = office.trip.seen(WANTED)

        assert second is not None
        assert second.stock[AllotmentId(FLOOR)].held == 0

    async def test_a_batch_is_stored_as_the_exact_path_would(self, office: Office) -> None:
        await office.look()
        dear = a_quote({FLOOR: 2}, price=3333, discount=1000, fees=217)
        batch = office.batch(a_claim(dear), a_claim(dear), a_claim())

        assert await office.trip.write(batch)

        stored = await office.stored(*(order for _, order in batch.placed))
        for _, order in batch.placed:
            order.version, order.recorded = 1, []
            assert stored[order.id] == order
        assert await office.desk.floor() == (5, 0)
        assert await office.desk.announced() == ["OrderPlaced"] * 3

    async def test_it_learns_what_it_left_behind(self, office: Office) -> None:
        await office.look()
        assert await office.trip.write(office.batch(a_claim(a_quote({FLOOR: 4}))))

        seen = office.trip.seen(WANTED)

        assert seen is not None
        assert seen.stock[AllotmentId(FLOOR)].available == 6
        assert await office.trip.write(office.batch(a_claim(a_quote({FLOOR: 6}))))
        assert await office.desk.floor() == (10, 0)

    async def test_what_is_paid_on_the_spot_has_its_tickets(self, office: Office) -> None:
        await office.look()
        paid = _paid(a_claim(a_quote({FLOOR: 2})))
        assert paid.payment is not None
        batch = office.batch(paid, a_claim())

        assert await office.trip.write(batch)

        async with office.desk.begin(SCOPE) as tx:
            tickets = await tx.tickets.of_orders([paid.order_id])
            payments = await tx.payments.lock([paid.payment.payment_id])
        for ticket in batch.decisions.tickets:
            ticket.version = 1
        assert tickets == batch.decisions.tickets
        assert [p.state for p in payments.values()] == [PaymentState.SUCCEEDED]
        assert await office.desk.floor() == (1, 2)
        assert sorted(await office.desk.announced()) == ["OrderPaid", "OrderPlaced", "OrderPlaced"]

    async def test_a_key_that_was_used_stops_the_batch(self, office: Office) -> None:
        await office.look()
        key = RequestKey(uuid4(), uuid4())
        async with office.desk.begin(SCOPE) as tx:
            await tx.repeats.claim({key: "first"})
        batch = office.batch(a_claim(), a_claim())

        again = office.batch(*(c for c, _ in batch.placed), keys=[(key, batch.placed[0][1])])

        assert not await office.trip.write(again)
        await office.left_no_trace(again)

    async def test_its_keys_are_remembered(self, office: Office) -> None:
        await office.look()
        claim, key = a_claim(), RequestKey(uuid4(), uuid4())
        batch = office.batch(claim)
        order = batch.placed[0][1]
        batch = office.batch(claim, keys=[(key, order)])

        assert await office.trip.write(batch)

        async with office.desk.begin(SCOPE) as tx:
            known = await tx.repeats.claim({key: None})
        assert known[key].answers(key) == str(order.id)

    async def test_an_ended_session_stops_the_batch(self, office: Office) -> None:
        await office.look()
        await office.end_session()
        batch = office.batch(a_claim())

        assert not await office.trip.write(batch)
        await office.left_no_trace(batch)

    async def test_an_edited_offer_stops_the_batch(self, office: Office) -> None:
        await office.look()
        await office.change_event({"revision": 1})
        batch = office.batch(a_claim())

        assert not await office.trip.write(batch)
        await office.left_no_trace(batch)

    @pytest.mark.parametrize(
        "behind_our_back",
        [{"held": 9}, {"capacity": 1}, {"waiting": 9}, {"blocked": 10}],
        ids=["sold meanwhile", "made smaller", "owed to the waiting list", "blocked"],
    )
    async def test_stock_that_is_not_free_any_more_stops_the_batch(
        self, office: Office, behind_our_back: dict[str, int]
    ) -> None:
        await office.look()
        await office.change_floor(behind_our_back)
        batch = office.batch(a_claim(a_quote({FLOOR: 2})))

        assert not await office.trip.write(batch)
        await office.left_no_trace(batch, held=behind_our_back.get("held", 0))

    async def test_what_lies_in_carts_stops_the_batch(self, office: Office) -> None:
        await office.look()
        batch = office.batch(a_claim(a_quote({FLOOR: 2})), in_carts={AllotmentId(FLOOR): 9})

        assert not await office.trip.write(batch)
        await office.left_no_trace(batch)

    async def test_a_refusal_is_not_believed_twice(self, office: Office) -> None:
        await office.look()
        await office.change_floor({"capacity": 1})
        assert not await office.trip.write(office.batch(a_claim(a_quote({FLOOR: 2}))))

        seen = office.trip.seen(WANTED)
        assert seen is not None
        assert AllotmentId(FLOOR) not in seen.stock

    async def test_what_nobody_asked_for_is_not_known(self, office: Office) -> None:
        await office.look()

        seen = office.trip.seen({AllotmentId(uuid4())} | WANTED)

        assert seen is not None
        assert seen.stock.keys() == WANTED

    async def test_a_look_is_what_is_committed(self, office: Office) -> None:
        key = RequestKey(uuid4(), uuid4())
        async with office.desk.begin(SCOPE) as tx:
            await tx.repeats.claim({key: "first"})
        await office.change_floor({"held": 7})

        found = await office.trip.look([ORG], WANTED, {EVENT}, {key.id, uuid4()})

        assert found.stock.keys() == WANTED
        assert found.stock[AllotmentId(FLOOR)].available == 3
        assert (found.overdue, found.keys) == (frozenset(), frozenset({key.id}))

    async def test_a_look_tells_where_something_may_come_back(self, office: Office) -> None:
        await office.desk.place()
        office.desk.clock.advance(timedelta(minutes=15))

        found = await office.trip.look([ORG], WANTED, {EVENT}, ())

        assert found.overdue == {EVENT}

    async def test_a_look_at_nothing_finds_nothing(self, office: Office) -> None:
        found = await office.trip.look([ORG], {AllotmentId(uuid4())}, {EVENT}, ())

        assert found.stock == {}


def _paid(claim: Claim) -> Claim:
    payment_id = PaymentId(uuid4())
    outcome = Outcome(
        payment_id=payment_id,
        state=PaymentState.SUCCEEDED,
        received=claim.quote.total,
        provider_ref=f"sim_{payment_id.hex}",
    )
    attempt = PaymentAttempt(payment_id=payment_id, provider="simulated", outcome=outcome)
    return replace(claim, payment=attempt)
