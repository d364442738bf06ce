"""A buyer said with the order how it is to be paid."""

from dataclasses import replace

import msgspec
import pytest

from adapters.memory.database import MemoryDatabase
from adapters.simulated.gateway import SimulatedGateway
from application.payments.gateway import ChargeRequest, GatewayPayment
from application.sales.messages import PaymentWish, PlacedOrder, PlaceOrder
from application.sales.pay_placed_order import PayPlacedOrder
from application.sales.ports import ChargeCommand
from application.sales.settle_payments import SettlementResult
from domain.payments.errors import GatewayDown
from domain.sales.order import OrderStatus
from domain.sales.payment_attempt import PaymentState
from domain.shared.errors import DomainError
from tests.application.payments.scene import TillScene
from tests.application.sales.scene import same

VISA, DECLINED = "pm_card_visa", "pm_card_chargeDeclined"


class FarAway(SimulatedGateway):
    """The same cards behind a network that may be cut."""

    is_local = False

    def __init__(self) -> None:
        self.is_cut = False

    async def create(self, request: ChargeRequest) -> GatewayPayment:
        if self.is_cut:
            raise GatewayDown
        return await super().create(request)


@pytest.fixture
def far(memory: MemoryDatabase) -> TillScene:
    return TillScene(memory, FarAway())


@pytest.fixture
def near(memory: MemoryDatabase) -> TillScene:
    return TillScene(memory, SimulatedGateway())


def paying(scene: TillScene) -> PayPlacedOrder:
    async def charge(command: ChargeCommand) -> SettlementResult:
        [result] = await scene.confirm_payments([command])
        if isinstance(result, DomainError):
            raise result
        return result

    return PayPlacedOrder(scene.cashier, charge)


def with_card(scene: TillScene, method: str) -> PlaceOrder:
    wish = scene.wish()
    payment = PaymentWish(payment_method=method)
    return same(wish, request=msgspec.structs.replace(wish.request, payment=payment))


async def place(scene: TillScene, method: str) -> PlacedOrder:
    scene.claims = replace(scene.claims, till=scene.cashier)
    office = scene.office(scene.expire_orders)
    [placed] = await office([with_card(scene, method)])
    assert isinstance(placed, PlacedOrder)
    return placed


async def test_a_local_till_has_decided_already(near: TillScene) -> None:
    placed = await place(near, VISA)

    paid = await paying(near)(near.buyer, placed, VISA)

    assert paid.state is PaymentState.SUCCEEDED
    assert near.status(placed.id) is OrderStatus.PAID
    assert near.floor() == (0, 1)


async def test_a_declined_card_leaves_the_order_to_be_paid(near: TillScene) -> None:
    placed = await place(near, DECLINED)

    paid = await paying(near)(near.buyer, placed, DECLINED)

    assert (paid.state, paid.failure_code) == (PaymentState.FAILED, "card_declined")
    assert near.status(placed.id) is OrderStatus.PENDING


async def test_a_remote_processor_is_asked_once_the_order_stands(far: TillScene) -> None:
    placed = await place(far, VISA)
    assert far.status(placed.id) is OrderStatus.PENDING

    paid = await paying(far)(far.buyer, placed, VISA)

    assert paid.state is PaymentState.SUCCEEDED
    assert far.status(placed.id) is OrderStatus.PAID
    assert len(list(far.memory.table("payments").rows())) == 1


async def test_a_repeat_pays_nothing_that_was_tried(far: TillScene) -> None:
    placed = await place(far, DECLINED)
    declined = await paying(far)(far.buyer, placed, DECLINED)

    again = await paying(far)(far.buyer, PlacedOrder(id=placed.id), VISA)

    assert (declined.state, again.state) == (PaymentState.FAILED, PaymentState.FAILED)
    assert far.status(placed.id) is OrderStatus.PENDING


async def test_who_must_act_is_told_how(near: TillScene) -> None:
    placed = await place(near, "pm_card_authenticationRequired")

    paid = await paying(near)(near.buyer, placed, "pm_card_authenticationRequired")

    assert paid.state is PaymentState.REQUIRES_ACTION
    assert paid.client_secret


async def test_a_processor_that_is_down_is_asked_again_by_a_repeat(far: TillScene) -> None:
    placed = await place(far, VISA)
    far.gateway.is_cut = True  # type: ignore[attr-defined]  # It is FarAway.
    cut = await paying(far)(far.buyer, placed, VISA)
    far.gateway.is_cut = False  # type: ignore[attr-defined]  # As above.

    paid = await paying(far)(far.buyer, PlacedOrder(id=placed.id), VISA)

    assert (cut.state, cut.failure_code) == (PaymentState.CREATED, "gateway_down")
    assert paid.state is PaymentState.SUCCEEDED
    assert len(list(far.memory.table("payments").rows())) == 1
