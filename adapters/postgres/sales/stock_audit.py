"""Whether every counter is what its history and its orders add up to, and how it is set right."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.database import Database
from adapters.postgres.sales.recount import RECOUNT
from adapters.postgres.sales.tables import stock_movements
from adapters.postgres.sets import set_insert
from adapters.postgres.transaction import PostgresTransaction
from application.shared.scope import organizations
from domain.sales.events import StockRepaired
from domain.sales.stock_repair import Tally, corrections
from domain.shared.ids import AllotmentId, OrganizationId

_DRIFT = text(
    f"""
    {RECOUNT}
    select r.*, o.name as organization, a.kind, a.event_id,
           e.name as event, coalesce(a.name, t.name, p.code, e.name) as name,
           c.allotment_id is not null as is_counted
    from recount r
    join organizations o on o.id = r.organization_id
    left join allotment_counters c
      on c.organization_id = r.organization_id and c.allotment_id = r.allotment_id
    left join allotments a on a.organization_id = r.organization_id and a.id = r.allotment_id
    left join events e on e.organization_id = a.organization_id and e.id = a.event_id
    left join ticket_types t
      on a.kind = 'ticket_type' and t.organization_id = a.organization_id and t.id = a.id
    left join promo_codes p
      on a.kind = 'promo_code' and p.organization_id = a.organization_id and p.id = a.id
    where (r.held, r.sold, r.blocked, r.waiting)
              is distinct from (r.ordered_held, r.ordered_sold, r.offered, r.awaited)
       or (r.held, r.sold, r.blocked)
              is distinct from (r.moved_held, r.moved_sold, r.moved_blocked)
    order by r.organization_id, r.allotment_id
    """
)
_LOCK = text(
    """
    select allotment_id from allotment_counters
    where organization_id = :organization_id and allotment_id = any(:ids)
    order by allotment_id for update
    """
)
# A statement of its own, after the lock: whoever moves units of these has committed or waits.
_AGAIN = text(
    f"""
    {RECOUNT}
    select * from recount
    where organization_id = :organization_id and allotment_id = any(:ids)
    order by allotment_id
    """
)
_SET = text(
    """
    update allotment_counters
    set held = :held, sold = :sold, blocked = :blocked, waiting = :waiting
    where organization_id = :organization_id and allotment_id = :allotment_id
    """
)
_NOW = text("select clock_timestamp() as now")
_ADD_MOVEMENTS = set_insert(stock_movements, without=["id"])


class Drift(NamedTuple):
    """One counter that differs."""

    organization_id: OrganizationId
    organization: str
    event: str | None
    kind: str
    """`event`, `ticket_type`, `pool`, `promo_code`, or `customer` for a limit per customer."""
    name: str | None
    allotment_id: AllotmentId
    counter: str
    counted: int
    movements: int | None
    """None for `waiting`, which does not move units."""
    orders: int
    """What orders, offers and the waiting list add up to."""


class Repair(NamedTuple):
    """What was done about one allotment; `refused` says why nothing was."""

    organization_id: OrganizationId
    allotment_id: AllotmentId
    refused: str | None = None


class PostgresStockAudit:
    def __init__(self, database: Database) -> None:
        self._begin = database.beginner(PostgresTransaction)

    async def drift(self, connection: AsyncConnection) -> list[Drift]:
        """Every counter that differs, by organisation and allotment; the caller's snapshot."""
        rows = (await connection.execute(_DRIFT)).all()
        return [drift for row in rows for drift in _drifts(row)]

    async def repair(self, found: Iterable[Drift], reason: str) -> list[Repair]:
        """Set the counters to what orders add up to, under their locks, one organisation a commit.

        Each is recorded with the reason: `stock.repaired` in the event log, and movements without
        an order that close the gap in the history.
        """
        repairs: list[Repair] = []
        by_owner = sorted({(drift.organization_id, drift.allotment_id) for drift in found})
        for owner, pairs in groupby(by_owner, key=lambda pair: pair[0]):
            repairs += await self._repair(owner, [pair[1] for pair in pairs], reason)
        return repairs

    async def _repair(
        self, owner: OrganizationId, ids: Sequence[AllotmentId], reason: str
    ) -> list[Repair]:
        keys = {"organization_id": owner, "ids": list(ids)}
        async with self._begin(organizations([owner])) as tx:
            locked = set((await tx.connection.execute(_LOCK, keys)).scalars())
            tx.note_time((await tx.connection.execute(_NOW)).scalar_one())
            rows = (await tx.connection.execute(_AGAIN, keys)).all()
            return [await _set_right(tx, row, locked, reason) for row in rows]


async def _set_right(
    tx: PostgresTransaction, row: Row[Any], locked: set[UUID], reason: str
) -> Repair:
    right = Tally(int(row.ordered_held), int(row.ordered_sold), int(row.offered))
    if row.allotment_id not in locked:
        return Repair(row.organization_id, row.allotment_id, "it has no counter")
    if row.capacity is not None and right.taken > row.capacity:
        return Repair(
            row.organization_id,
            row.allotment_id,
            f"{right.taken} are taken and its capacity is {row.capacity}: raise it first",
        )
    moved = Tally(int(row.moved_held), int(row.moved_sold), int(row.moved_blocked))
    movements = [
        {
            "organization_id": row.organization_id,
            "allotment_id": row.allotment_id,
            "order_id": None,
            "kind": kind.value,
            "quantity": units,
            "at": tx.now,
        }
        for kind, units in corrections(moved, right)
    ]
    await _ADD_MOVEMENTS.run(tx.connection, movements)
    counters = {
        "held": right.held,
        "sold": right.sold,
        "blocked": right.blocked,
        "waiting": int(row.awaited),
    }
    keys = {"organization_id": row.organization_id, "allotment_id": row.allotment_id}
    await tx.connection.execute(_SET, keys | counters)
    changes = [
        f"{name} {getattr(row, name)} -> {units}"
        for name, units in counters.items()
        if getattr(row, name) != units
    ]
    tx.announce_events(
        [
            StockRepaired(
                organization_id=row.organization_id,
                aggregate_id=row.allotment_id,
                at=tx.now,
                changes=", ".join(changes) or "history only",
                reason=reason,
            )
        ]
    )
    return Repair(row.organization_id, row.allotment_id)


def _drifts(row: Row[Any]) -> Iterable[Drift]:
    for counter, counted, moved, ordered in (
        ("held", row.held, row.moved_held, row.ordered_held),
        ("sold", row.sold, row.moved_sold, row.ordered_sold),
        ("blocked", row.blocked, row.moved_blocked, row.offered),
        ("waiting", row.waiting, None, row.awaited),
    ):
        if counted != ordered or moved not in (None, counted):
            yield Drift(
                organization_id=row.organization_id,
                organization=row.organization,
                event=row.event,
                kind=row.kind or "customer",
                name=row.name,
                allotment_id=row.allotment_id,
                counter=counter,
                counted=int(counted),
                movements=None if moved is None else int(moved),
                orders=int(ordered),
            )
