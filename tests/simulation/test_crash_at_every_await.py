"""kill -9 at the first await of a purchase, at the second, and so on to the last (CR-01, CR-05).

Also between the statements of its transactions. Whatever the buyer does then, the order is paid
with its tickets, or it is over and the stock and the money are back; the card is charged once.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from random import Random
from typing import TypeVar
from uuid import UUID

import pytest

from application.payments.create_payment_intent import CreatePaymentIntentCommand
from application.sales.cancel_order import CancelOrderCommand
from application.sales.messages import OrderItem, PlaceOrder, PlaceOrderRequest
from application.sales.ports import ChargeCommand
from application.shared.idempotency import RequestKey
from domain.sales.order import OrderStatus
from domain.sales.payment_attempt import PaymentState
from domain.shared.errors import DomainError
from domain.shared.ids import OrderId, PaymentId
from tests.domain.sales.builders import FLOOR, VIP
from tests.simulation.actors import calm_down
from tests.simulation.branch import Branch
from tests.simulation.loop import SeededLoop
from tests.simulation.pauses import LIFE, Killed
from tests.simulation.processor import Method
from tests.simulation.run import unfinished
from tests.simulation.shop import Lost, Shop

T = TypeVar("T")
AWAITS_MAX = 400
TRIES_MAX = 5


class Checkout:
    """One buyer and one process, which is killed at its nth await and started again."""

    def __init__(self, nth: int, method: Method) -> None:
        dice = Random(nth)
        self.loop = SeededLoop(dice)
        self.shop = Shop(self.loop, dice, kills=False)
        self.shop.pauses.hiccups = 0.0
        self.shop.pauses.inside = True
        self.process = self.shop.processes[0]
        self.process.dies_at = nth
        self.method = method
        self.buyer = self.shop.buyers[0].actor
        self.key = RequestKey(UUID(int=77), UUID(int=1))
        self.order_id: OrderId | None = None
        self.is_hasty = False

    @property
    def was_killed(self) -> bool:
        return self.process.generation > 0

    async def ask(self, call: Callable[[Branch], Awaitable[T]]) -> T:
        branch = self.shop.branch_of(self.process)
        token = LIFE.set(branch.life)
        try:
            answer = await call(branch)
        except (Killed, DomainError):
            if branch.life.is_over:
                raise Lost from None
            raise
        finally:
            LIFE.reset(token)
        if branch.life.is_over:
            raise Lost
        return answer

    async def patiently(self, call: Callable[[Branch], Awaitable[T]]) -> T:
        """Again, as long as no answer comes. Raises Lost."""
        for _ in range(1 if self.is_hasty else TRIES_MAX):
            with contextlib.suppress(Lost):
                return await self.ask(call)
            await asyncio.sleep(61)
        raise Lost

    async def buy(self) -> None:
        """What a careful client does: it repeats with the same key what was not answered."""
        items = (
            OrderItem(ticket_type_id=FLOOR, quantity=2),
            OrderItem(ticket_type_id=VIP, quantity=1),
        )
        request = PlaceOrderRequest(items=items, promo_code="spring")

        def place(branch: Branch) -> Awaitable[object]:
            new = OrderId(self.shop.ids.new())
            return branch.place(
                PlaceOrder(actor=self.buyer, request=request, order_id=new, key=self.key)
            )

        placed = await self.patiently(place)
        self.order_id = placed.id  # type: ignore[attr-defined]  # A PlacedOrder.
        wish = CreatePaymentIntentCommand(order_id=self.order_id)
        view = await self.patiently(lambda b: b.create_payment_intent(self.buyer, wish))
        await self._pay(PaymentId(view.payment_id))

    async def _pay(self, payment_id: PaymentId) -> None:
        """Again while the last try is under way, or went nowhere."""
        charge = ChargeCommand(self.buyer, payment_id, self.method)
        for _ in range(TRIES_MAX):
            [result] = await self.patiently(lambda b: b.confirm_payments([charge]))
            if self.is_hasty or getattr(result, "payment_state", None) is PaymentState.SUCCEEDED:
                return
            await asyncio.sleep(61)

    async def go_home(self) -> None:
        """The buyer asks once, and is gone when no answer comes."""
        self.is_hasty = True
        with contextlib.suppress(Lost):
            await self.buy()

    async def change_ones_mind(self) -> None:
        """Paid for, then cancelled by the organiser: repeated until it is so."""
        await self.buy()
        order_id, command = self.order_id, CancelOrderCommand()
        assert order_id is not None
        with contextlib.suppress(DomainError):  # It was cancelled before the answer was lost.
            await self.patiently(lambda b: b.cancel_order(self.shop.seller, order_id, command))

    def faults(self) -> list[str]:
        return self.shop.faults + unfinished(self.shop)

    def statuses(self) -> list[OrderStatus]:
        return [order.status for order in self.shop.memory.table("orders").rows()]

    def charged(self) -> int:
        return sum(charge.captures for charge in self.shop.processor.charges.values())


def crashes(method: Method, act: Callable[[Checkout], Awaitable[None]]) -> list[Checkout]:
    """The same story, killed at each of its awaits, until one is told to its end."""
    told: list[Checkout] = []
    for nth in range(1, AWAITS_MAX):
        checkout = Checkout(nth, method)

        async def play(checkout: Checkout = checkout) -> None:
            await act(checkout)
            await calm_down(checkout.shop)

        checkout.loop.run(play())
        assert checkout.faults() == [], f"killed at await {nth}"
        if not checkout.was_killed:
            return told
        told.append(checkout)
    raise AssertionError("It never ends.")


@pytest.mark.parametrize("method", ["good", "lost_answer", "slow"])
def test_a_patient_buyer_gets_one_order_and_pays_once(method: Method) -> None:
    told = crashes(method, Checkout.buy)

    assert len(told) > 40
    assert {tuple(checkout.statuses()) for checkout in told} == {(OrderStatus.PAID,)}
    assert {checkout.charged() for checkout in told} == {1}


@pytest.mark.parametrize("method", ["good", "lost_answer", "slow"])
def test_a_buyer_who_goes_home_has_paid_or_has_lost_nothing(method: Method) -> None:
    told = crashes(method, Checkout.go_home)

    ends = {tuple(checkout.statuses()) for checkout in told}
    assert ends == {(), (OrderStatus.EXPIRED,), (OrderStatus.PAID,)}
    assert all(
        checkout.charged() == (checkout.statuses() == [OrderStatus.PAID]) for checkout in told
    )


def test_a_cancelled_order_gives_its_money_back_once() -> None:
    told = crashes("good", Checkout.change_ones_mind)

    assert {tuple(checkout.statuses()) for checkout in told} == {(OrderStatus.CANCELLED,)}
    assert all(
        len(charge.returned) == 1
        for checkout in told
        for charge in checkout.shop.processor.charges.values()
    )
