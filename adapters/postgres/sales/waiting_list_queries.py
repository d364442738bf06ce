"""Questions about places in line, answered in one statement each."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, text

from adapters.postgres.database import Database
from application.sales.queries import WaitingListEntryView, WaitingListFilter
from application.sales.waiting_list_access import WaitingListAccess
from application.sales.waiting_list_ports import WaitingListSecrets, WaitingVisitor
from application.shared import scope
from application.shared.actor import Actor
from application.shared.clock import Clock
from application.shared.paging import Page, PageRequest, page_of
from application.shared.scope import Scope
from domain.sales.waiting_list import WaitingStatus
from domain.shared.errors import Unauthenticated
from domain.shared.ids import EventId, WaitingListEntryId
from domain.shared.permissions import Permission

_STATUS = """
    case when w.status = 'offered' and w.offer_expires_at <= :now then 'lapsed' else w.status end
"""
_VIEW = f"""
    select w.*, {_STATUS} as shown, e.name as event_name, t.name as ticket_type_name,
           a.entries as entries_ahead, a.tickets as tickets_ahead
    from waiting_list_entries w
    join events e on e.organization_id = w.organization_id and e.id = w.event_id
    join ticket_types t on t.organization_id = w.organization_id and t.id = w.ticket_type_id
"""
_A_FEW = f"""
    {_VIEW}
    cross join lateral (
        select count(*) as entries, coalesce(sum(o.quantity), 0) as tickets
        from waiting_list_entries o
        where w.status = 'waiting' and o.status = 'waiting'
          and o.organization_id = w.organization_id and o.event_id = w.event_id
          and o.ticket_type_id = w.ticket_type_id
          and (-o.priority, o.joined_at, o.id) < (-w.priority, w.joined_at, w.id)) a
"""
# The whole line is counted once, however many of it are shown.
_OF_EVENT = f"""
    with line as (
        select id, row_number() over by_type - 1 as entries,
               coalesce(sum(quantity) over (by_type rows between unbounded preceding
                                                             and 1 preceding), 0) as tickets
        from waiting_list_entries
        where organization_id = :organization_id and event_id = :event_id and status = 'waiting'
        window by_type as (partition by ticket_type_id order by priority desc, joined_at, id))
    {_VIEW}
    left join line a on a.id = w.id
"""
_LISTS_OF = text(
    "select distinct organization_id from waiting_list_entries where user_id = :user_id"
)


class PostgresWaitingListQueries:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        access: WaitingListAccess,
        secrets: WaitingListSecrets,
    ) -> None:
        self._database = database
        self._clock = clock
        self._access = access
        self._secrets = secrets

    async def get_waiting_list_entry(
        self, visitor: WaitingVisitor, entry_id: WaitingListEntryId
    ) -> WaitingListEntryView:
        place = await self._access.to_entry(visitor, entry_id, Permission.ORDERS_VIEW)
        [row] = await self._rows(
            scope.organizations([place.organization_id]),
            _A_FEW,
            "w.organization_id = :organization_id and w.id = :id",
            organization_id=place.organization_id,
            id=entry_id,
        )
        actor, secret = visitor.actor, visitor.secret
        is_owner = actor is not None and actor.owns(place.user_id)
        if is_owner or (secret is not None and self._secrets.entry(secret) == entry_id):
            return self._for_owner(row)
        return _view(row)

    async def list_waiting_list_entries(
        self, visitor: WaitingVisitor, page: PageRequest
    ) -> Page[WaitingListEntryView]:
        if visitor.actor is None:
            shown = visitor.secret and self._secrets.entry(visitor.secret)
            if not shown:
                raise Unauthenticated("Sign in, or send X-Waiting-Secret.")
            return Page([await self.get_waiting_list_entry(visitor, shown)])
        rows, cursor = await self._page(
            await self._lists_of(visitor.actor),
            page,
            _A_FEW,
            "w.user_id = :user_id and (cast(:after as uuid) is null or w.id < :after)",
            "w.id desc",
            user_id=visitor.actor.user_id,
        )
        return Page([self._for_owner(row) for row in rows], cursor)

    async def list_event_waiting_list(
        self, actor: Actor, event_id: EventId, where: WaitingListFilter, page: PageRequest
    ) -> Page[WaitingListEntryView]:
        seller = await self._access.to_event(actor, event_id, Permission.ORDERS_VIEW)
        conditions = [
            "w.organization_id = :organization_id and w.event_id = :event_id",
            "(cast(:after as uuid) is null or w.id > :after)",
        ]
        keys: dict[str, Any] = {"organization_id": seller, "event_id": event_id}
        if where.ticket_type_id is not None:
            conditions.append("w.ticket_type_id = :ticket_type_id")
            keys["ticket_type_id"] = where.ticket_type_id
        if where.status is not None:
            conditions.append(f"{_STATUS} = :status")
            keys["status"] = where.status.value
        rows, cursor = await self._page(
            actor.within(seller), page, _OF_EVENT, " and ".join(conditions), "w.id", **keys
        )
        return Page([_view(row) for row in rows], cursor)

    async def _lists_of(self, actor: Actor) -> Scope:
        """Where the actor waits: a place in line is counted from the places of others."""
        async with self._database.read(actor.as_person()) as connection:
            found = await connection.execute(_LISTS_OF, {"user_id": actor.user_id})
            return scope.organizations(found.scalars(), session_id=actor.session_id)

    async def _page(
        self, of: Scope, page: PageRequest, view: str, where: str, order: str, **keys: Any
    ) -> tuple[list[Row[Any]], str | None]:
        keys["after"] = page.after(WaitingListEntryId)
        keys["limit"] = page.limit + 1
        rows = await self._rows(of, view, f"{where} order by {order} limit :limit", **keys)
        found = page_of(rows, page)
        return found.items, found.next_cursor

    async def _rows(self, of: Scope, view: str, where: str, **keys: Any) -> list[Row[Any]]:
        now: datetime = self._clock()
        async with self._database.read(of) as connection:
            statement = text(f"{view} where {where}")
            return list((await connection.execute(statement, keys | {"now": now})).all())

    def _for_owner(self, row: Row[Any]) -> WaitingListEntryView:
        is_offered = row.shown == WaitingStatus.OFFERED.value
        return msgspec.structs.replace(
            _view(row),
            offer=self._secrets.of_offer(row.id) if is_offered else None,
            secret=self._secrets.of_entry(row.id),
        )


def _view(row: Row[Any]) -> WaitingListEntryView:
    waits = row.shown == WaitingStatus.WAITING.value
    return WaitingListEntryView(
        id=row.id,
        organization_id=row.organization_id,
        event_id=row.event_id,
        event_name=row.event_name,
        ticket_type_id=row.ticket_type_id,
        ticket_type_name=row.ticket_type_name,
        quantity=row.quantity,
        name=row.name,
        email=row.email,
        user_id=row.user_id,
        status=WaitingStatus(row.shown),
        priority=row.priority,
        position=row.entries_ahead + 1 if waits else None,
        tickets_ahead=int(row.tickets_ahead) if waits else None,
        joined_at=row.joined_at,
        offered_at=row.offered_at,
        offer_expires_at=row.offer_expires_at,
        closed_at=row.closed_at,
        order_id=row.order_id,
    )
