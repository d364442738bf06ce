"""Questions about tickets, in one statement each; their codes are sealed as they are read."""

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.database import Database
from adapters.postgres.visible import seen_by, sight_of, sight_of_guest, visible
from application.sales.queries import TicketFilter, TicketUse, TicketView
from application.shared.actor import Actor, authorize, authorize_list, authorize_own
from application.shared.order_links import Shopper
from application.shared.paging import Page, PageRequest, page_of
from application.shared.scope import Scope
from domain.sales.errors import OrderNotFound, TicketCancelled, TicketNotFound
from domain.shared.errors import NotFound
from domain.shared.ids import OrderId, TicketId
from domain.shared.money import Money
from domain.shared.permissions import Permission, PersonalScope
from domain.shared.ticket_code import TicketClaims

_OWN = PersonalScope.TICKETS_READ
_USE = (
    "case when t.status = 'cancelled' then 'cancelled'"
    " when a.first_entry_at is not null then 'used' else 'valid' end"
)
_VIEW = f"""
    select t.organization_id, t.id, t.order_id, t.event_id, t.ticket_type_id, t.code, t.generation,
           t.holder_id, t.holder_name, t.holder_email, t.price_minor, t.currency, t.issued_at,
           {_USE} as use, a.first_entry_at, y.name as ticket_type_name,
           y.short_id as type_short_id, e.short_id as event_short_id
    from tickets t
    join events e on e.organization_id = t.organization_id and e.id = t.event_id
    join ticket_types y on y.organization_id = t.organization_id and y.id = t.ticket_type_id
    left join admissions a on a.organization_id = t.organization_id and a.ticket_id = t.id
"""
_GET = text(f"{_VIEW} where {visible('t', 'holder_id')}")
_GET_GUESTS = text(f"{_VIEW} where t.holder_id is null and t.id = :id and t.order_id = :order_id")
_ORDER = text(
    f"select organization_id, event_id, buyer_id from orders o where {visible('o', 'buyer_id')}"
)
_GUEST_ORDER = text("select organization_id from orders where buyer_id is null and id = :id")


class Seal(Protocol):
    def seal(self, claims: TicketClaims) -> str: ...  # The signed text of a ticket's QR.


class PostgresTicketQueries:
    def __init__(self, database: Database, seal: Seal) -> None:
        self._database = database
        self._seal = seal

    async def get_ticket(self, shopper: Shopper, ticket_id: TicketId) -> TicketView:
        if isinstance(shopper, Actor):
            asking = await sight_of(self._database, shopper, "tickets", ticket_id)
            statement, keys = _GET, seen_by(asking, ticket_id)
        else:
            asking = await sight_of_guest(self._database, shopper.order_id)
            statement, keys = _GET_GUESTS, {"id": ticket_id, "order_id": shopper.order_id}
        async with self._database.read(asking) as connection:
            row = (await connection.execute(statement, keys)).one_or_none()
        if row is None:
            raise TicketNotFound
        if isinstance(shopper, Actor) and not shopper.owns(row.holder_id, _OWN):
            try:
                authorize(
                    shopper, Permission.TICKETS_VIEW, row.organization_id, event_id=row.event_id
                )
            except NotFound as error:
                raise TicketNotFound from error
        return self._view(row)

    async def get_ticket_qr_code(self, shopper: Shopper, ticket_id: TicketId) -> str:
        ticket = await self.get_ticket(shopper, ticket_id)
        if ticket.status is TicketUse.CANCELLED:
            raise TicketCancelled(ticket_id=ticket_id)
        return ticket.barcode

    async def list_my_tickets(
        self, actor: Actor, where: TicketFilter, page: PageRequest
    ) -> Page[TicketView]:
        mine = msgspec.structs.replace(where, organization_id=None)
        return await self.list_tickets(actor, mine, page)

    async def list_tickets(
        self, actor: Actor, where: TicketFilter, page: PageRequest
    ) -> Page[TicketView]:
        keys: dict[str, Any] = {}
        if where.organization_id is None:
            authorize_own(actor, _OWN)
            scope, conditions = actor.as_person(), ["t.holder_id = :person_id"]
            keys["person_id"] = actor.user_id
        else:
            scope = authorize_list(actor, Permission.TICKETS_VIEW, where.organization_id)
            conditions = ["t.organization_id = :organization_id"]
            keys["organization_id"] = where.organization_id
            if scope.limited_to:
                conditions.append("t.event_id = any(:own_events)")
                keys["own_events"] = list(scope.event_ids)
        if where.event_id is not None:
            conditions.append("t.event_id = :event_id")
            keys["event_id"] = where.event_id
        if where.status is not None:
            conditions.append(f"{_USE} = :use")
            keys["use"] = where.status.value
        if page.cursor is not None:
            conditions.append("t.id < :after")
            keys["after"] = page.after(TicketId)
        async with self._database.read(scope) as connection:
            return await self._page(connection, conditions, "t.id desc", keys, page)

    async def list_order_tickets(
        self, shopper: Shopper, order_id: OrderId, page: PageRequest
    ) -> Page[TicketView]:
        if isinstance(shopper, Actor):
            asking = await sight_of(self._database, shopper, "orders", order_id)
        else:
            asking = await sight_of_guest(self._database, shopper.order_id)
        async with self._database.read(asking) as connection:
            conditions, keys = await _seen_of_order(connection, asking, shopper, order_id)
            if page.cursor is not None:
                conditions.append("t.id > :after")
                keys["after"] = page.after(TicketId)
            return await self._page(connection, conditions, "t.id", keys, page)

    async def _page(
        self,
        connection: AsyncConnection,
        conditions: Sequence[str],
        order: str,
        keys: dict[str, Any],
        page: PageRequest,
    ) -> Page[TicketView]:
        statement = text(f"{_VIEW} where {' and '.join(conditions)} order by {order} limit :limit")
        rows = (await connection.execute(statement, keys | {"limit": page.limit + 1})).all()
        return page_of([self._view(row) for row in rows], page)

    def _view(self, row: Row[Any]) -> TicketView:
        claims = TicketClaims(
            event_short_id=row.event_short_id,
            code=bytes(row.code),
            type_short_id=row.type_short_id,
            generation=row.generation,
        )
        return TicketView(
            id=row.id,
            order_id=row.order_id,
            event_id=row.event_id,
            ticket_type_id=row.ticket_type_id,
            ticket_type_name=row.ticket_type_name,
            organization_id=row.organization_id,
            user_id=row.holder_id,
            barcode=self._seal.seal(claims),
            status=TicketUse(row.use),
            price_paid=str(Money(row.price_minor, row.currency)),
            currency=row.currency,
            holder_name=row.holder_name,
            holder_email=row.holder_email,
            checked_in_at=row.first_entry_at,
            qr_code_url=f"/api/v1/tickets/{row.id}/qr-code",
            created_at=row.issued_at,
        )


async def _seen_of_order(
    connection: AsyncConnection, asking: Scope, shopper: Shopper, order_id: OrderId
) -> tuple[list[str], dict[str, Any]]:
    """Which tickets of the order the shopper sees. Raises OrderNotFound, Forbidden."""
    conditions = ["t.organization_id = :organization_id", "t.order_id = :order_id"]
    keys: dict[str, Any] = {"order_id": order_id}
    if isinstance(shopper, Actor):
        order = (await connection.execute(_ORDER, seen_by(asking, order_id))).one_or_none()
    elif shopper.order_id == order_id:
        order = (await connection.execute(_GUEST_ORDER, {"id": order_id})).one_or_none()
    else:
        order = None
    if order is None:
        raise OrderNotFound
    keys["organization_id"] = order.organization_id
    if not isinstance(shopper, Actor):
        conditions.append("t.holder_id is null")
        return conditions, keys
    owner, event_id = order.organization_id, order.event_id
    if not shopper.owns(order.buyer_id, _OWN):
        try:
            authorize(shopper, Permission.TICKETS_VIEW, owner, event_id=event_id)
        except NotFound as error:
            raise OrderNotFound from error
    if not shopper.can(Permission.TICKETS_VIEW, owner, event_id=event_id):
        conditions.append("t.holder_id = :person_id")
        keys["person_id"] = shopper.user_id
    return conditions, keys
