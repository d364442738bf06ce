"""The waiting list in PostgreSQL: places in line, what they are owed, and where there is work."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, TextClause, text

from adapters.postgres.database import Database
from adapters.postgres.rows import insert_row
from adapters.postgres.sales.store import PostgresSalesTransaction, PostgresStock
from adapters.postgres.sales.waiting_list_rows import (
    entry_from_row,
    entry_to_row,
    waiting_list_entries,
)
from adapters.postgres.transaction import PostgresTransaction
from application.sales.waiting_list_ports import Chance, EntryPlace, Head
from application.shared.clock import Clock
from application.shared.scope import SYSTEM, organizations
from domain.sales.allotment import Allotment
from domain.sales.errors import EventNotFound, WaitingListEntryNotFound
from domain.sales.waiting_list import WaitingListEntry, Wish
from domain.shared.email import key_of
from domain.shared.errors import StaleVersion
from domain.shared.ids import AllotmentId, EventId, OrganizationId, UserId, WaitingListEntryId

_STOCK_OF = text(
    """
    select distinct unnest(draw_ids) from waiting_list_entries
    where organization_id = any(:organization_ids) and id = any(:ids)
    """
)
_LOCK = text(
    """
    select * from waiting_list_entries
    where organization_id = any(:organization_ids) and id = any(:ids)
    order by id for update
    """
)
_LOCK_HEADS = text(
    """
    select * from waiting_list_entries
    where organization_id = any(:organization_ids) and status = 'waiting' and id in (
        select h.id
        from unnest(cast(:ticket_type_ids as uuid[]), cast(:quantities as integer[]))
             as w (ticket_type_id, quantity)
        cross join lateral (
            select id from waiting_list_entries
            where organization_id = any(:organization_ids) and event_id = :event_id
              and ticket_type_id = w.ticket_type_id and quantity = w.quantity
              and status = 'waiting'
            order by priority desc, joined_at, id
            limit :limit) h)
    order by id for update
    """
)
_LOCK_LAPSED = text(
    """
    select * from waiting_list_entries
    where organization_id = any(:organization_ids) and id = any(:ids)
      and status = 'offered' and offer_expires_at <= :now
    order by id for update skip locked
    """
)
_JOINS_SINCE = text(
    """
    select count(*) from waiting_list_entries
    where organization_id = any(:organization_ids) and joined_at > :since
      and (email_key = :email_key or client = :client)
    """
)
_SAVE = text(
    """
    update waiting_list_entries e
    set priority = n.priority, status = n.status, draw_ids = cast(n.draw_ids as uuid[]),
        draw_units = cast(n.draw_units as integer[]), offered_at = n.offered_at,
        offer_expires_at = n.offer_expires_at, closed_at = n.closed_at, version = e.version + 1
    from unnest(cast(:organization_id as uuid[]), cast(:id as uuid[]),
                cast(:priority as integer[]), cast(:status as text[]), cast(:draw_ids as text[]),
                cast(:draw_units as text[]), cast(:offered_at as timestamptz[]),
                cast(:offer_expires_at as timestamptz[]), cast(:closed_at as timestamptz[]),
                cast(:version as integer[]))
         as n (organization_id, id, priority, status, draw_ids, draw_units, offered_at,
               offer_expires_at, closed_at, version)
    where e.organization_id = n.organization_id and e.id = n.id and e.version = n.version
    """
)
_FORGET = text(
    """
    update waiting_list_entries
    set user_id = :user_id, name = :name, email = :email, email_key = :email_key,
        client = :client, version = version + 1
    where organization_id = :organization_id and id = :id and version = :version
    """
)
_OWE = text(
    """
    update allotment_counters c set waiting = n.waiting
    from unnest(cast(:organization_ids as uuid[]), cast(:ids as uuid[]),
                cast(:waiting as integer[])) as n (organization_id, allotment_id, waiting)
    where c.organization_id = n.organization_id and c.allotment_id = n.allotment_id
      and c.waiting <> n.waiting
    """
)
_PLACE = "select organization_id, id, event_id, user_id from waiting_list_entries"
_PLACE_OF = text(f"{_PLACE} where id = :id")
_OF_PERSON = text(f"{_PLACE} where user_id = :user_id order by id")
_LAPSED = text(
    f"""
    {_PLACE} where status = 'offered' and offer_expires_at <= :now
    order by offer_expires_at limit :limit
    """
)
_OVER = """
    select e.organization_id, e.id, e.event_id, e.user_id
    from waiting_list_entries e
    join events v on v.organization_id = e.organization_id and v.id = e.event_id
    join ticket_types t on t.organization_id = e.organization_id and t.id = e.ticket_type_id
    where e.status in ('waiting', 'offered')
      and (v.intent = 'cancelled' or coalesce(v.sales_end, v.starts_at) <= :now
           or t.sales_end <= :now)
"""
_CHANCES = """
    select distinct e.organization_id, e.event_id
    from waiting_list_entries e
    join events v on v.organization_id = e.organization_id and v.id = e.event_id
    where e.status = 'waiting' and v.intent = 'published'
      and not exists (
          select from unnest(e.draw_ids, e.draw_units) as d (allotment_id, units)
          join allotment_counters c
            on c.organization_id = e.organization_id and c.allotment_id = d.allotment_id
          where c.capacity - c.held - c.sold - c.blocked < d.units)
"""
_HEADS = text(
    """
    select e.ticket_type_id, e.quantity, array_agg(distinct d.allotment_id) as draws_from
    from waiting_list_entries e
    cross join lateral unnest(e.draw_ids) as d (allotment_id)
    where e.organization_id = :organization_id and e.event_id = :event_id
      and e.status = 'waiting'
    group by e.ticket_type_id, e.quantity
    """
)
_ORGANIZATION_OF = text("select organization_id from events where id = :id")
_ENTRIES = text("select * from waiting_list_entries where id = any(:ids)")


class PostgresOwedStock(PostgresStock):
    """Counters, of which the waiting list also writes what it is owed."""

    def __init__(self, tx: PostgresTransaction) -> None:
        super().__init__(tx)
        self._connection = tx.connection

    async def owe(self, stock: Iterable[Allotment]) -> None:
        owed = list(stock)
        await self._connection.execute(
            _OWE,
            {
                "organization_ids": [allotment.organization_id for allotment in owed],
                "ids": [allotment.id for allotment in owed],
                "waiting": [allotment.waiting for allotment in owed],
            },
        )


class PostgresWaitingEntries:
    def __init__(self, tx: PostgresTransaction) -> None:
        self._tx = tx

    async def stock_of(self, ids: Collection[WaitingListEntryId]) -> set[AllotmentId]:
        rows = await self._tx.connection.execute(_STOCK_OF, self._keys(ids=list(ids)))
        return set(rows.scalars())

    async def lock(
        self, ids: Collection[WaitingListEntryId]
    ) -> dict[WaitingListEntryId, WaitingListEntry]:
        return {entry.id: entry for entry in await self._found(_LOCK, ids=list(ids))}

    async def lock_heads(
        self, event_id: EventId, wishes: Collection[Wish], limit: int
    ) -> list[WaitingListEntry]:
        line = await self._found(
            _LOCK_HEADS,
            event_id=event_id,
            ticket_type_ids=[ticket_type_id for ticket_type_id, _ in wishes],
            quantities=[quantity for _, quantity in wishes],
            limit=limit,
        )
        return sorted(line, key=lambda entry: entry.place_in_line)

    async def lock_lapsed(self, ids: Collection[WaitingListEntryId]) -> list[WaitingListEntry]:
        return await self._found(_LOCK_LAPSED, ids=list(ids), now=self._tx.now)

    async def joins_since(self, entry: WaitingListEntry, since: datetime) -> int:
        keys = self._keys(email_key=key_of(entry.buyer.email), client=entry.client, since=since)
        found: int = (await self._tx.connection.execute(_JOINS_SINCE, keys)).scalar_one()
        return found

    async def add(self, entry: WaitingListEntry) -> None:
        row = entry_to_row(entry)
        row.pop("version")
        await insert_row(self._tx.connection, waiting_list_entries, row)
        entry.version = 1

    async def save(self, entries: Sequence[WaitingListEntry]) -> None:
        if not entries:
            return
        rows = [entry_to_row(entry) for entry in entries]
        columns = {name: [_sent(row[name]) for row in rows] for name in _SAVE.compile().params}
        result = await self._tx.connection.execute(_SAVE, columns)
        if result.rowcount != len(rows):
            raise StaleVersion
        for entry in entries:
            entry.version += 1

    async def forget(self, entry: WaitingListEntry) -> None:
        result = await self._tx.connection.execute(_FORGET, entry_to_row(entry))
        if result.rowcount != 1:
            raise StaleVersion
        entry.version += 1

    async def _found(self, statement: TextClause, **keys: Any) -> list[WaitingListEntry]:
        rows = await self._tx.connection.execute(statement, self._keys(**keys))
        return [entry_from_row(row) for row in rows]

    def _keys(self, **keys: Any) -> dict[str, Any]:
        return {"organization_ids": list(self._tx.scope.organization_ids), **keys}


def _sent(value: Any) -> Any:
    # An array of arrays would be flattened by unnest.
    return "{" + ",".join(map(str, value)) + "}" if isinstance(value, list) else value


class PostgresWaitingListTransaction(PostgresSalesTransaction):
    stock: PostgresOwedStock
    entries: PostgresWaitingEntries

    def build(self) -> None:
        super().build()
        self.stock = PostgresOwedStock(self)
        self.entries = PostgresWaitingEntries(self)


class PostgresWaitingListPlaces:
    """Where entries are kept, and where there is something to do."""

    def __init__(self, database: Database, clock: Clock | None) -> None:
        self._database = database
        self._clock = clock

    async def place_of(self, entry_id: WaitingListEntryId) -> EntryPlace:
        [*found] = await self._rows(_PLACE_OF, id=entry_id)
        if not found:
            raise WaitingListEntryNotFound
        return _place(found[0])

    async def of_person(self, user_id: UserId) -> list[EntryPlace]:
        return [_place(row) for row in await self._rows(_OF_PERSON, user_id=user_id)]

    async def organization_of(self, event_id: EventId) -> OrganizationId:
        [*found] = await self._rows(_ORGANIZATION_OF, id=event_id)
        if not found:
            raise EventNotFound
        return OrganizationId(found[0].organization_id)

    async def chances(self, limit: int, event_id: EventId | None = None) -> list[Chance]:
        statement, keys = _narrowed(_CHANCES, event_id)
        rows = await self._rows(text(f"{statement} limit :limit"), limit=limit, **keys)
        return [Chance(row.organization_id, row.event_id) for row in rows]

    async def heads(self, organization_id: OrganizationId, event_id: EventId) -> list[Head]:
        asked = {"organization_id": organization_id, "event_id": event_id}
        async with self._database.read(organizations([organization_id])) as connection:
            rows = (await connection.execute(_HEADS, asked)).all()
        return [Head(row.ticket_type_id, row.quantity, frozenset(row.draws_from)) for row in rows]

    async def lapsed(self, limit: int) -> list[EntryPlace]:
        return [_place(row) for row in await self._rows(_LAPSED, limit=limit, now=None)]

    async def over(self, limit: int, event_id: EventId | None = None) -> list[EntryPlace]:
        statement, keys = _narrowed(_OVER, event_id)
        ordered = text(f"{statement} order by e.organization_id, e.id limit :limit")
        return [_place(row) for row in await self._rows(ordered, limit=limit, now=None, **keys)]

    async def entries(
        self, ids: Collection[WaitingListEntryId]
    ) -> dict[WaitingListEntryId, WaitingListEntry]:
        rows = await self._rows(_ENTRIES, ids=list(ids))
        return {row.id: entry_from_row(row) for row in rows}

    async def _rows(self, statement: TextClause, **keys: Any) -> Sequence[Row[Any]]:
        """`now` is filled in by the clock."""
        async with self._database.read(SYSTEM) as connection:
            if "now" in keys:
                asked = text("select clock_timestamp() as now")
                keys["now"] = (
                    self._clock() if self._clock else (await connection.execute(asked)).scalar_one()
                )
            return (await connection.execute(statement, keys)).all()


def _narrowed(statement: str, event_id: EventId | None) -> tuple[str, dict[str, Any]]:
    if event_id is None:
        return statement, {}
    return f"{statement} and e.event_id = :event_id", {"event_id": event_id}


def _place(row: Row[Any]) -> EntryPlace:
    return EntryPlace(row.id, row.organization_id, row.event_id, row.user_id)
