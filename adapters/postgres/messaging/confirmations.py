"""What letters are about, each answered by one statement."""

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, text

from adapters.postgres.database import Database
from application.messaging.ports import Confirmation, ConfirmationLine
from application.shared import scope
from application.shared.scope import SYSTEM
from domain.shared.ids import OrderId, OrganizationId
from domain.shared.money import Money

_OF_ORDER = text(
    """
    select o.id, o.number, o.buyer_id, o.buyer_name, o.buyer_email, o.currency,
           exists (select from users u where u.id = o.buyer_id and u.email = o.buyer_email
                     and u.email_verified_at is not null) as is_theirs,
           o.subtotal_minor, o.discount_minor, o.fees_minor, o.tax_minor, o.total_minor,
           e.name as event_name, e.starts_at, e.timezone,
           v.name as venue_name, coalesce(e.address, v.address) as address,
           (select jsonb_agg(jsonb_build_array(l.name, l.quantity, l.unit_price_minor)
                             order by l.position)
            from order_lines l
            where l.organization_id = o.organization_id and l.order_id = o.id) as lines,
           (select count(*) from tickets t
            where t.organization_id = o.organization_id and t.order_id = o.id
              and t.status = 'valid') as ticket_count
    from orders o
    join events e on e.organization_id = o.organization_id and e.id = o.event_id
    left join venues v on v.organization_id = e.organization_id and v.id = e.venue_id
    where o.organization_id = :organization_id and o.id = :order_id and o.status = 'paid'
    """
)
_IS_DONE = text(
    "select exists (select from deliveries where subscriber = :subscriber and event_id = :event_id)"
)


class PostgresConfirmations:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_order(
        self, organization_id: OrganizationId, order_id: OrderId
    ) -> Confirmation | None:
        which = {"organization_id": organization_id, "order_id": order_id}
        async with self._database.read(scope.organizations([organization_id])) as connection:
            row = (await connection.execute(_OF_ORDER, which)).one_or_none()
        return None if row is None else _confirmation(row)


class PostgresDeliveries:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def is_done(self, subscriber: str, event_id: int) -> bool:
        which = {"subscriber": subscriber, "event_id": event_id}
        async with self._database.read(SYSTEM) as connection:
            return bool((await connection.execute(_IS_DONE, which)).scalar_one())


def _confirmation(row: Row[Any]) -> Confirmation:
    currency = row.currency
    return Confirmation(
        order_id=row.id,
        order_number=row.number,
        greeted=row.buyer_name if row.is_theirs else "",
        buyer_email=row.buyer_email,
        event_name=row.event_name,
        starts_at=row.starts_at.astimezone(ZoneInfo(row.timezone)),
        place=_place(row.venue_name, row.address),
        lines=tuple(
            ConfirmationLine(name=name, quantity=quantity, unit_price=Money(minor, currency))
            for name, quantity, minor in row.lines or ()
        ),
        ticket_count=row.ticket_count,
        subtotal=Money(row.subtotal_minor, currency),
        discount=Money(row.discount_minor, currency),
        fees=Money(row.fees_minor, currency),
        tax=Money(row.tax_minor, currency),
        total=Money(row.total_minor, currency),
        is_for_guest=row.buyer_id is None,
    )


def _place(venue: str | None, address: dict[str, str | None] | None) -> str:
    """`Paradiso, Weteringschans 6, 1017 SG Amsterdam, NL`, with whatever is known."""
    known = address or {}
    town = " ".join(filter(None, (known.get("postal_code"), known.get("city"))))
    parts = (venue, known.get("line1"), known.get("line2"), town, known.get("country"))
    return ", ".join(part for part in parts if part)
