"""A batch of orders as columns: what orders of one quote share is sent once."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from adapters.bridges.order_payments import begun_with
from adapters.postgres.arrays import (
    IntegerArray,
    JsonArray,
    LongArray,
    PackedArray,
    ShortArray,
    TextArray,
    UuidArray,
    blobs,
    documents,
    integers,
    longs,
    one_document,
    one_integer,
    one_long,
    one_short,
    one_text,
    one_uuid,
    shorts,
    texts,
    uuids,
)
from application.sales.one_trip import Batch
from domain.sales.quote import Quote
from domain.shared.ids import AllotmentId, OrganizationId, SessionId


@dataclass(slots=True)
class _Move:
    """What a batch does to one counter."""

    id: AllotmentId
    organization_id: OrganizationId
    in_carts: int
    held: int = 0
    sold: int = 0
    revision: int = -1
    """That the event's counter must have; -1 on the others."""


def guard_of(
    organization_ids: Collection[OrganizationId], sessions: Collection[SessionId]
) -> dict[str, Any]:
    """Whose rows may be touched, and which sessions must be alive."""
    return {"scope": _literal(sorted(organization_ids)), "sessions": uuids(sessions)}


class _Packed(NamedTuple):
    """What all orders of one quote share, each column's element as PostgreSQL takes it."""

    quote: Quote
    row: tuple[bytes, ...]
    """In the order of `_SHARED`."""
    lines: Sequence[tuple[bytes, ...]]
    """In the order of `_LINES`."""
    draws: list[tuple[bytes, bytes]]


_SHARED: tuple[tuple[str, type[PackedArray]], ...] = (
    ("q_organization_id", UuidArray),
    ("q_event_id", UuidArray),
    ("q_currency", TextArray),
    ("q_subtotal", LongArray),
    ("q_discount", LongArray),
    ("q_fees", LongArray),
    ("q_tax", LongArray),
    ("q_total", LongArray),
    ("q_draw_ids", TextArray),
    ("q_draw_units", TextArray),
    ("q_payload", JsonArray),
)
_LINES: tuple[tuple[str, type[PackedArray]], ...] = (
    ("l_position", ShortArray),
    ("l_ticket_type_id", UuidArray),
    ("l_name", TextArray),
    ("l_quantity", IntegerArray),
    ("l_price", LongArray),
    ("l_discount", LongArray),
)
PACKED_MAX = 2_000
_ENCODER = msgspec.json.Encoder()


class PackedQuotes:
    """By the quote's identity: a quote is good until the offer changes, for thousands of orders."""

    def __init__(self) -> None:
        self._packed: dict[int, _Packed] = {}

    def of(self, quote: Quote) -> _Packed:
        known = self._packed.get(id(quote))
        if known is not None and known.quote is quote:
            return known
        if len(self._packed) >= PACKED_MAX:
            self._packed.clear()
        made = self._packed[id(quote)] = _pack(quote)
        return made


def columns_of(
    batch: Batch, packed: PackedQuotes, *, clock: datetime | None
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """The parameters of the three statements."""
    quotes = {id(claim.quote): claim.quote for claim, _ in batch.placed}
    numbers = {key: number for number, key in enumerate(quotes)}
    columns = _shared([packed.of(quote) for quote in quotes.values()]) | _orders(batch, numbers)
    if batch.decisions.payments:
        columns |= _payments(batch)
    if batch.decisions.tickets:
        columns |= _tickets(batch)
    columns["now"] = batch.now
    columns["expires_at"] = batch.placed[0][1].expires_at
    organizations = {quote.organization_id for quote in quotes.values()}
    guard = guard_of(organizations, set(batch.sessions))
    return guard, columns, _moves(batch, list(quotes.values()), clock)


def _pack(quote: Quote) -> _Packed:
    payload = {"organization_id": quote.organization_id, "event_id": quote.event_id}
    amounts = (quote.subtotal, quote.discount, quote.fees, quote.tax, quote.total)
    row = (
        one_uuid(quote.organization_id),
        one_uuid(quote.event_id),
        one_text(quote.currency),
        *(one_long(amount.minor) for amount in amounts),
        one_text(_literal(draw.allotment_id for draw in quote.draws)),
        one_text(_literal(draw.units for draw in quote.draws)),
        one_document(msgspec.json.encode(payload)),
    )
    lines = [
        (
            one_short(position),
            one_uuid(line.ticket_type_id),
            one_text(line.name),
            one_integer(line.quantity),
            one_long(line.unit_price.minor),
            one_long(line.discount.minor),
        )
        for position, line in enumerate(quote.lines)
    ]
    draws = [(one_uuid(draw.allotment_id), one_integer(draw.units)) for draw in quote.draws]
    return _Packed(quote, row, lines, draws)


def _shared(packed: list[_Packed]) -> dict[str, Any]:
    lines = [(number, line) for number, one in enumerate(packed) for line in one.lines]
    draws = [(number, draw) for number, one in enumerate(packed) for draw in one.draws]
    columns: dict[str, Any] = {
        name: kind([one.row[place] for one in packed]) for place, (name, kind) in enumerate(_SHARED)
    }
    columns |= {
        name: kind([line[place] for _, line in lines]) for place, (name, kind) in enumerate(_LINES)
    }
    return columns | {
        "q_number": integers(range(len(packed))),
        "l_quote": integers([number for number, _ in lines]),
        "d_quote": integers([number for number, _ in draws]),
        "d_allotment_id": UuidArray([draw[0] for _, draw in draws]),
        "d_units": IntegerArray([draw[1] for _, draw in draws]),
    }


def _orders(batch: Batch, numbers: dict[int, int]) -> dict[str, Any]:
    placed = batch.placed
    keyed = sorted(batch.keys, key=lambda one: one[0].id.int)  # As everybody takes them.
    return {
        "o_quote": integers([numbers[id(claim.quote)] for claim, _ in placed]),
        "o_id": uuids([order.id for _, order in placed]),
        "o_number": texts([order.number for _, order in placed]),
        "o_buyer_id": uuids([order.buyer.id for _, order in placed]),
        "o_buyer_name": texts([order.buyer.name for _, order in placed]),
        "o_buyer_email": texts([order.buyer.email for _, order in placed]),
        "o_is_paid": integers([order.paid_at is not None for _, order in placed]),
        "o_origin": documents(map(_ENCODER.encode, batch.origins)),
        "k_id": uuids([key.id for key, _ in keyed]),
        "k_fingerprint": uuids([key.fingerprint for key, _ in keyed]),
        "k_outcome": uuids([order.id for _, order in keyed]),
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
    """Per quote and not per order: all orders of one quote draw the same.

    Rows are kept by the number that an id is: numbers are found and sorted several times faster.
    """
    pending = Counter(id(claim.quote) for claim, order in batch.placed if order.paid_at is None)
    paid = Counter(id(claim.quote) for claim, order in batch.placed if order.paid_at is not None)
    moves: dict[int, _Move] = {}
    for quote in quotes:
        for id_ in quote.allotments:
            if id_.int not in moves:
                in_carts = max(batch.in_carts.get(id_, 0), 0) if batch.in_carts else 0
                moves[id_.int] = _Move(id_, quote.organization_id, in_carts)
        moves[quote.event_id.int].revision = quote.revision
        for draw in quote.draws:
            move = moves[draw.allotment_id.int]
            move.held += draw.units * pending[id(quote)]
            move.sold += draw.units * paid[id(quote)]
    rows = [moves[number] for number in sorted(moves)]
    return {
        "ids": uuids([row.id for row in rows]),
        "organization_ids": uuids([row.organization_id for row in rows]),
        "held": integers([row.held for row in rows]),
        "sold": integers([row.sold for row in rows]),
        "in_carts": integers([row.in_carts for row in rows]),
        "revisions": integers([row.revision for row in rows]),
        "clock": clock,
    }


def _literal(values: Any) -> str:
    return "{" + ",".join(map(str, values)) + "}"
