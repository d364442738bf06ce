"""What is for sale, read whole and kept for a second: most quotes ask PostgreSQL nothing."""

import asyncio
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from heapq import nsmallest
from typing import Any, NamedTuple

from sqlalchemy import Row, text

from adapters.postgres.database import Database
from adapters.postgres.pricing.tables import promo_code_from_row
from application.pricing.ports import Offer, OfferedCode, OfferedType
from application.shared import scope
from application.shared.scope import SYSTEM
from domain.shared.ids import EventId, OrganizationId, TicketTypeId
from domain.shared.money import Money
from domain.shared.period import Period

# One statement is one snapshot: a revision can never be newer than the prices beside it. All types
# of an event come together, so that an order's lines are of one edition.
_OFFERS = text(
    """
    select e.organization_id, e.id as event_id, e.name as event_name, e.currency,
           e.sales_start as event_sales_start,
           coalesce(e.sales_end, e.starts_at) as event_sales_end,
           e.intent = 'published' and o.status = 'active' as is_offered,
           e.intent <> 'draft' and e.published_at is not null
               and e.visibility <> 'private' as is_public,
           o.service_fee_percent, o.service_fee_fixed, coalesce(c.revision, 0) as revision,
           coalesce(w.is_on, false) as has_waiting_room, o.guest_checkout as is_for_guests,
           t.id, t.name, t.price_minor, t.min_per_order, t.max_per_order, t.max_per_customer,
           t.sales_start, t.sales_end, t.status = 'hidden' as is_hidden, d.draw_ids, d.draw_units
    from ticket_types t
    join events e on e.organization_id = t.organization_id and e.id = t.event_id
    join organizations o on o.id = t.organization_id
    left join waiting_rooms w on w.organization_id = e.organization_id and w.event_id = e.id
    left join allotment_counters c
           on c.organization_id = e.organization_id and c.allotment_id = e.id
    cross join lateral (
        select coalesce(array_agg(allotment_id order by allotment_id), '{}') as draw_ids,
               coalesce(array_agg(units order by allotment_id), '{}') as draw_units
        from ticket_type_draws
        where organization_id = t.organization_id and ticket_type_id = t.id) d
    where t.event_id in (select event_id from ticket_types where id = any(:ids))
    order by e.id
    """
)
_CODES = text(
    """
    select p.*, c.capacity - c.held - c.sold - c.blocked as uses_left
    from unnest(cast(:organization_ids as uuid[]), cast(:codes as text[]))
         as w (organization_id, code)
    join promo_codes p on p.organization_id = w.organization_id and p.code = w.code
    join allotment_counters c on c.organization_id = p.organization_id and c.allotment_id = p.id
    """
)

ALONG_MAX = 50
"""More in one reading would hold up everybody else for longer than they save."""

Found = dict[TicketTypeId, Offer]


class _Kept(NamedTuple):
    offer: Offer
    until: float


class PostgresOffers:
    """Keeps each event's offer for at most `fresh_s` after its reading began.

    Whoever asks while the same type is being read waits for that reading. Events that were asked
    for since they were read, and whose time is half over, are read along: a hundred events on sale
    are a reading or two per second, and not a hundred. `ticks` counts seconds.
    """

    def __init__(
        self,
        database: Database,
        *,
        fresh_s: float = 1.0,
        events_max: int = 1_000,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._fresh_s = fresh_s
        self._events_max = events_max
        self._ticks = ticks
        self._kept: dict[EventId, _Kept] = {}
        self._event_of: dict[TicketTypeId, EventId] = {}
        self._asked_for: set[EventId] = set()
        """Since they were read."""
        self._reading: dict[TicketTypeId, asyncio.Task[Found]] = {}
        self._forgotten = 0

    async def offers(self, ids: Collection[TicketTypeId]) -> Found:
        found = {id_: offer for id_ in ids if (offer := self._fresh(id_)) is not None}
        missing = set(ids) - found.keys()
        if not missing:
            return found
        readings = {self._reading[id_] for id_ in missing if id_ in self._reading}
        unread = missing - self._reading.keys()
        if unread:
            readings.add(self._begin_reading(unread | self._due()))
        # Waiting, unlike awaiting, does not take the reading down with a caller that gives up.
        await asyncio.wait(readings)
        for reading in readings:
            read = reading.result()
            found |= {id_: read[id_] for id_ in missing & read.keys()}
        return found

    async def codes(
        self, wanted: Collection[tuple[OrganizationId, str]]
    ) -> dict[tuple[OrganizationId, str], OfferedCode]:
        if not wanted:
            return {}
        sellers, codes = zip(*wanted, strict=True)
        keys = {"organization_ids": list(sellers), "codes": list(codes)}
        async with self._database.read(scope.organizations(sellers)) as connection:
            rows = (await connection.execute(_CODES, keys)).all()
        return {
            (row.organization_id, row.code): OfferedCode(promo_code_from_row(row), row.uses_left)
            for row in rows
        }

    def forget(self, event_ids: Collection[EventId]) -> None:
        # A reading under way may have begun before whatever made the caller doubt.
        self._forgotten += 1
        self._reading.clear()
        for event_id in event_ids:
            self._drop(event_id)

    def _fresh(self, id_: TicketTypeId) -> Offer | None:
        event_id = self._event_of.get(id_)
        kept = None if event_id is None else self._kept.get(event_id)
        if event_id is None or kept is None or self._ticks() >= kept.until:
            return None
        self._asked_for.add(event_id)
        return kept.offer

    def _due(self) -> set[TicketTypeId]:
        """One type of each event that will be read soon anyway; the oldest, if there are many."""
        now = self._ticks()
        kept = (self._kept[event_id] for event_id in self._asked_for)
        due = [one for one in kept if now < one.until < now + self._fresh_s / 2]
        if len(due) > ALONG_MAX:
            due = nsmallest(ALONG_MAX, due, key=lambda one: one.until)
        return {next(iter(one.offer.types)) for one in due} - self._reading.keys()

    def _begin_reading(self, ids: set[TicketTypeId]) -> "asyncio.Task[Found]":
        reading = asyncio.create_task(self._read(ids))
        self._reading |= dict.fromkeys(ids, reading)
        reading.add_done_callback(self._end_reading)
        return reading

    def _end_reading(self, reading: "asyncio.Task[Found]") -> None:
        self._reading = {id_: task for id_, task in self._reading.items() if task is not reading}
        if not reading.cancelled():
            reading.exception()  # Seen, even if every caller has gone.

    async def _read(self, ids: set[TicketTypeId]) -> Found:
        until, forgotten = self._ticks() + self._fresh_s, self._forgotten
        # For all visitors at once, members among them: what each may see is decided afterwards.
        async with self._database.read(SYSTEM) as connection:
            rows = (await connection.execute(_OFFERS, {"ids": list(ids)})).all()
        offers = [self._same_or_new(offer) for offer in _offers(rows)]
        if forgotten == self._forgotten:
            for offer in offers:
                self._keep(offer, until)
        return {id_: offer for offer in offers for id_ in offer.types}

    def _same_or_new(self, offer: Offer) -> Offer:
        """An offer that did not change stays the same object: its quotes are good for longer."""
        kept = self._kept.get(offer.event_id)
        return kept.offer if kept is not None and kept.offer == offer else offer

    def _keep(self, offer: Offer, until: float) -> None:
        self._drop(offer.event_id)
        while len(self._kept) >= self._events_max:
            self._drop(next(iter(self._kept)))
        self._kept[offer.event_id] = _Kept(offer, until)
        self._event_of |= dict.fromkeys(offer.types, offer.event_id)

    def _drop(self, event_id: EventId) -> None:
        dropped = self._kept.pop(event_id, None)
        self._asked_for.discard(event_id)
        if dropped is not None:
            for id_ in dropped.offer.types:
                self._event_of.pop(id_, None)


def _offers(rows: Iterable[Row[Any]]) -> Iterable[Offer]:
    events: dict[EventId, list[Row[Any]]] = {}
    for row in rows:
        events.setdefault(row.event_id, []).append(row)
    for event_id, of_event in events.items():
        event = of_event[0]
        yield Offer(
            organization_id=event.organization_id,
            event_id=event_id,
            event_name=event.event_name,
            currency=event.currency,
            is_offered=event.is_offered,
            is_public=event.is_public,
            sales=Period(event.event_sales_start, event.event_sales_end),
            fee_percent=event.service_fee_percent,
            fee_fixed=event.service_fee_fixed,
            revision=event.revision,
            has_waiting_room=event.has_waiting_room,
            is_for_guests=event.is_for_guests,
            types=_types(of_event),
        )


def _types(rows: Iterable[Row[Any]]) -> Mapping[TicketTypeId, OfferedType]:
    return {
        row.id: OfferedType(
            id=row.id,
            name=row.name,
            price=Money(row.price_minor, row.currency),
            min_per_order=row.min_per_order,
            max_per_order=row.max_per_order,
            max_per_customer=row.max_per_customer,
            sales=Period(row.sales_start, row.sales_end),
            is_hidden=row.is_hidden,
            draws=tuple(zip(row.draw_ids, row.draw_units, strict=True)),
        )
        for row in rows
    }
