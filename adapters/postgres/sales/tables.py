"""Orders, their lines, tickets, carts and the stock's history as rows."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Identity, Integer, LargeBinary, Row, SmallInteger, Table
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from adapters.postgres.database import UNIQUE
from adapters.postgres.schema import SCHEMA, document, instant, uid, version, words
from application.shared.transaction import Contention
from domain.sales.allotment import Allotment
from domain.sales.cart import Cart, CartItem, CartStatus
from domain.sales.order import Buyer, Draw, Order, OrderLine, OrderStatus
from domain.sales.ticket import Ticket, TicketStatus
from domain.shared.ids import TicketTypeId
from domain.shared.money import Money


def _minor(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


orders = Table(
    "orders",
    SCHEMA,
    uid("organization_id", key=True),
    uid("id", key=True),
    words("number"),
    uid("event_id"),
    uid("buyer_id", null=True),
    words("buyer_name"),
    words("buyer_email"),
    words("status"),
    words("currency"),
    _minor("subtotal_minor"),
    _minor("discount_minor"),
    _minor("fees_minor"),
    _minor("tax_minor"),
    _minor("total_minor"),
    uid("promo_code_id", null=True),
    words("promo_code", null=True),
    Column("draw_ids", ARRAY(Uuid(as_uuid=True)), nullable=False),
    Column("draw_units", ARRAY(Integer), nullable=False),
    instant("placed_at"),
    instant("expires_at"),
    instant("paid_at", null=True),
    instant("closed_at", null=True),
    words("close_reason", null=True),
    uid("cart_id", null=True),
    version(),
)

order_lines = Table(
    "order_lines",
    SCHEMA,
    uid("organization_id", key=True),
    uid("order_id", key=True),
    Column("position", SmallInteger, primary_key=True, autoincrement=False),
    uid("ticket_type_id"),
    words("name"),
    Column("quantity", Integer, nullable=False),
    _minor("unit_price_minor"),
    _minor("discount_minor"),
)

tickets = Table(
    "tickets",
    SCHEMA,
    uid("organization_id", key=True),
    uid("id", key=True),
    uid("order_id"),
    Column("line_position", SmallInteger, nullable=False),
    Column("unit", SmallInteger, nullable=False),
    uid("event_id"),
    uid("ticket_type_id"),
    Column("code", LargeBinary, nullable=False),
    Column("generation", SmallInteger, nullable=False),
    uid("holder_id", null=True),
    words("holder_name"),
    words("holder_email"),
    _minor("price_minor"),
    words("currency"),
    words("status"),
    instant("issued_at"),
    instant("cancelled_at", null=True),
    version(),
)

stock_movements = Table(
    "stock_movements",
    SCHEMA,
    uid("organization_id", key=True),
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    uid("allotment_id"),
    uid("order_id", null=True),
    words("kind"),
    Column("quantity", Integer, nullable=False),
    instant("at"),
)

carts = Table(
    "carts",
    SCHEMA,
    uid("organization_id", key=True),
    uid("id", key=True),
    uid("event_id"),
    uid("owner_id", null=True),
    Column("token_hash", LargeBinary),
    uid("client"),
    words("status"),
    words("currency"),
    document("items"),
    words("promo_code", null=True),
    Column("draw_ids", ARRAY(Uuid(as_uuid=True)), nullable=False),
    Column("draw_units", ARRAY(Integer), nullable=False),
    Column("places", Integer, nullable=False),
    instant("opened_at"),
    instant("expires_at"),
    instant("extendable_until"),
    instant("closed_at", null=True),
    uid("order_id", null=True),
    version(),
)
UNIQUE["carts_by_owner"] = Contention  # Looked at again, the other one is found.


def order_to_row(order: Order) -> dict[str, Any]:
    return {
        "organization_id": order.organization_id,
        "id": order.id,
        "number": order.number,
        "event_id": order.event_id,
        "buyer_id": order.buyer.id,
        "buyer_name": order.buyer.name,
        "buyer_email": order.buyer.email,
        "status": order.status.value,
        "currency": order.currency,
        "subtotal_minor": order.subtotal.minor,
        "discount_minor": order.discount.minor,
        "fees_minor": order.fees.minor,
        "tax_minor": order.tax.minor,
        "total_minor": order.total.minor,
        "promo_code_id": order.promo_code_id,
        "promo_code": order.promo_code,
        "draw_ids": [draw.allotment_id for draw in order.draws],
        "draw_units": [draw.units for draw in order.draws],
        "placed_at": order.placed_at,
        "expires_at": order.expires_at,
        "paid_at": order.paid_at,
        "closed_at": order.closed_at,
        "close_reason": order.close_reason,
        "cart_id": order.cart_id,
        "version": order.version,
    }


def lines_to_rows(order: Order) -> list[dict[str, Any]]:
    return [
        {
            "organization_id": order.organization_id,
            "order_id": order.id,
            "position": position,
            "ticket_type_id": line.ticket_type_id,
            "name": line.name,
            "quantity": line.quantity,
            "unit_price_minor": line.unit_price.minor,
            "discount_minor": line.discount.minor,
        }
        for position, line in enumerate(order.lines)
    ]


def order_from_rows(row: Row[Any], lines: Iterable[Row[Any]]) -> Order:
    """The order from its row and the rows of its lines, in order of position."""
    currency = row.currency
    return Order(
        organization_id=row.organization_id,
        id=row.id,
        number=row.number,
        event_id=row.event_id,
        buyer=Buyer(id=row.buyer_id, name=row.buyer_name, email=row.buyer_email),
        currency=currency,
        lines=tuple(
            OrderLine(
                ticket_type_id=line.ticket_type_id,
                name=line.name,
                quantity=line.quantity,
                unit_price=Money(line.unit_price_minor, currency),
                discount=Money(line.discount_minor, currency),
            )
            for line in lines
        ),
        fees=Money(row.fees_minor, currency),
        tax=Money(row.tax_minor, currency),
        draws=tuple(map(Draw, row.draw_ids, row.draw_units)),
        placed_at=row.placed_at,
        expires_at=row.expires_at,
        promo_code_id=row.promo_code_id,
        promo_code=row.promo_code,
        status=OrderStatus(row.status),
        paid_at=row.paid_at,
        closed_at=row.closed_at,
        close_reason=row.close_reason,
        cart_id=row.cart_id,
        version=row.version,
    )


def ticket_to_row(ticket: Ticket) -> dict[str, Any]:
    return {
        "organization_id": ticket.organization_id,
        "id": ticket.id,
        "order_id": ticket.order_id,
        "line_position": ticket.line_position,
        "unit": ticket.unit,
        "event_id": ticket.event_id,
        "ticket_type_id": ticket.ticket_type_id,
        "code": ticket.code,
        "generation": ticket.generation,
        "holder_id": ticket.holder_id,
        "holder_name": ticket.holder_name,
        "holder_email": ticket.holder_email,
        "price_minor": ticket.price.minor,
        "currency": ticket.price.currency,
        "status": ticket.status.value,
        "issued_at": ticket.issued_at,
        "cancelled_at": ticket.cancelled_at,
        "version": ticket.version,
    }


def ticket_from_row(row: Row[Any]) -> Ticket:
    return Ticket(
        organization_id=row.organization_id,
        id=row.id,
        order_id=row.order_id,
        line_position=row.line_position,
        unit=row.unit,
        event_id=row.event_id,
        ticket_type_id=row.ticket_type_id,
        code=bytes(row.code),
        generation=row.generation,
        holder_id=row.holder_id,
        holder_name=row.holder_name,
        holder_email=row.holder_email,
        price=Money(row.price_minor, row.currency),
        status=TicketStatus(row.status),
        issued_at=row.issued_at,
        cancelled_at=row.cancelled_at,
        version=row.version,
    )


def cart_to_row(cart: Cart) -> dict[str, Any]:
    return {
        "organization_id": cart.organization_id,
        "id": cart.id,
        "event_id": cart.event_id,
        "owner_id": cart.owner_id,
        "token_hash": cart.token_hash,
        "client": cart.client,
        "status": cart.status.value,
        "currency": cart.currency,
        "items": [
            {
                "ticket_type_id": str(item.ticket_type_id),
                "name": item.name,
                "quantity": item.quantity,
                "unit_price_minor": item.unit_price.minor,
            }
            for item in cart.items
        ],
        "promo_code": cart.promo_code,
        "draw_ids": [draw.allotment_id for draw in cart.draws],
        "draw_units": [draw.units for draw in cart.draws],
        "places": cart.places,
        "opened_at": cart.opened_at,
        "expires_at": cart.expires_at,
        "extendable_until": cart.extendable_until,
        "closed_at": cart.closed_at,
        "order_id": cart.order_id,
    }


def allotment_from_row(row: Row[Any]) -> Allotment:
    return Allotment(
        organization_id=row.organization_id,
        id=row.allotment_id,
        capacity=row.capacity,
        held=row.held,
        sold=row.sold,
        blocked=row.blocked,
        revision=row.revision,
        waiting=row.waiting,
    )


def cart_from_row(row: Row[Any]) -> Cart:
    return Cart(
        organization_id=row.organization_id,
        id=row.id,
        event_id=row.event_id,
        owner_id=row.owner_id,
        token_hash=None if row.token_hash is None else bytes(row.token_hash),
        client=row.client,
        currency=row.currency,
        items=tuple(
            CartItem(
                ticket_type_id=TicketTypeId(UUID(item["ticket_type_id"])),
                name=item["name"],
                quantity=item["quantity"],
                unit_price=Money(item["unit_price_minor"], row.currency),
            )
            for item in row.items
        ),
        draws=tuple(map(Draw, row.draw_ids, row.draw_units)),
        opened_at=row.opened_at,
        expires_at=row.expires_at,
        extendable_until=row.extendable_until,
        promo_code=row.promo_code,
        status=CartStatus(row.status),
        closed_at=row.closed_at,
        order_id=row.order_id,
        version=row.version,
    )
