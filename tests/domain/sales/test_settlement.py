"""Money that arrives: paid, too late, twice, of the wrong amount, or not at all."""

from datetime import timedelta
from uuid import uuid4

import pytest

from domain.sales.box_office import hold_all
from domain.sales.order import Order, OrderStatus
from domain.sales.payment_attempt import Outcome, PaymentState
from domain.sales.settlement import PaymentFacts, Settlements, decide_settlements
from domain.shared.ids import AllotmentId, EventId, PaymentId
from domain.shared.money import Money
from tests.domain.sales.builders import EVENT, FLOOR, NOON, ORG, a_quote, a_stock, an_order, usd
from tests.domain.sales.builders import identities as identities_of

LATER = NOON + timedelta(minutes=20)


class Scene:
    """One order of two floor tickets, 100.00 in all, and the stock behind it."""

    def __init__(self, *, floor: int = 2) -> None:
        self.stock = a_stock(floor=floor)
        self.order: Order = an_order(a_quote({FLOOR: 2}))
        hold_all(self.order.draws, self.stock)
        self.state = PaymentState.CREATED
        self.id = PaymentId(uuid4())

    def hears(
        self,
        state: PaymentState = PaymentState.SUCCEEDED,
        *,
        received: Money | None = None,
        times: int = 1,
        cancelled_events: frozenset[EventId] = frozenset(),
    ) -> Settlements:
        facts = PaymentFacts(
            id=self.id,
            organization_id=ORG,
            order_id=self.order.id,
            state=self.state,
            amount=usd(10000),
        )
        outcome = Outcome(payment_id=self.id, state=state, received=received or usd(10000))
        return decide_settlements(
            [outcome] * times,
            {self.id: facts},
            {self.order.id: self.order},
            self.stock,
            identities_of(),
            cancelled_events=cancelled_events,
            now=LATER,
        )

    def expire(self) -> None:
        for draw in self.order.draws:
            self.stock[draw.allotment_id].release(draw.units)
        self.order.expire(at=LATER)

    @property
    def floor(self) -> tuple[int, int]:
        allotment = self.stock[AllotmentId(FLOOR)]
        return allotment.held, allotment.sold


def test_money_makes_the_order_paid_with_all_its_tickets() -> None:
    scene = Scene()

    decided = scene.hears()

    assert scene.order.status is OrderStatus.PAID
    assert len(decided.tickets) == 2
    assert scene.floor == (0, 2)
    assert decided.settled[0].refund_reason is None


def test_the_same_news_a_hundred_times_has_one_effect() -> None:
    scene = Scene()

    decided = scene.hears(times=100)

    assert len(decided.tickets) == 2
    assert scene.floor == (0, 2)
    assert [settlement.changes for settlement in decided.settled] == [True] + [False] * 99


def test_a_decline_leaves_the_order_waiting() -> None:
    scene = Scene()

    decided = scene.hears(PaymentState.FAILED)

    assert scene.order.status is OrderStatus.PENDING
    assert scene.floor == (2, 0)
    assert decided.settled[0].changes


def test_a_failure_after_the_success_is_ignored() -> None:
    scene = Scene()
    scene.state = PaymentState.SUCCEEDED

    decided = scene.hears(PaymentState.FAILED)

    assert not decided.settled[0].changes


def test_late_money_takes_the_stock_again_if_it_is_free() -> None:
    scene = Scene()
    scene.expire()

    decided = scene.hears()

    assert scene.order.status is OrderStatus.PAID
    assert len(decided.tickets) == 2
    assert scene.floor == (0, 2)


def test_late_money_goes_back_if_the_stock_is_gone() -> None:
    scene = Scene()
    scene.expire()
    scene.stock[AllotmentId(FLOOR)].hold(1)

    decided = scene.hears()

    assert scene.order.status is OrderStatus.EXPIRED
    assert decided.settled[0].refund_reason == "stock_gone"
    assert not decided.tickets
    assert scene.floor == (1, 0)


def test_money_for_a_cancelled_order_goes_back() -> None:
    scene = Scene()
    scene.order.cancel(reason="x", at=NOON)

    assert scene.hears().settled[0].refund_reason == "order_cancelled"


def test_money_for_a_cancelled_event_goes_back() -> None:
    scene = Scene()

    decided = scene.hears(cancelled_events=frozenset({EVENT}))

    assert decided.settled[0].refund_reason == "event_cancelled"
    assert scene.order.status is OrderStatus.PENDING


def test_a_second_payment_of_a_paid_order_goes_back() -> None:
    scene = Scene()
    scene.hears()

    decided = scene.hears()

    assert decided.settled[0].refund_reason == "paid_twice"
    assert scene.floor == (0, 2)


@pytest.mark.parametrize("received", [Money(9999, "USD"), Money(10001, "USD"), Money(10000, "EUR")])
def test_another_amount_never_pays_and_is_flagged(received: Money) -> None:
    scene = Scene()

    decided = scene.hears(received=received)

    assert scene.order.status is OrderStatus.PENDING
    assert decided.settled[0].review_flag == "amount_mismatch"
    assert not decided.tickets
