"""What people do with carts and waiting lists, at random."""

from uuid import UUID

from application.sales.add_cart_item import AddCartItemCommand
from application.sales.carts import CartVisitor
from application.sales.join_waiting_list import JoinWaitingListCommand
from application.sales.messages import GuestBuyer, PlaceOrder, PlaceOrderRequest
from application.sales.waiting_list_ports import WaitingVisitor
from application.shared.idempotency import RequestKey
from domain.sales.waiting_list import WaitingStatus
from domain.shared.ids import CartId, OrderId, WaitingListEntryId
from tests.domain.sales.builders import EVENT, FLOOR, VIP
from tests.simulation.desks import SECRETS
from tests.simulation.placing import ask_to_place
from tests.simulation.shop import Buyer, Shop


def _visitor(buyer: Buyer) -> CartVisitor:
    return CartVisitor(client=UUID(int=buyer.actor.user_id.int), actor=buyer.actor)


async def fill_cart(shop: Shop, buyer: Buyer) -> None:
    """Tickets lie in the cart for ten minutes, at their price."""
    kind = shop.dice.choice([FLOOR, VIP])
    command = AddCartItemCommand(ticket_type_id=kind, quantity=shop.dice.choice([1, 1, 2]))
    changed = await shop.ask(
        buyer.actor.name,
        f"puts {command.quantity} {'floor' if kind == FLOOR else 'vip'} into the cart",
        lambda b: b.carts.add_cart_item(_visitor(buyer), command),
    )
    shop.say(buyer.actor.name, "has a cart")
    buyer.carts.append(changed.cart_id)


async def check_out(shop: Shop, buyer: Buyer) -> None:
    """A cart becomes an order; from several tabs, and again when it is one already."""
    if not buyer.carts:
        return
    cart_id: CartId = shop.dice.choice(buyer.carts[-2:])
    for _ in range(shop.dice.choice([1, 1, 2])):
        command = PlaceOrder(
            actor=buyer.actor,
            request=PlaceOrderRequest(cart_id=cart_id),
            order_id=OrderId(shop.ids.new()),
            key=RequestKey(shop.ids.new(), UUID(int=2)) if shop.dice.random() < 0.3 else None,
        )
        placed = await ask_to_place(shop, buyer, command, "checks out")
        if placed and shop.of_carts.setdefault(cart_id, placed.id) != placed.id:
            shop.faults.append("one cart became two orders")


async def extend_cart(shop: Shop, buyer: Buyer) -> None:
    await shop.ask(
        buyer.actor.name, "extends the cart", lambda b: b.carts.extend_lock(_visitor(buyer))
    )


async def empty_cart(shop: Shop, buyer: Buyer) -> None:
    await shop.ask(
        buyer.actor.name, "empties the cart", lambda b: b.carts.empty_cart(_visitor(buyer))
    )


async def sweep_carts(shop: Shop, buyer: Buyer) -> None:
    await shop.ask("sweeper", "sweeps carts", lambda b: b.carts.expire_carts())


async def lose_the_cache(shop: Shop, buyer: Buyer) -> None:
    """Every soft hold is gone: people may be disappointed, and nothing is oversold."""
    shop.lose_the_cache()
    shop.say("fate", "the cache is lost")


async def stand_in_line(shop: Shop, buyer: Buyer) -> None:
    kind = shop.dice.choice([FLOOR, VIP])
    name = f"waiter{shop.dice.randrange(30)}"
    command = JoinWaitingListCommand(
        ticket_type_id=kind,
        quantity=shop.dice.choice([1, 1, 2]),
        buyer=GuestBuyer(name=name, email=f"{name}@example.com"),
    )
    await shop.ask(
        name,
        f"waits for {command.quantity} {'floor' if kind == FLOOR else 'vip'}",
        lambda b: b.line.join(WaitingVisitor(), EVENT, command),
    )
    shop.say(name, "stands in line")


def _entries(shop: Shop, *statuses: WaitingStatus) -> list[WaitingListEntryId]:
    rows = shop.memory.table("waiting_list_entries")._rows
    return [entry.id for entry in rows.values() if entry.status in statuses]


async def serve_the_line(shop: Shop, buyer: Buyer) -> None:
    await shop.ask("worker", "serves the line", lambda b: b.line.serve())


async def take_up(shop: Shop, buyer: Buyer) -> None:
    """An offer from the list is taken up, in time or not, perhaps twice."""
    offered = _entries(shop, WaitingStatus.OFFERED, WaitingStatus.LAPSED, WaitingStatus.TAKEN)
    if not offered:
        return
    entry_id = shop.dice.choice(offered)
    command = PlaceOrder(
        actor=None,
        request=PlaceOrderRequest(
            waiting_list_offer=SECRETS.of_offer(entry_id),
            buyer=GuestBuyer(name="Waiter", email="waiter@example.com"),
        ),
        order_id=OrderId(shop.ids.new()),
    )
    placed = await ask_to_place(shop, buyer, command, f"takes up {entry_id.int >> 64}")
    if placed and shop.of_offers.setdefault(entry_id, placed.id) != placed.id:
        shop.faults.append("one offer became two orders")


async def leave_the_line(shop: Shop, buyer: Buyer) -> None:
    waiting = _entries(shop, WaitingStatus.WAITING, WaitingStatus.OFFERED)
    if waiting:
        await leave(shop, shop.dice.choice(waiting))


async def leave(shop: Shop, entry_id: WaitingListEntryId) -> None:
    visitor = WaitingVisitor(secret=SECRETS.of_entry(entry_id))
    await shop.ask(
        "waiter", f"leaves {entry_id.int >> 64}", lambda b: b.line.leave(visitor, entry_id)
    )


async def sweep_offers(shop: Shop, buyer: Buyer) -> None:
    await shop.ask("sweeper", "sweeps offers", lambda b: b.line.expire_offers())


async def everybody_goes_home(shop: Shop, buyer: Buyer) -> None:
    for entry_id in _entries(shop, WaitingStatus.WAITING, WaitingStatus.OFFERED):
        await leave(shop, entry_id)
