"""Which cart a visitor means, and what it would cost: where every story about carts begins."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from application.sales.carts import CartPlaces, CartStock, CartVisitor, hash_of
from application.sales.ports import QuoteRequest, Quotes, WantedItem
from application.shared.clock import Clock
from domain.sales.cart import Cart
from domain.sales.errors import CartNotFound, CustomerLimitReached
from domain.sales.quote import Quote
from domain.shared.errors import DomainError
from domain.shared.ids import TicketTypeId

KEPT = timedelta(days=1)
"""How long a person finds an expired or ordered cart again; a token finds its cart for good."""


@dataclass(frozen=True, slots=True)
class CartAccess:
    """The cart of the token that is shown, or else the person's own; and prices for it."""

    places: CartPlaces
    quotes: Quotes
    clock: Clock
    stock: CartStock

    async def find(self, visitor: CartVisitor) -> Cart | None:
        """None if the visitor has none yet. Raises CartNotFound for a token that is not ours."""
        if visitor.token is not None:
            cart = await self.places.of_token(hash_of(visitor.token))
            if cart is None:
                raise CartNotFound
            return cart
        if visitor.actor is None:
            return None
        since = self.clock() - KEPT
        return await self.places.of_owner(visitor.actor.user_id, since=since)

    async def get(self, visitor: CartVisitor) -> Cart:
        """Raises CartNotFound, CartOrdered."""
        cart = await self.find(visitor)
        if cart is None:
            raise CartNotFound
        cart.check_usable()
        return cart

    async def try_quotes(
        self, visitor: CartVisitor, *wishes: tuple[tuple[WantedItem, ...], str | None]
    ) -> list[Quote | DomainError]:
        """Of items and a code each, in order; none beyond what a customer may have."""
        member_of = visitor.actor.insider_of if visitor.actor else frozenset()
        answers = await self.quotes.quote(
            [QuoteRequest(items, promo_code, member_of) for items, promo_code in wishes]
        )
        return [
            answer if isinstance(answer, DomainError) else await self._limited(visitor, answer)
            for answer in answers
        ]

    async def _limited(self, visitor: CartVisitor, quote: Quote) -> Quote | DomainError:
        """What a guest already has is not known before the order: the address comes with it."""
        had: dict[TicketTypeId, int] = {}
        if quote.per_customer and visitor.actor is not None:
            email = visitor.actor.email
            of = {limit.allotment_of(email): limit.ticket_type_id for limit in quote.per_customer}
            counted = await self.stock.counted(quote.organization_id, of)
            had = {of[id_]: one.held + one.sold for id_, one in counted.items()}
        for limit in quote.per_customer:
            has = had.get(limit.ticket_type_id, 0)
            if has + limit.quantity > limit.maximum:
                return CustomerLimitReached(
                    ticket_type_id=limit.ticket_type_id, maximum=limit.maximum, had=has
                )
        return quote

    async def quote(
        self,
        visitor: CartVisitor,
        items: tuple[WantedItem, ...],
        promo_code: str | None = None,
    ) -> Quote:
        """Raises what quotes refuse."""
        [answer] = await self.try_quotes(visitor, (items, promo_code))
        if isinstance(answer, DomainError):
            raise answer
        return answer


def wanted_of(cart: Cart, at: datetime) -> tuple[WantedItem, ...]:
    """What is in it, at the prices that it promises, if it lives."""
    promised = cart.promised(at)
    return tuple(
        WantedItem(item.ticket_type_id, item.quantity, promised.get(item.ticket_type_id))
        for item in cart.items
    )
