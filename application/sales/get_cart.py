"""What a buyer sees of the cart: prices, sums, how long it holds, and what stands in its way."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from msgspec import UNSET, UnsetType

from application.sales.cart_access import CartAccess, wanted_of
from application.sales.carts import CartChanged, CartVisitor, is_theirs
from application.sales.soft_holds import SoftHolds, is_held
from application.shared.clock import Clock
from application.shared.messages import View
from domain.sales.cart import Cart, CartStatus
from domain.sales.errors import CartNotFound
from domain.sales.quote import Quote
from domain.shared.errors import DomainError
from domain.shared.ids import CartId, EventId, OrderId, OrganizationId, TicketTypeId
from domain.shared.money import Money


class CartItemView(View):
    id: TicketTypeId
    """Its ticket type: a cart has one line for each."""
    ticket_type_id: TicketTypeId
    name: str
    quantity: int
    unit_price: str
    previous_unit_price: str | None
    """What it cost before, if that is another sum."""
    subtotal: str


class CartProblem(View):
    """Why it cannot be ordered as it stands, in the words that the order would be refused with."""

    code: str
    detail: str


class CartView(View):
    """`expired` is said from the moment on in which its time is over. Sums are null while there is
    a problem.
    """

    id: CartId
    organization_id: OrganizationId
    event_id: EventId
    status: CartStatus
    items: list[CartItemView]
    currency: str
    subtotal_amount: str
    discount_amount: str | None
    fees_amount: str | None
    tax_amount: str | None
    total_amount: str | None
    promo_code: str | None
    is_held: bool
    """Others cannot buy it meanwhile. If not, the cart works, and ordering will tell."""
    is_renewed: bool
    """Its time had run out and this request began it anew: look at the prices again."""
    problem: CartProblem | None
    created_at: datetime
    expires_at: datetime
    extendable_until: datetime
    order_id: OrderId | None
    cart_token: str | UnsetType = UNSET
    """A new guest cart's: send it as X-Cart-Token. It is not told again."""


@dataclass(frozen=True, slots=True)
class GetCart:
    """The visitor's cart: an expired one at the prices of now. Raises CartNotFound."""

    access: CartAccess
    holds: SoftHolds
    clock: Clock

    async def __call__(self, visitor: CartVisitor, changed: CartChanged | None = None) -> CartView:
        """After a change: what it made of the cart, as that stands now."""
        if changed is not None:
            return await self._view(visitor, await self._changed(visitor, changed), changed)
        cart = await self.access.find(visitor)
        if cart is None:
            raise CartNotFound
        return await self._view(visitor, cart, CartChanged(cart_id=cart.id))

    async def _changed(self, visitor: CartVisitor, changed: CartChanged) -> Cart:
        cart = (await self.access.places.of_ids([changed.cart_id])).get(changed.cart_id)
        token = changed.cart_token or visitor.token
        if cart is None or not is_theirs(cart, visitor.actor, token):
            raise CartNotFound
        return cart

    async def _view(self, visitor: CartVisitor, cart: Cart, changed: CartChanged) -> CartView:
        now = self.clock()
        quote: Quote | DomainError | None = None
        if cart.items and cart.order_id is None:
            wish = (wanted_of(cart, now), cart.promo_code)
            [quote] = await self.access.try_quotes(visitor, wish)
        items = _items(cart, quote, changed.previous_prices)
        sums = quote if isinstance(quote, Quote) else None
        return CartView(
            id=cart.id,
            organization_id=cart.organization_id,
            event_id=cart.event_id,
            status=cart.status_at(now),
            items=items,
            currency=sums.currency if sums else cart.currency,
            subtotal_amount=_subtotal(cart, sums),
            discount_amount=_discount(sums),
            fees_amount=str(sums.fees) if sums else None,
            tax_amount=str(sums.tax) if sums else None,
            total_amount=str(sums.total) if sums else None,
            promo_code=cart.promo_code,
            is_held=cart.is_live(now) and await is_held(cart, self.holds, self.access.stock),
            is_renewed=changed.is_renewed,
            problem=_problem(quote),
            created_at=cart.opened_at,
            expires_at=cart.expires_at,
            extendable_until=cart.extendable_until,
            order_id=cart.order_id,
            cart_token=changed.cart_token or UNSET,
        )


def _items(
    cart: Cart, quote: Quote | DomainError | None, previous: Mapping[TicketTypeId, str]
) -> list[CartItemView]:
    today = (
        {line.ticket_type_id: line.unit_price for line in quote.lines}
        if isinstance(quote, Quote)
        else {}
    )
    views = []
    for item in cart.items:
        price = today.get(item.ticket_type_id, item.unit_price)
        former = previous.get(item.ticket_type_id)
        if former is None and price != item.unit_price:
            former = str(item.unit_price)
        views.append(
            CartItemView(
                id=item.ticket_type_id,
                ticket_type_id=item.ticket_type_id,
                name=item.name,
                quantity=item.quantity,
                unit_price=str(price),
                previous_unit_price=former,
                subtotal=str(price * item.quantity),
            )
        )
    return views


def _subtotal(cart: Cart, sums: Quote | None) -> str:
    parts: list[Money] = (
        [line.subtotal for line in sums.lines]
        if sums
        else [item.unit_price * item.quantity for item in cart.items]
    )
    return str(Money.sum(parts, sums.currency if sums else cart.currency))


def _discount(sums: Quote | None) -> str | None:
    if sums is None:
        return None
    return str(Money.sum((line.discount for line in sums.lines), sums.currency))


def _problem(quote: Quote | DomainError | None) -> CartProblem | None:
    if not isinstance(quote, DomainError):
        return None
    return CartProblem(code=quote.code, detail=quote.detail)
