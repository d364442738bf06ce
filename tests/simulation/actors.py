"""What people and machines do in the shop, at random: each action is one line of `ACTIONS`."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from adapters.memory.deliver import drain
from application.catalogue.cancel_event import CancelEventCommand
from application.catalogue.update_event import UpdateEventCommand
from application.catalogue.update_ticket_type import UpdateTicketTypeCommand
from application.payments.create_payment_intent import CreatePaymentIntentCommand
from application.sales.cancel_order import CancelOrderCommand
from application.sales.messages import (
    GuestBuyer,
    OrderItem,
    PaymentWish,
    PlaceOrder,
    PlaceOrderRequest,
)
from application.sales.ports import ChargeCommand
from application.shared.idempotency import RequestKey
from domain.sales.order import OrderStatus
from domain.shared.errors import DomainError
from domain.shared.ids import OrderId, PaymentId
from tests.domain.sales.builders import EVENT, FLOOR, VIP
from tests.simulation.branch import Branch
from tests.simulation.carts_and_lines import (
    check_out,
    empty_cart,
    everybody_goes_home,
    extend_cart,
    fill_cart,
    leave_the_line,
    lose_the_cache,
    serve_the_line,
    stand_in_line,
    sweep_carts,
    sweep_offers,
    take_up,
)
from tests.simulation.placing import ask_to_place
from tests.simulation.processor import METHODS, OUT_OF_OUR_HANDS, Method
from tests.simulation.shop import Buyer, Lost, Shop
from tests.simulation.stock import GUESTS

Action = Callable[[Shop, Buyer], Awaitable[None]]

REFUSALS = (DomainError, Lost, ExceptionGroup)
"""What an honest system may say; anything else ends the run."""


def given(chance: float, shop: Shop) -> bool:
    return shop.dice.random() < chance


async def place(shop: Shop, buyer: Buyer) -> None:
    """Several types, several units, a promo code, a key; free ones are paid at once."""
    dice = shop.dice
    types = dice.sample([FLOOR, VIP, GUESTS], dice.choice([1, 1, 1, 2]))
    request = PlaceOrderRequest(
        items=tuple(OrderItem(ticket_type_id=t, quantity=dice.choice([1, 1, 2, 3])) for t in types),
        promo_code="spring" if given(0.3, shop) else None,
        buyer=GuestBuyer(name="Guest", email="guest@example.com") if given(0.1, shop) else None,
        payment=PaymentWish(payment_method="good") if given(0.2, shop) else None,
        shown_total=Decimal("51.25") if given(0.05, shop) else None,
    )
    command = PlaceOrder(
        actor=None if request.buyer else buyer.actor,
        request=request,
        order_id=OrderId(shop.ids.new()),
        key=RequestKey(shop.ids.new(), UUID(int=1)) if given(0.7, shop) else None,
    )
    await _place(shop, buyer, command)


async def place_again(shop: Shop, buyer: Buyer) -> None:
    """The same key once more, because no answer came; now and then from two hands at once."""
    if not buyer.unsure:
        return
    command = shop.dice.choice(buyer.unsure)
    hands = 2 if given(0.3, shop) else 1
    await asyncio.gather(*(_place(shop, buyer, _anew(shop, command)) for _ in range(hands)))


def _anew(shop: Shop, command: PlaceOrder) -> PlaceOrder:
    """A repeat is a new request: only its key is the old one."""
    return PlaceOrder(
        actor=command.actor,
        request=command.request,
        order_id=OrderId(shop.ids.new()),
        key=command.key,
    )


async def _place(shop: Shop, buyer: Buyer, command: PlaceOrder) -> None:
    await ask_to_place(shop, buyer, command, _said(command))


def _said(command: PlaceOrder) -> str:
    if command.request.cart_id is not None:
        return "checks out again"
    names = {FLOOR: "floor", VIP: "vip", GUESTS: "guests"}
    items = " ".join(f"{i.quantity} {names[i.ticket_type_id]}" for i in command.request.items)
    return f"places {items}{' with code' if command.request.promo_code else ''}"


async def pay(shop: Shop, buyer: Buyer) -> None:
    """Any of one's orders, whatever became of it; some methods fail, some answers get lost."""
    known = buyer.unpaid if given(0.9, shop) else buyer.orders
    if not known:
        return
    order_id = shop.dice.choice(known)
    if given(0.2, shop) and order_id in buyer.unpaid:
        buyer.unpaid.remove(order_id)  # Whatever comes of it, this buyer thinks it is done.
    try:
        payment_id = await _intent(shop, buyer, order_id)
    except DomainError:
        if order_id in buyer.unpaid:
            buyer.unpaid.remove(order_id)
        return
    if given(0.05, shop):
        await asyncio.sleep(shop.dice.random() * 1800)  # The buyer looks for the card.
    method = shop.dice.choices(METHODS, shop.habits)[0]
    hands = 2 if given(0.15, shop) else 1
    await asyncio.gather(*(_charge(shop, buyer, payment_id, method) for _ in range(hands)))


async def _intent(shop: Shop, buyer: Buyer, order_id: OrderId) -> PaymentId:
    command = CreatePaymentIntentCommand(order_id=order_id)
    what = f"wants to pay {order_id.int >> 64}"
    view = await shop.ask(
        buyer.actor.name, what, lambda b: b.create_payment_intent(buyer.actor, command)
    )
    return PaymentId(view.payment_id)


async def _charge(shop: Shop, buyer: Buyer, payment_id: PaymentId, method: Method) -> None:
    async def confirm(branch: Branch) -> None:
        result = await branch.pay(ChargeCommand(buyer.actor, payment_id, method))
        shop.say(buyer.actor.name, f"pays: {result.order_status}, {result.refund_reason or 'kept'}")
        if result.order_status is not OrderStatus.PENDING and result.order_id in buyer.unpaid:
            buyer.unpaid.remove(result.order_id)

    with contextlib.suppress(*REFUSALS):
        await shop.ask(buyer.actor.name, f"pays {payment_id.int >> 64} ({method})", confirm)


async def finish_in_browser(shop: Shop, buyer: Buyer) -> None:
    """Money that the shop hears of from the processor alone, and perhaps too late."""
    open_ = [
        reference
        for reference, charge in shop.processor.charges.items()
        if charge.status in OUT_OF_OUR_HANDS
    ]
    if open_:
        reference = shop.dice.choice(open_)
        if given(shop.gives_up, shop):
            shop.processor.give_up(reference)
            return
        shop.processor.finish_in_browser(reference)
        paid = shop.processor.charges[reference].payment_id
        shop.say("browser", f"pays {paid.int >> 64} without the shop")


async def notify(shop: Shop, buyer: Buyer) -> None:
    """A message of the processor: in any order, and some of them twice."""
    waiting = shop.processor.notices
    if not waiting:
        return
    notice = shop.dice.choice(waiting)
    charge = shop.processor.charges[notice.reference]
    await shop.ask(
        "worker",
        f"hears of {charge.payment_id.int >> 64}",
        lambda b: b.apply_gateway_notice(
            provider=shop.processor.provider,
            provider_event_id=notice.id,
            provider_ref=notice.reference,
            payment_id=str(charge.payment_id),
            organization_id=str(charge.request.organization_id),
        ),
    )
    if given(0.8, shop) and notice in waiting:
        waiting.remove(notice)


async def cancel_own(shop: Shop, buyer: Buyer) -> None:
    if buyer.orders:
        order_id = shop.dice.choice(buyer.orders)
        command = CancelOrderCommand()
        await shop.ask(
            buyer.actor.name,
            f"cancels {order_id.int >> 64}",
            lambda b: b.cancel_order(buyer.actor, order_id, command),
        )


async def cancel_as_seller(shop: Shop, buyer: Buyer) -> None:
    """Paid ones too: then the money goes back."""
    if buyer.orders:
        order_id = shop.dice.choice(buyer.orders)
        command = CancelOrderCommand(reason="sorry")
        await shop.ask(
            "seller",
            f"cancels {order_id.int >> 64}",
            lambda b: b.cancel_order(shop.seller, order_id, command),
        )


async def resize(shop: Shop, buyer: Buyer) -> None:
    """More or fewer of a type, or of the event; what is taken stays taken."""
    chosen = shop.dice.choice([EVENT, FLOOR, VIP])
    capacity = max(1, shop.capacities[chosen] + shop.dice.randint(-4, 3))
    if chosen == EVENT:
        event = UpdateEventCommand(capacity=capacity)
        call = lambda b: b.update_event(shop.seller, EVENT, event)  # noqa: E731  # Two of a kind.
    else:
        kind = UpdateTicketTypeCommand(quantity=capacity)
        call = lambda b: b.update_ticket_type(shop.seller, EVENT, chosen, kind)  # noqa: E731
    await shop.ask("seller", f"resizes to {capacity}", call)


async def reprice(shop: Shop, buyer: Buyer) -> None:
    command = UpdateTicketTypeCommand(price=Decimal(shop.dice.choice([40, 50, 60])))
    kind = shop.dice.choice([FLOOR, VIP])
    await shop.ask(
        "seller",
        f"asks {command.price}",
        lambda b: b.update_ticket_type(shop.seller, EVENT, kind, command),
    )


async def call_off(shop: Shop, buyer: Buyer) -> None:
    """The event is cancelled, in a few runs."""
    if given(0.02, shop):
        command = CancelEventCommand(reason="rain")
        await shop.ask(
            "seller", "calls the event off", lambda b: b.cancel_event(shop.seller, EVENT, command)
        )


async def sweep(shop: Shop, buyer: Buyer) -> None:
    """Several sweepers at once."""
    await asyncio.gather(
        *(
            shop.ask("sweeper", "sweeps", lambda b: b.expire_orders())
            for _ in range(shop.dice.choice([1, 1, 2, 3]))
        ),
        return_exceptions=True,
    )


async def reconcile(shop: Shop, buyer: Buyer) -> None:
    await shop.ask("worker", "reconciles", lambda b: b.reconcile_payments())


async def deliver(shop: Shop, buyer: Buyer) -> None:
    """What events caused: refunds, and the end of a cancelled event's orders."""
    await shop.ask("worker", "delivers", lambda b: drain(shop.memory, b.subscribers))


async def wait(shop: Shop, buyer: Buyer) -> None:
    """Time passes; orders become overdue after 15 minutes, payments are given up after an hour."""
    minutes = shop.dice.choice([0.1, 1, 5, 14.99, 15, 16, 61])
    seconds = timedelta(minutes=minutes).total_seconds()
    if given(0.5, shop):
        shop.loop.skip(seconds)  # For everybody, and whatever was under way took so long.
    else:
        await asyncio.sleep(seconds)


async def kill(shop: Shop, buyer: Buyer) -> None:
    if shop.kills:
        shop.kill("fate")


ACTIONS: list[tuple[int, Action]] = [
    (40, place),
    (8, place_again),
    (50, pay),
    (6, cancel_own),
    (6, cancel_as_seller),
    (4, resize),
    (2, reprice),
    (1, call_off),
    (4, sweep),
    (4, reconcile),
    (4, deliver),
    (10, finish_in_browser),
    (10, notify),
    (6, wait),
    (3, kill),
    (12, fill_cart),
    (12, check_out),
    (3, extend_cart),
    (2, empty_cart),
    (2, sweep_carts),
    (1, lose_the_cache),
    (8, stand_in_line),
    (5, serve_the_line),
    (8, take_up),
    (1, leave_the_line),
    (3, sweep_offers),
]


LATE: dict[Action, int] = {place: 90, pay: 60, finish_in_browser: 40, notify: 40, wait: 25}
"""A town in which money comes when the order is over, and the stock is somebody else's."""
TWICE: dict[Action, int] = {place: 40, pay: 150, finish_in_browser: 90, notify: 90}
"""A town whose processor gives up on payments, and takes their money all the same."""
LINE: dict[Action, int] = {
    place: 50,
    cancel_own: 20,
    cancel_as_seller: 30,
    stand_in_line: 30,
    serve_the_line: 30,
    take_up: 60,
    wait: 15,
}
"""A town in which everything is sold out, and people wait for what comes back."""


def habits_of(shop: Shop) -> list[int]:
    """Each run has habits of its own: what is rare in all of them is common in some."""
    dice = shop.dice
    town = dice.choice([None, None, LATE, TWICE, LINE])
    if town is not None:
        shop.habits = [90, 2, 2, 2, 2, 2] if town is LINE else [5, 5, 2, 2, 2, 80]
        shop.gives_up = 0.6 if town is TWICE else 0.2
        return [town.get(action, 1) for _, action in ACTIONS]
    habits = [weight * dice.choice([0, 1, 1, 4]) for weight, _ in ACTIONS]
    shop.habits = [weight * dice.choice([1, 1, 4]) for weight in (50, 12, 10, 5, 8, 15)]
    # Without these two nothing would happen at all.
    return [
        max(weight, 20) if action in (place, pay) else weight
        for weight, (_, action) in zip(habits, ACTIONS, strict=True)
    ]


async def live(shop: Shop, buyer: Buyer, weights: list[int], until: int) -> None:
    """One after another, until so many steps were taken or something broke."""
    while shop.loop.steps < until and not shop.faults:
        [(_, action)] = shop.dice.choices(ACTIONS, weights)
        with contextlib.suppress(*REFUSALS):
            await action(shop, buyer)
        await asyncio.sleep(0)


async def calm_down(shop: Shop) -> None:
    """Nobody buys any more: machines finish what was begun."""
    shop.kills = False
    shop.pauses.hiccups = 0.0
    for _ in range(6):
        await asyncio.sleep(timedelta(hours=2).total_seconds())
        notices = [notify] * len(shop.processor.notices)
        machines = (sweep, sweep_carts, sweep_offers, reconcile, deliver, everybody_goes_home)
        for action in (*machines, *notices):
            with contextlib.suppress(*REFUSALS):
                await action(shop, shop.buyers[0])


async def sell_out(shop: Shop) -> None:
    """Whatever is left finds a buyer: nothing was lost on the way."""
    for number in range(sum(shop.capacities.values())):
        stranger = GuestBuyer(name="Guest", email=f"guest{number}@example.com")
        request = PlaceOrderRequest(
            items=(OrderItem(ticket_type_id=FLOOR, quantity=1),), buyer=stranger
        )
        command = PlaceOrder(actor=None, request=request, order_id=OrderId(shop.ids.new()))
        try:
            await _place(shop, shop.buyers[0], command)
        except DomainError:
            return
