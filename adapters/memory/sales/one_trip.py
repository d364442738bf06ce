"""The short way in memory: the same guards, asked one after the other by the one writer."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from adapters.memory.database import MemoryDatabase
from adapters.memory.sales.order_places import in_flight
from adapters.memory.sales.store import MemorySalesTransaction
from application.sales.one_trip import Batch, Found, LastSeen, Seen
from application.shared import scope
from domain.sales.allotment import Allotment
from domain.sales.box_office import MovementKind
from domain.shared.errors import Conflict
from domain.shared.ids import AllotmentId, EventId, OrganizationId, SessionId


class _Refused(Exception):
    """A guard said no: everything is undone."""


class MemoryOneTrip:
    def __init__(
        self, database: MemoryDatabase, kind: type[MemorySalesTransaction] = MemorySalesTransaction
    ) -> None:
        self._begin = database.beginner(kind)
        self._last = LastSeen(database.clock)

    def seen(self, ids: Collection[AllotmentId]) -> Seen | None:
        return self._last.seen(ids)

    def glance(self, ids: Collection[AllotmentId]) -> Seen | None:
        return self._last.glance(ids)

    def learn(self, stock: Iterable[Allotment], now: datetime) -> None:
        self._last.learn(stock, now)

    async def look(
        self,
        organization_ids: Collection[OrganizationId],
        ids: Collection[AllotmentId],
        event_ids: Collection[EventId],
        key_ids: Collection[UUID],
        sessions: Collection[SessionId] = (),
    ) -> Found:
        async with self._begin(scope.organizations(organization_ids)) as tx:
            stock = await tx.stock.lock(ids)
            overdue = tx.database.table("orders").where(
                lambda order: order.event_id in event_ids and order.is_overdue(tx.now)
            )
            records = tx.database.table("idempotency_records")
            known = frozenset(id_ for id_ in key_ids if records.get(id_) is not None)
            ended = frozenset(await tx.ended_sessions(sessions))
            due = frozenset(o.event_id for o in overdue if not in_flight(tx.database, o.id))
        return Found(stock, due, known, ended)

    async def write(self, batch: Batch) -> bool:
        sellers = scope.organizations(order.organization_id for _, order in batch.placed)
        moved = {movement.allotment_id for movement in batch.decisions.movements}
        try:
            async with self._begin(sellers) as tx:
                if await tx.repeats.claim({key: o.id for key, o in batch.keys}):
                    raise _Refused
                if await tx.ended_sessions(batch.sessions):
                    raise _Refused
                stock = await tx.stock.lock(
                    moved | {AllotmentId(claim.quote.event_id) for claim, _ in batch.placed}
                )
                _move(batch, stock)
                await tx.orders.add([order for _, order in batch.placed])
                await tx.payments.add(batch.decisions.payments)
                await tx.tickets.add(batch.decisions.tickets)
                tx.announce(*(order for _, order in batch.placed))
                await tx.stock.save(stock.values(), batch.decisions.movements)
                decided_at = tx.now
        except (_Refused, Conflict, KeyError):
            self._last.forget(moved)
            return False
        self._last.learn(stock.values(), decided_at)
        return True


def _move(batch: Batch, stock: dict[AllotmentId, Allotment]) -> None:
    """Raises _Refused, Conflict, KeyError."""
    for claim, _ in batch.placed:
        if stock[AllotmentId(claim.quote.event_id)].revision != claim.quote.revision:
            raise _Refused
    for movement in batch.decisions.movements:
        allotment = stock[movement.allotment_id]
        if movement.kind is MovementKind.HOLD:
            allotment.hold(movement.quantity)
        else:
            allotment.sell(movement.quantity)
    for allotment in stock.values():
        free = allotment.available
        owed = allotment.waiting + max(batch.in_carts.get(allotment.id, 0), 0)
        if free is not None and free < owed:
            raise _Refused
