"""Buyers pay."""

from collections.abc import Sequence
from uuid import uuid4

from application.sales.confirm_payments import ConfirmPayments
from application.sales.ports import ChargeCommand, Charged, OpenedPayment
from application.sales.settle_payments import SettlementResult
from application.shared.order_links import Shopper
from domain.payments.errors import GatewayDown
from domain.sales.order import OrderStatus
from domain.sales.payment_attempt import PaymentState
from domain.shared.errors import DomainError
from domain.shared.ids import OrderId, PaymentId
from tests.application.sales.scene import Scene
from tests.application.sales.test_settle_payments import news, open_payment
from tests.domain.sales.builders import FLOOR


class PlantedCashier:
    """Answers what it was told to answer."""

    def __init__(self, answers: Sequence[Charged | DomainError]) -> None:
        self.answers = answers

    async def charge(self, commands: Sequence[ChargeCommand]) -> list[Charged | DomainError]:
        assert len(commands) == len(self.answers)
        return list(self.answers)

    async def open(self, shopper: Shopper, order_id: OrderId) -> OpenedPayment:
        raise NotImplementedError


async def test_a_charge_is_settled_and_a_refusal_concerns_its_own_command(scene: Scene) -> None:
    order_id = await scene.place({FLOOR: 2})
    payment_id = open_payment(scene, order_id)
    paid = news(order_id, payment_id, PaymentState.SUCCEEDED)
    confirm = ConfirmPayments(PlantedCashier([GatewayDown(), paid]), scene.settle_payments)
    commands = [
        ChargeCommand(scene.buyer, PaymentId(uuid4()), "pm_card_visa"),
        ChargeCommand(scene.buyer, payment_id, "pm_card_visa"),
    ]

    down, settled = await confirm(commands)

    assert isinstance(down, GatewayDown)
    assert isinstance(settled, SettlementResult)
    assert settled.payment_id == payment_id
    assert scene.status(order_id) is OrderStatus.PAID
