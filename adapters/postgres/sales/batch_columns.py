"""A batch of orders as columns: what orders of one quote share is sent once."""

from collections import Counter
from datetime import datetime
from typing import Any

import msgspec

from adapters.bridges.order_payments import begun_with
from adapters.postgres.arrays import blobs, documents, integers, longs, shorts, texts, uuids
from application.sales.one_trip import Batch
from domain.sales.box_office import MovementKind
from domain.sales.quote import Quote
from domain.shared.ids import AllotmentId, EventId


def columns_of(
    batch: Batch, *, clock: datetime | None
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """The parameters of the three statements."""
    quotes = {id(claim.quote): claim.quote for claim, _ in batch.placed}
    numbers = {key: number for number, key in enumerate(quotes)}
    columns = _shared(list(quotes.values()), batch.now) | _orders(batch, numbers)
    if batch.decisions.payments:
        columns |= _payments(batch)
    if batch.decisions.tickets:
        columns |= _tickets(batch)
    columns["now"] = batch.now
    columns["expires_at"] = batch.placed[0][1].expires_at
    organizations = {quote.organization_id for quote in quotes.values()}
    guard = {
        "scope": "{" + ",".join(map(str, sorted(organizations))) + "}",
        "sessions": uuids(set(batch.sessions)),
    }
    return guard, columns, _moves(batch, list(quotes.values()), clock)


def _shared(quotes: list[Quote], now: datetime) -> dict[str, Any]:
    payloads = [
        msgspec.json.encode(
            {"organization_id": quote.organization_id, "event_id": quote.event_id, "at": now}
        )
        for quote in quotes
    ]
    lines = [
        (number, position, line)
        for number, quote in enumerate(quotes)
        for position, line in enumerate(quote.lines)
    ]
    draws = [(number, draw) for number, quote in enumerate(quotes) for draw in quote.draws]
    return {
        "q_number": integers(range(len(quotes))),
        "q_organization_id": uuids([quote.organization_id for quote in quotes]),
        "q_event_id": uuids([quote.event_id for quote in quotes]),
        "q_currency": texts([quote.currency for quote in quotes]),
        "q_subtotal": longs([quote.subtotal.minor for quote in quotes]),
        "q_discount": longs([quote.discount.minor for quote in quotes]),
        "q_fees": longs([quote.fees.minor for quote in quotes]),
        "q_tax": longs([quote.tax.minor for quote in quotes]),
        "q_total": longs([quote.total.minor for quote in quotes]),
        "q_draw_ids": texts([_literal(d.allotment_id for d in q.draws) for q in quotes]),
        "q_draw_units": texts([_literal(d.units for d in q.draws) for q in quotes]),
        "q_payload": documents(payloads),
        "l_quote": integers([number for number, _, _ in lines]),
        "l_position": shorts([position for _, position, _ in lines]),
        "l_ticket_type_id": uuids([line.ticket_type_id for _, _, line in lines]),
        "l_name": texts([line.name for _, _, line in lines]),
        "l_quantity": integers([line.quantity for _, _, line in lines]),
        "l_price": longs([line.unit_price.minor for _, _, line in lines]),
        "l_discount": longs([line.discount.minor for _, _, line in lines]),
        "d_quote": integers([number for number, _ in draws]),
        "d_allotment_id": uuids([draw.allotment_id for _, draw in draws]),
        "d_units": integers([draw.units for _, draw in draws]),
    }


def _orders(batch: Batch, numbers: dict[int, int]) -> dict[str, Any]:
    placed = batch.placed
    return {
        "o_quote": integers([numbers[id(claim.quote)] for claim, _ in placed]),
        "o_id": uuids([order.id for _, order in placed]),
        "o_number": texts([order.number for _, order in placed]),
        "o_buyer_id": uuids([order.buyer.id for _, order in placed]),
        "o_buyer_name": texts([order.buyer.name for _, order in placed]),
        "o_buyer_email": texts([order.buyer.email for _, order in placed]),
        "o_is_paid": integers([order.paid_at is not None for _, order in placed]),
        "k_id": uuids([key.id for key in batch.keys]),
        "k_fingerprint": uuids([key.fingerprint for key in batch.keys]),
        "k_outcome": uuids([order.id for order in batch.keys.values()]),
    }


def _payments(batch: Batch) -> dict[str, Any]:
    payments = [begun_with(order, attempt) for order, attempt in batch.decisions.payments]
    return {
        "p_order_id": uuids([payment.order_id for payment in payments]),
        "p_id": uuids([payment.id for payment in payments]),
        "p_tries": integers([payment.tries for payment in payments]),
        "p_provider": texts([payment.provider for payment in payments]),
        "p_provider_ref": texts([payment.provider_ref for payment in payments]),
        "p_client_secret": texts([payment.client_secret for payment in payments]),
        "p_status": texts([payment.status.value for payment in payments]),
        "p_received": longs([payment.received_minor for payment in payments]),
        "p_failure_code": texts([payment.failure_code for payment in payments]),
        "p_review_flag": texts([payment.review_flag for payment in payments]),
        "p_is_settled": integers([payment.settled_at is not None for payment in payments]),
    }


def _tickets(batch: Batch) -> dict[str, Any]:
    tickets = batch.decisions.tickets
    return {
        "t_order_id": uuids([ticket.order_id for ticket in tickets]),
        "t_id": uuids([ticket.id for ticket in tickets]),
        "t_position": shorts([ticket.line_position for ticket in tickets]),
        "t_unit": shorts([ticket.unit for ticket in tickets]),
        "t_ticket_type_id": uuids([ticket.ticket_type_id for ticket in tickets]),
        "t_code": blobs([ticket.code for ticket in tickets]),
        "t_price": longs([ticket.price.minor for ticket in tickets]),
    }


def _moves(batch: Batch, quotes: list[Quote], clock: datetime | None) -> dict[str, Any]:
    held: Counter[AllotmentId] = Counter()
    sold: Counter[AllotmentId] = Counter()
    owner = {}
    for movement in batch.decisions.movements:
        owner[movement.allotment_id] = movement.organization_id
        if movement.kind is MovementKind.HOLD:
            held[movement.allotment_id] += movement.quantity
        else:
            held[movement.allotment_id] -= movement.quantity
            sold[movement.allotment_id] += movement.quantity
    revisions: dict[EventId, int] = {}
    for quote in quotes:
        revisions[quote.event_id] = quote.revision
        owner.setdefault(AllotmentId(quote.event_id), quote.organization_id)
    ids = sorted(owner)
    return {
        "ids": uuids(ids),
        "organization_ids": uuids([owner[id_] for id_ in ids]),
        "held": integers([held[id_] for id_ in ids]),
        "sold": integers([sold[id_] for id_ in ids]),
        "in_carts": integers([max(batch.in_carts.get(id_, 0), 0) for id_ in ids]),
        "revisions": integers([revisions.get(EventId(id_), -1) for id_ in ids]),
        "clock": clock,
    }


def _literal(values: Any) -> str:
    return "{" + ",".join(map(str, values)) + "}"
