"""Asking for an order, and remembering what one was told."""

from application.sales.messages import PlacedOrder, PlaceOrder
from domain.sales.order import OrderStatus
from tests.simulation.shop import Buyer, Lost, Shop


async def ask_to_place(
    shop: Shop, buyer: Buyer, command: PlaceOrder, what: str
) -> PlacedOrder | None:
    """The order; None if no answer came. Raises what is refused."""
    name = buyer.actor.name
    if command.key is not None:
        shop.auditor.keys[command.order_id] = command.key.id
    try:
        placed: PlacedOrder = await shop.ask(name, what, lambda b: b.place(command))
    except Lost:
        if command.key and command not in buyer.unsure:
            buyer.unsure.append(command)
        return None
    shop.say(name, f"has order {placed.id.int >> 64}{' as before' if placed.is_repeat else ''}")
    shop.acknowledged.add(placed.id)
    if command.key and shop.answers.setdefault(command.key.id, placed.id) != placed.id:
        shop.faults.append("one key was answered with two orders")
    if command.actor is not None and placed.id not in buyer.orders:
        buyer.orders.append(placed.id)
        if placed.order is None or placed.order.status is OrderStatus.PENDING:
            buyer.unpaid.append(placed.id)
    return placed
