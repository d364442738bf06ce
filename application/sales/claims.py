"""What buyers want becomes claims: everything that can be known before the stock is locked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from application.sales.messages import PlaceOrder
from application.sales.ports import (
    AdmissionPasses,
    Basket,
    Baskets,
    CartHolds,
    InCarts,
    QuoteRequest,
    Quotes,
    Till,
    WantedItem,
)
from application.shared.emails import ReadEmail
from application.shared.ids import IdFactory
from domain.sales.box_office import Claim, Units
from domain.sales.errors import AdmissionPassNeeded, GuestCheckoutNotAllowed, SeveralBaskets
from domain.sales.order import Buyer
from domain.sales.payment_attempt import PaymentAttempt
from domain.sales.quote import Quote
from domain.shared.errors import DomainError, Unauthenticated
from domain.shared.ids import AllotmentId, CartId, EventId, PaymentId
from domain.shared.money import InvalidAmount, Money
from domain.shared.names import clean_name


class Priced(Struct, frozen=True):
    """What is wanted, and what it would cost and take; or a refusal."""

    baskets: dict[int, Basket]
    quotes: dict[int, Quote]
    refusals: dict[int, DomainError]


class Prepared(Struct, frozen=True):
    """One claim or refusal per command, and what all carts hold of the stock they want."""

    claims: dict[int, Claim]
    refusals: dict[int, DomainError]
    in_carts: Units
    first_end: Mapping[EventId, datetime]
    """When the first of an event's carts lets go."""


@dataclass(frozen=True, slots=True)
class Claims:
    """Baskets, prices, passes, soft holds and local payments: asked once for all commands."""

    carts: Baskets
    offers: Baskets
    quotes: Quotes
    passes: AdmissionPasses
    holds: CartHolds
    till: Till
    read_email: ReadEmail
    ids: IdFactory

    async def price(self, commands: Mapping[int, PlaceOrder]) -> Priced:
        """What each would cost and take. A refusal concerns its own command alone."""
        refusals: dict[int, DomainError] = {}
        baskets = await self._baskets(commands, refusals)
        asked = [self._wish(commands[index], basket) for index, basket in baskets.items()]
        quotes: dict[int, Quote] = {}
        for index, quote in zip(baskets, await self.quotes.quote(asked), strict=True):
            if isinstance(quote, DomainError):
                refusals[index] = quote
            else:
                quotes[index] = quote
        return Priced(baskets, quotes, refusals)

    async def of(self, commands: Mapping[int, PlaceOrder], priced: Priced) -> Prepared:
        """Whatever was priced, with its buyer's name and right."""
        baskets, refusals = priced.baskets, dict(priced.refusals)
        held = await self._held(priced.quotes.values(), baskets.values())
        claims: dict[int, Claim] = {}
        for index, quote in priced.quotes.items():
            try:
                claims[index] = await self._claim(commands[index], baskets[index], quote, held)
            except DomainError as refusal:
                refusals[index] = refusal
        return Prepared(claims, refusals, held.units, held.first_end)

    def forget(self, event_ids: set[EventId]) -> None:
        """The next quote for these events reads the offer anew."""
        self.quotes.forget(event_ids)

    async def drop_carts(self, claims: Iterable[Claim]) -> None:
        """What carts held is held by orders now."""
        ordered = {
            claim.cart_id: claim.quote.event_id for claim in claims if claim.cart_id is not None
        }
        if ordered:
            await self.holds.drop(ordered)

    async def _baskets(
        self, commands: Mapping[int, PlaceOrder], refusals: dict[int, DomainError]
    ) -> dict[int, Basket]:
        """What is asked for: said in so many words, kept in a cart, or offered by the list."""
        found: dict[int, Basket | DomainError] = {}
        in_carts: dict[int, PlaceOrder] = {}
        offered: dict[int, PlaceOrder] = {}
        for index, command in commands.items():
            request = command.request
            said = (request.items, request.cart_id, request.waiting_list_offer)
            if sum(map(bool, said)) > 1:
                found[index] = SeveralBaskets()
            elif request.cart_id is not None:
                in_carts[index] = command
            elif request.waiting_list_offer is not None:
                offered[index] = command
            else:
                found[index] = _as_said(command)
        for asked, source in ((in_carts, self.carts), (offered, self.offers)):
            if asked:
                answers = await source.of(list(asked.values()))
                found |= zip(asked, answers, strict=True)
        refusals |= {i: told for i, told in found.items() if isinstance(told, DomainError)}
        return {i: basket for i, basket in found.items() if isinstance(basket, Basket)}

    def _wish(self, command: PlaceOrder, basket: Basket) -> QuoteRequest:
        member_of = command.actor.insider_of if command.actor else frozenset()
        return QuoteRequest(basket.items, basket.promo_code, member_of)

    async def _held(self, quotes: Iterable[Quote], baskets: Iterable[Basket]) -> InCarts:
        """Read once for all, before the transaction begins."""
        wanted: dict[EventId, set[AllotmentId]] = {}
        for quote in quotes:
            wanted.setdefault(quote.event_id, set()).update(
                draw.allotment_id for draw in quote.draws
            )
        carts = {basket.cart_id for basket in baskets if basket.cart_id is not None}
        return await self.holds.in_carts(wanted, carts)

    async def _claim(
        self, command: PlaceOrder, basket: Basket, quote: Quote, held: InCarts
    ) -> Claim:
        request = command.request
        buyer = self._buyer(command, quote)
        shown = request.shown_total
        return Claim(
            order_id=command.order_id,
            number=(number := self.ids.number()),
            buyer=buyer,
            quote=quote,
            shown_total=None if shown is None else _shown(shown, quote.currency),
            has_pass=self._has_pass(command, basket, quote),
            cart_id=basket.cart_id,
            in_cart=_own(held, basket.cart_id),
            offer_id=basket.offer_id,
            offered=basket.offered,
            payment=await self._payment(command, quote, number, buyer),
        )

    def _has_pass(self, command: PlaceOrder, basket: Basket, quote: Quote) -> bool:
        """Whoever comes without one is sent away before the stock is locked: many will.

        Carts were filled with a pass and offers are promises, so nobody is refused who holds one.
        Raises AdmissionPassNeeded.
        """
        if not quote.needs_pass or basket.cart_id is not None or basket.offer_id is not None:
            return True
        shown = command.admission_pass or ""
        if not self.passes.admits(shown, quote.event_id, command.visitor):
            raise AdmissionPassNeeded(event_id=quote.event_id)
        return True

    def _buyer(self, command: PlaceOrder, quote: Quote) -> Buyer:
        """Raises Unauthenticated, GuestCheckoutNotAllowed, InvalidText, InvalidEmail."""
        actor, guest = command.actor, command.request.buyer
        if actor is not None:
            return Buyer(id=actor.user_id, name=actor.name, email=actor.email)
        if guest is None:
            raise Unauthenticated("Sign in, or say who buys: buyer.name and buyer.email.")
        if not quote.is_for_guests:
            raise GuestCheckoutNotAllowed(organization_id=quote.organization_id)
        name = clean_name(guest.name, field="buyer.name", longest=200)
        return Buyer(id=None, name=name, email=self.read_email(guest.email))

    async def _payment(
        self, command: PlaceOrder, quote: Quote, number: str, buyer: Buyer
    ) -> PaymentAttempt | None:
        wish = command.request.payment
        if wish is None or quote.total.minor == 0:
            return None
        return await self.till.begin_payment(
            PaymentId(self.ids.new()),
            wish.payment_method,
            organization_id=quote.organization_id,
            amount=quote.total,
            reference=number,
            email=buyer.email,
        )


def _shown(amount: Decimal, currency: str) -> Money:
    """Raises InvalidAmount, which names the field."""
    try:
        return Money.of(amount, currency)
    except InvalidAmount as refusal:
        refusal.facts["field"] = "shownTotal"
        raise


def _as_said(command: PlaceOrder) -> Basket:
    request = command.request
    items = tuple(WantedItem(item.ticket_type_id, item.quantity) for item in request.items)
    return Basket(items, request.promo_code)


def _own(held: InCarts, cart_id: CartId | None) -> Units:
    return {} if cart_id is None else held.of_cart.get(cart_id, {})
