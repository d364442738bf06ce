"""Identity asks sales and payments what belongs to a person, for the export of their data."""

from collections.abc import Awaitable, Callable
from typing import Any

from application.payments.queries import PaymentFilter, PaymentQueries
from application.sales.queries import (
    CartQueries,
    OrderFilter,
    OrderQueries,
    TicketFilter,
    TicketQueries,
    WaitingListQueries,
)
from application.sales.waiting_list_ports import WaitingVisitor
from application.shared.actor import Actor
from application.shared.paging import LIMIT_MAX, Page, PageRequest


class BridgedBelongings:
    def __init__(
        self,
        orders: OrderQueries,
        tickets: TicketQueries,
        waiting_lists: WaitingListQueries,
        payments: PaymentQueries,
        carts: CartQueries,
    ) -> None:
        self._orders = orders
        self._tickets = tickets
        self._waiting_lists = waiting_lists
        self._payments = payments
        self._carts = carts

    async def orders(self, actor: Actor) -> list[Any]:
        return await _all(lambda page: self._orders.list_my_orders(actor, OrderFilter(), page))

    async def tickets(self, actor: Actor) -> list[Any]:
        return await _all(lambda page: self._tickets.list_my_tickets(actor, TicketFilter(), page))

    async def payments(self, actor: Actor) -> list[Any]:
        return await _all(lambda page: self._payments.list_payments(actor, PaymentFilter(), page))

    async def carts(self, actor: Actor) -> list[Any]:
        return list(await self._carts.list_my_carts(actor))

    async def waiting_list_entries(self, actor: Actor) -> list[Any]:
        visitor = WaitingVisitor(actor=actor)
        return await _all(lambda page: self._waiting_lists.list_waiting_list_entries(visitor, page))


async def _all(turn: Callable[[PageRequest], Awaitable[Page[Any]]]) -> list[Any]:
    """Every page of a list."""
    found: list[Any] = []
    page = await turn(PageRequest(LIMIT_MAX))
    found += page.items
    while page.next_cursor is not None:
        page = await turn(PageRequest(LIMIT_MAX, page.next_cursor))
        found += page.items
    return found
