"""What random schedules might miss: every order of steps, and quick answers beside exact ones."""

import asyncio
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeAlias
from uuid import UUID

import pytest

from application.payments.create_payment_intent import CreatePaymentIntentCommand
from application.sales import quick_answers
from application.sales.cancel_order import CancelOrderCommand
from application.sales.messages import (
    GuestBuyer,
    OrderItem,
    PlacedOrder,
    PlaceOrder,
    PlaceOrderRequest,
)
from application.sales.ports import ChargeCommand
from domain.sales.order import OrderStatus
from domain.shared.errors import DomainError
from domain.shared.ids import OrderId, PaymentId, TicketTypeId
from tests.domain.sales.builders import FLOOR, VIP
from tests.simulation.loop import EveryOrder, SeededLoop
from tests.simulation.mutants import MUTANTS
from tests.simulation.run import unfinished
from tests.simulation.shop import Shop

LONG = int(float(os.environ.get("TIXMO_TEST_LONG", "1")))
ORDERS_MAX = 4_000
"""Orders of steps that are tried; there are fewer."""


class LastMoment:
    """An order that expires while its buyer pays; the clock strikes somewhere among the steps."""

    def __init__(self, choices: Sequence[int]) -> None:
        self.loop = EveryOrder(choices)
        self.shop = Shop(self.loop, Random(9), kills=False)
        self.shop.pauses.is_short = True

    async def play(self) -> None:
        shop, buyer = self.shop, self.shop.buyers[0].actor
        branch, other = (shop.branch_of(process) for process in shop.processes[:2])
        request = PlaceOrderRequest(items=(OrderItem(ticket_type_id=FLOOR, quantity=1),))
        placed = await branch.place(
            PlaceOrder(actor=buyer, request=request, order_id=OrderId(shop.ids.new()))
        )
        orders = shop.memory.table("orders")._rows
        expires_at = orders[placed.id].expires_at
        wish = CreatePaymentIntentCommand(order_id=placed.id)
        view = await branch.create_payment_intent(buyer, wish)
        charge = ChargeCommand(buyer, PaymentId(view.payment_id), "good")
        last_second = (expires_at - shop.clock()).total_seconds()
        await asyncio.sleep(last_second - 0.001)
        self.loop.is_exploring = True
        self.loop.call_soon(lambda: setattr(self.loop, "_now", self.loop.time() + 0.001))
        await asyncio.gather(branch.confirm_payments([charge]), other.expire_orders())
        self.loop.is_exploring = False
        # What is in flight is settled later, by the reconciler and the sweeper.
        for _ in range(2):
            await asyncio.sleep(2 * 3600)
            await branch.reconcile_payments()
            await other.expire_orders()
        self.status = orders[placed.id].status

    @property
    def faults(self) -> list[str]:
        return self.shop.faults + unfinished(self.shop)


def every_last_moment() -> tuple[Counter[OrderStatus], list[str]]:
    """How it can end, in how many ways each, and what went wrong in the first that does."""
    ends: Counter[OrderStatus] = Counter()
    choices: list[int] | None = []
    while choices is not None:
        moment = LastMoment(choices)
        try:
            moment.loop.run(moment.play())
        except DomainError as error:
            return ends, [error.code]
        ends[moment.status] += 1
        if moment.faults:
            return ends, moment.faults
        choices = moment.loop.following()
        assert ends.total() < ORDERS_MAX
    return ends, []


def test_ov_09_a_hold_that_expires_while_it_is_paid_does_one_of_both() -> None:
    ends, faults = every_last_moment()

    assert faults == []
    assert ends.keys() == {OrderStatus.PAID, OrderStatus.EXPIRED}
    assert ends.total() > 100


def test_ov_09_its_control_is_caught() -> None:
    with MUTANTS["released_twice"]():
        _, faults = every_last_moment()

    assert faults


Quantities: TypeAlias = dict[TicketTypeId, int]


@dataclass(frozen=True)
class Round:
    """One batch at one process, or one of the orders so far is cancelled."""

    process: int
    wishes: tuple[Quantities, ...] = ()
    cancels: int | None = None


def schedule(dice: Random, types: Sequence[TicketTypeId]) -> list[Round]:
    """Around the last five places: many want one, some want more than there is."""
    rounds = []
    for _ in range(dice.randint(3, 7)):
        process = dice.randrange(2)
        if dice.random() < 0.3:
            rounds.append(Round(process, cancels=dice.randrange(6)))
            continue
        wishes = tuple(wish(dice, types) for _ in range(dice.randint(1, 4)))
        rounds.append(Round(process, wishes))
    return rounds


def wish(dice: Random, types: Sequence[TicketTypeId]) -> Quantities:
    wanted = dice.sample(types, dice.choice([1, 1, 2]))
    return {type_id: dice.choice([1, 1, 2, 3]) for type_id in wanted}


def a_guest_wants(quantities: Quantities, number: int) -> PlaceOrder:
    items = tuple(OrderItem(ticket_type_id=t, quantity=q) for t, q in quantities.items())
    guest = GuestBuyer(name="Guest", email=f"guest{number}@example.com")
    request = PlaceOrderRequest(items=items, buyer=guest)
    return PlaceOrder(actor=None, request=request, order_id=OrderId(UUID(int=10_000 + number)))


def told(outcome: object) -> str:
    return outcome.code if isinstance(outcome, DomainError) else "placed"


async def in_memory(shop: Shop, rounds: Sequence[Round]) -> list[str]:
    """What each wish was told, in order."""
    answers: list[str] = []
    orders: list[OrderId] = []
    number = 0
    for round_ in rounds:
        branch = shop.branch_of(shop.processes[round_.process])
        if round_.cancels is not None:
            if round_.cancels < len(orders):
                order_id = orders.pop(round_.cancels)
                await branch.cancel_order(shop.seller, order_id, CancelOrderCommand())
            continue
        commands = []
        for wanted in round_.wishes:
            commands.append(a_guest_wants(wanted, number))
            number += 1
        outcomes = await branch.place_orders(commands)
        answers += map(told, outcomes)
        orders += [outcome.id for outcome in outcomes if isinstance(outcome, PlacedOrder)]
    return answers


def played(rounds: Sequence[Round], seed: int, *, is_exact: bool) -> tuple[list[str], object]:
    loop = SeededLoop(Random(seed))
    shop = Shop(loop, Random(seed), kills=False, is_exact=is_exact, limits={})
    shop.pauses.is_short = True
    answers = loop.run(in_memory(shop, rounds))
    assert shop.faults == []
    return answers, shop.counters()


def differences(schedules: int) -> list[int]:
    """The schedules in which quick answers and exact ones are not the same."""
    found = []
    for seed in range(schedules):
        rounds = schedule(Random(seed), [FLOOR, VIP])
        if played(rounds, seed, is_exact=False) != played(rounds, seed, is_exact=True):
            found.append(seed)
    return found


def test_ov_18_quick_answers_are_the_exact_ones() -> None:
    assert differences(200 * LONG) == []


def test_ov_18_its_control_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever wants little overtakes whoever came first and wants more."""
    monkeypatch.setattr(quick_answers, "_overtakes", lambda *_: False)

    assert differences(60)
