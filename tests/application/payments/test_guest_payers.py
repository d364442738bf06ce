"""Guests pay the one order whose secret they showed."""

import msgspec
import pytest

from adapters.memory.database import MemoryDatabase
from adapters.simulated.gateway import SimulatedGateway
from application.payments.charge_payments import ChargePayment
from application.payments.create_payment_intent import CreatePaymentIntentCommand
from application.payments.ports import Collected
from application.sales.messages import GuestBuyer, PlacedOrder
from application.shared.order_links import Guest
from domain.payments.errors import OrderNotFound, PaymentNotFound
from domain.shared.ids import OrderId, PaymentId
from tests.application.payments.scene import TillScene


@pytest.fixture
def scene(memory: MemoryDatabase) -> TillScene:
    return TillScene(memory, SimulatedGateway())


async def a_guests_order(scene: TillScene) -> OrderId:
    wish = scene.wish()
    buyer = GuestBuyer(name="Guest", email="guest@example.com")
    request = msgspec.structs.replace(wish.request, buyer=buyer)
    [placed] = await scene.place_orders(
        [msgspec.structs.replace(wish, actor=None, request=request)]
    )
    assert isinstance(placed, PlacedOrder)
    return placed.id


async def opened(scene: TillScene, guest: Guest) -> PaymentId:
    command = CreatePaymentIntentCommand(order_id=guest.order_id)
    return (await scene.create(guest, command)).payment_id


async def test_a_guest_pays_the_order(scene: TillScene) -> None:
    guest = Guest(order_id=await a_guests_order(scene))

    payment_id = await opened(scene, guest)
    [answer] = await scene.charge([ChargePayment(guest, payment_id, "pm_card_visa")])

    assert isinstance(answer, Collected)
    assert answer.answer.status == "succeeded"
    assert scene.payment(payment_id).payer_id is None


async def test_another_orders_secret_pays_nothing(scene: TillScene) -> None:
    guest = Guest(order_id=await a_guests_order(scene))
    other = Guest(order_id=await a_guests_order(scene))
    payment_id = await opened(scene, guest)

    with pytest.raises(OrderNotFound):
        await scene.create(other, CreatePaymentIntentCommand(order_id=guest.order_id))
    [refused] = await scene.charge([ChargePayment(other, payment_id, "pm_card_visa")])

    assert isinstance(refused, PaymentNotFound)


async def test_a_secret_is_for_orders_of_guests_alone(scene: TillScene) -> None:
    guest = Guest(order_id=await scene.place())
    payment_id = await scene.open(guest.order_id)

    with pytest.raises(OrderNotFound):
        await opened(scene, guest)
    [refused] = await scene.charge([ChargePayment(guest, payment_id, "pm_card_visa")])

    assert isinstance(refused, PaymentNotFound)


async def test_a_person_does_not_pay_a_guests_order(scene: TillScene) -> None:
    guest = Guest(order_id=await a_guests_order(scene))
    payment_id = await opened(scene, guest)

    [refused] = await scene.charge([ChargePayment(scene.buyer, payment_id, "pm_card_visa")])

    assert isinstance(refused, PaymentNotFound)


async def test_people_and_guests_pay_in_one_batch(scene: TillScene) -> None:
    guest = Guest(order_id=await a_guests_order(scene))
    of_guest, of_person = await opened(scene, guest), await scene.open()

    answers = await scene.charge(
        [
            ChargePayment(guest, of_guest, "pm_card_visa"),
            ChargePayment(scene.buyer, of_person, "pm_card_visa"),
        ]
    )

    assert all(isinstance(answer, Collected) for answer in answers)
