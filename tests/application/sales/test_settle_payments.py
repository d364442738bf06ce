"""What card processors said is applied: in one commit, once."""

from datetime import timedelta
from uuid import uuid4

import pytest

from application.sales.ports import Charged
from domain.payments.payment import Payment
from domain.sales.errors import OrderNotFound
from domain.sales.order import OrderStatus
from domain.sales.payment_attempt import Outcome, PaymentState
from domain.shared.errors import DomainError
from domain.shared.ids import OrderId, PaymentId
from domain.shared.money import Money
from tests.application.sales.scene import AT, BUYER, Scene
from tests.conftest import VirtualClock
from tests.domain.sales.builders import FLOOR, ORG


def open_payment(scene: Scene, order_id: OrderId) -> PaymentId:
    """A payment of the order's whole total, as payments would have opened it."""
    payment = Payment(
        organization_id=ORG,
        id=PaymentId(uuid4()),
        order_id=order_id,
        payer_id=BUYER,
        attempt=1 + len(list(scene.memory.table("payments").rows())),
        provider="simulated",
        amount=scene.order(order_id).total,
        created_at=AT,
        updated_at=AT,
        version=1,
    )
    scene.memory.table("payments").put(payment.id, payment)
    return payment.id


def news(
    order_id: OrderId, payment_id: PaymentId, state: PaymentState, minor: int = 10_000
) -> Charged:
    outcome = Outcome(payment_id=payment_id, state=state, received=Money(minor, "USD"))
    return Charged(ORG, order_id, outcome)


async def test_money_pays_the_order_and_issues_its_tickets(scene: Scene) -> None:
    order_id = await scene.place({FLOOR: 2})
    payment_id = open_payment(scene, order_id)

    [result] = await scene.settle_payments([news(order_id, payment_id, PaymentState.SUCCEEDED)])

    assert not isinstance(result, DomainError)
    assert result.order_status is OrderStatus.PAID
    assert scene.floor() == (0, 2)
    assert len(list(scene.memory.table("tickets").rows())) == 2
    assert scene.announced() == ["OrderPlaced", "OrderPaid"]


async def test_the_same_news_again_changes_nothing(scene: Scene) -> None:
    order_id = await scene.place({FLOOR: 2})
    heard = news(order_id, open_payment(scene, order_id), PaymentState.SUCCEEDED)
    await scene.settle_payments([heard])

    await scene.settle_payments([heard, heard])

    assert scene.announced() == ["OrderPlaced", "OrderPaid"]
    assert len(list(scene.memory.table("tickets").rows())) == 2


async def test_a_decline_is_kept_and_the_order_waits(scene: Scene) -> None:
    order_id = await scene.place({FLOOR: 2})
    payment_id = open_payment(scene, order_id)

    [result] = await scene.settle_payments([news(order_id, payment_id, PaymentState.FAILED, 0)])

    assert not isinstance(result, DomainError)
    assert (result.payment_state, result.order_status) == (
        PaymentState.FAILED,
        OrderStatus.PENDING,
    )
    assert scene.floor() == (2, 0)


@pytest.mark.parametrize("is_resold", [False, True])
async def test_late_money_rescues_the_order_or_goes_back(
    scene: Scene, clock: VirtualClock, is_resold: bool
) -> None:
    order_id = await scene.place({FLOOR: 2})
    payment_id = open_payment(scene, order_id)
    clock.advance(timedelta(minutes=15))
    await scene.expire_orders()
    if is_resold:
        await scene.place({FLOOR: 9})

    await scene.settle_payments([news(order_id, payment_id, PaymentState.SUCCEEDED)])

    refunds = list(scene.memory.table("refunds").rows())
    if is_resold:
        assert scene.status(order_id) is OrderStatus.EXPIRED
        assert scene.floor() == (9, 0)
        assert [refund.amount.minor for refund in refunds] == [10_000]
        assert scene.announced()[-1] == "RefundRequested"
    else:
        assert scene.status(order_id) is OrderStatus.PAID
        assert scene.floor() == (0, 2)
        assert refunds == []


async def test_another_amount_is_flagged_and_pays_nothing(scene: Scene) -> None:
    order_id = await scene.place({FLOOR: 2})
    payment_id = open_payment(scene, order_id)

    await scene.settle_payments([news(order_id, payment_id, PaymentState.SUCCEEDED, 9_999)])

    assert scene.status(order_id) is OrderStatus.PENDING
    [payment] = scene.memory.table("payments").rows()
    assert (payment.id, payment.review_flag) == (payment_id, "amount_mismatch")


async def test_an_unknown_payment_settles_nothing(scene: Scene) -> None:
    order_id = await scene.place()

    [result] = await scene.settle_payments(
        [news(order_id, PaymentId(uuid4()), PaymentState.SUCCEEDED)]
    )

    assert isinstance(result, OrderNotFound)
    assert scene.status(order_id) is OrderStatus.PENDING
