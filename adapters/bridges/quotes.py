"""Sales asks pricing what orders cost: offers and price rules in, quotes and refusals out."""

from collections import Counter
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

import msgspec

from application.pricing.ports import Offer, OfferedCode, OfferedType, Offers, TriedItem
from application.sales.ports import QuoteRequest, WantedItem
from application.shared.clock import Clock
from domain.pricing.charges import Charges, FeePolicy, PricedLine, charge_for, subtotal_of
from domain.pricing.discount import Discount
from domain.pricing.errors import InvalidPromoCode, PromoCodeUnknown
from domain.pricing.promo_code import PromoCode, normal_code
from domain.sales.errors import (
    EmptyOrder,
    InvalidQuantity,
    NotOnSale,
    PromoCodeExhausted,
    QuantityOutOfRange,
    SeveralEvents,
    TicketTypeNotFound,
)
from domain.sales.order import Draw, OrderLine
from domain.sales.quote import PerCustomer, Quote, Window
from domain.shared.errors import DomainError
from domain.shared.ids import AllotmentId, EventId, OrganizationId, TicketTypeId
from domain.shared.money import Money
from domain.shared.period import Period

TICKET_TYPES_MAX = 20
TICKETS_MAX = 100
"""In one order."""
REMEMBERED_MAX = 10_000
"""Quotes; then all are forgotten."""

CodeKey = tuple[OrganizationId, str]


class _Wish(NamedTuple):
    """How many of which offered types, in the order in which they were named."""

    offer: Offer
    items: tuple[tuple[OfferedType, int], ...]
    """At the promised price, where one was promised."""
    code: CodeKey | None


class _Answer(NamedTuple):
    offer: Offer
    quote: Quote
    code: OfferedCode | None


class _Remembered(NamedTuple):
    """A quote, good for as long as the offer is this very object: until it changes."""

    named: TicketTypeId
    offer: Offer
    quote: Quote


class PricedQuotes:
    """Quotes from the present offer. A refusal concerns its own request alone."""

    def __init__(self, offers: Offers, clock: Clock) -> None:
        self._offers = offers
        self._clock = clock
        self._remembered: dict[Hashable, _Remembered] = {}

    async def quote(self, requests: Sequence[QuoteRequest]) -> list[Quote | DomainError]:
        """In an on-sale minute most people want the same: one reading is one quote for them all."""
        known = [self._remembered.get(_key(request)) for request in requests]
        named = {one.named for one in known if one is not None}
        offers = await self._offers.offers(named) if named else {}
        quotes: dict[int, Quote | DomainError] = {
            index: one.quote
            for index, one in enumerate(known)
            if one is not None and offers.get(one.named) is one.offer
        }
        rest = {i: request for i, request in enumerate(requests) if i not in quotes}
        if rest:
            for index, answer in zip(rest, await self._answers(list(rest.values())), strict=True):
                if isinstance(answer, _Answer):
                    quotes[index] = answer.quote
                    self._remember(rest[index], answer)
                else:
                    quotes[index] = answer
        return [quotes[index] for index in range(len(requests))]

    def _remember(self, request: QuoteRequest, answer: _Answer) -> None:
        key = _key(request)
        if key is not None and answer.offer.is_public:
            if len(self._remembered) >= REMEMBERED_MAX:
                self._remembered.clear()
            named = request.items[0].ticket_type_id
            self._remembered[key] = _Remembered(named, answer.offer, answer.quote)

    def forget(self, event_ids: Collection[EventId]) -> None:
        self._offers.forget(event_ids)

    async def discount(
        self,
        code: str,
        items: Sequence[TriedItem],
        member_of: frozenset[OrganizationId | EventId],
    ) -> Money:
        wanted = tuple(WantedItem(item.ticket_type_id, item.quantity) for item in items)
        [answer] = await self._answers([QuoteRequest(wanted, code, member_of)])
        if isinstance(answer, DomainError):
            raise answer
        _, quote, offered = answer
        if offered is not None and offered.uses_left is not None and offered.uses_left < 1:
            raise PromoCodeExhausted
        return Money.sum((line.discount for line in quote.lines), quote.currency)

    async def _answers(self, requests: Sequence[QuoteRequest]) -> list[_Answer | DomainError]:
        """Asks the same question of all requests at once: two reads at most for any number."""
        answers: dict[int, _Answer | DomainError] = {}
        baskets: dict[int, Mapping[TicketTypeId, int]] = {}
        for index, request in enumerate(requests):
            with _refused_alone(answers, index):
                baskets[index] = _basket(request)
        named = {ticket_type_id for basket in baskets.values() for ticket_type_id in basket}
        offers = await self._offers.offers(named) if named else {}
        wishes: dict[int, _Wish] = {}
        for index, basket in baskets.items():
            with _refused_alone(answers, index):
                request = requests[index]
                wishes[index] = _wish(request, basket, offers)
        codes = await self._offers.codes({wish.code for wish in wishes.values() if wish.code})
        now = self._clock()
        for index, wish in wishes.items():
            with _refused_alone(answers, index):
                answers[index] = _answer(wish, codes, now)
        return [answers[index] for index in range(len(requests))]


@contextmanager
def _refused_alone(answers: dict[int, _Answer | DomainError], index: int) -> Iterator[None]:
    try:
        yield
    except DomainError as refusal:
        answers[index] = refusal


def _basket(request: QuoteRequest) -> Mapping[TicketTypeId, int]:
    """What is wanted, a type that was named twice added up."""
    basket: Counter[TicketTypeId] = Counter()
    for position, item in enumerate(request.items):
        if item.quantity < 1:
            raise InvalidQuantity(
                field=f"items[{position}].quantity", ticket_type_id=item.ticket_type_id
            )
        basket[item.ticket_type_id] += item.quantity
    if not basket:
        raise EmptyOrder
    if len(basket) > TICKET_TYPES_MAX:
        raise QuantityOutOfRange(
            f"An order takes at most {TICKET_TYPES_MAX} ticket types.", maximum=TICKET_TYPES_MAX
        )
    if basket.total() > TICKETS_MAX:
        raise QuantityOutOfRange(
            f"An order takes at most {TICKETS_MAX} tickets.", maximum=TICKETS_MAX
        )
    return basket


def _wish(
    request: QuoteRequest,
    basket: Mapping[TicketTypeId, int],
    offers: Mapping[TicketTypeId, Offer],
) -> _Wish:
    """The basket against the one offer that has all of it."""
    unknown = next((id_ for id_ in basket if id_ not in offers), None)
    if unknown is not None:
        raise TicketTypeNotFound(ticket_type_id=unknown)
    # Two readings of one event may differ in their edition; prices are never mixed.
    candidates = (offers[id_] for id_ in basket)
    offer = next((one for one in candidates if basket.keys() <= one.types.keys()), None)
    if offer is None:
        raise SeveralEvents
    is_insider = not request.member_of.isdisjoint((offer.organization_id, offer.event_id))
    if not offer.is_public and not is_insider:
        # To strangers it is not there at all, as its page is not.
        raise TicketTypeNotFound(ticket_type_id=next(iter(basket)))
    if not offer.is_offered:
        raise NotOnSale(event_id=offer.event_id)
    promised = {
        item.ticket_type_id: item.unit_price
        for item in request.items
        if item.unit_price is not None and item.unit_price.currency == offer.currency
    }
    items = tuple(
        (_at_price(offer.types[id_], promised.get(id_)), quantity)
        for id_, quantity in basket.items()
    )
    for kind, quantity in items:
        _refuse_unsold(kind, quantity)
    code = request.promo_code
    return _Wish(offer, items, None if code is None else (offer.organization_id, _known(code)))


def _at_price(kind: OfferedType, price: Money | None) -> OfferedType:
    return kind if price is None else msgspec.structs.replace(kind, price=price)


def _refuse_unsold(kind: OfferedType, quantity: int) -> None:
    if kind.is_hidden:
        raise NotOnSale(ticket_type_id=kind.id)
    if not kind.min_per_order <= quantity <= kind.max_per_order:
        raise QuantityOutOfRange(
            f"An order takes {kind.min_per_order} to {kind.max_per_order} tickets of this type.",
            ticket_type_id=kind.id,
            quantity=quantity,
            minimum=kind.min_per_order,
            maximum=kind.max_per_order,
        )


def _known(code: str) -> str:
    try:
        return normal_code(code)
    except InvalidPromoCode as error:
        raise PromoCodeUnknown from error


def _answer(wish: _Wish, codes: Mapping[CodeKey, OfferedCode], now: datetime) -> _Answer:
    offer = wish.offer
    lines = [PricedLine(kind.price, quantity) for kind, quantity in wish.items]
    offered: OfferedCode | None = None
    discount: Discount | None = None
    if wish.code is not None:
        offered = codes.get(wish.code)
        if offered is None:
            raise PromoCodeUnknown
        subtotal = subtotal_of(lines, offer.currency)
        discount = offered.promo_code.discount_for(offer.event_id, subtotal, at=now)
    fees = FeePolicy(offer.fee_percent, offer.fee_fixed)
    charges = charge_for(lines, offer.currency, fees, discount)
    promo_code = None if offered is None else offered.promo_code
    return _Answer(offer, _quote(wish, charges, promo_code), offered)


def _key(request: QuoteRequest) -> Hashable:
    """None if the answer is this buyer's alone: a code is looked at each time, a promise too."""
    if request.promo_code is not None:
        return None
    said = []
    for item in request.items:
        if item.unit_price is not None:
            return None
        said.append((item.ticket_type_id, item.quantity))
    return tuple(said)


def _quote(wish: _Wish, charges: Charges, promo_code: PromoCode | None) -> Quote:
    offer = wish.offer
    return Quote(
        organization_id=offer.organization_id,
        event_id=offer.event_id,
        event_name=offer.event_name,
        currency=offer.currency,
        lines=tuple(
            OrderLine(
                ticket_type_id=kind.id,
                name=kind.name,
                quantity=quantity,
                unit_price=kind.price,
                discount=discount,
            )
            for (kind, quantity), discount in zip(wish.items, charges.line_discounts, strict=True)
        ),
        fees=charges.fees,
        tax=charges.tax,
        draws=_draws(wish, promo_code),
        windows=tuple(_windows(wish, promo_code)),
        revision=offer.revision,
        promo_code_id=None if promo_code is None else promo_code.id,
        promo_code=None if promo_code is None else promo_code.code,
        per_customer=tuple(
            PerCustomer(kind.id, quantity, kind.max_per_customer)
            for kind, quantity in wish.items
            if kind.max_per_customer is not None
        ),
        needs_pass=offer.has_waiting_room,
        is_for_guests=offer.is_for_guests,
    )


def _draws(wish: _Wish, promo_code: PromoCode | None) -> tuple[Draw, ...]:
    """What the order takes of each allotment, in the order in which stock is locked."""
    units: Counter[AllotmentId] = Counter()
    for kind, quantity in wish.items:
        for allotment_id, each in kind.draws:
            units[allotment_id] += each * quantity
    if promo_code is not None:
        units[AllotmentId(promo_code.id)] += 1
    return tuple(Draw(allotment_id, units[allotment_id]) for allotment_id in sorted(units))


def _windows(wish: _Wish, promo_code: PromoCode | None) -> Iterator[Window]:
    """Those that are open at both ends are left out."""
    always = Period()
    if wish.offer.sales != always:
        yield Window(wish.offer.sales, of="event")
    for kind, _ in wish.items:
        if kind.sales != always:
            yield Window(kind.sales, of="ticket_type")
    if promo_code is not None and promo_code.validity != always:
        yield Window(promo_code.validity, of="promo_code")
