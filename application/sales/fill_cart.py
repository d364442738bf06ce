"""A cart takes what was quoted: first the soft hold, then the row, never one without the other."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import msgspec
from msgspec import Struct

from application.sales.carts import (
    BeginCarts,
    CartChanged,
    CartPlaces,
    CartStock,
    CartsTransaction,
    CartVisitor,
    hash_of,
)
from application.sales.ports import AdmissionPasses
from application.sales.soft_holds import CartHold, HoldRefused, SoftHolds
from application.shared.clock import Clock
from application.shared.ids import IdFactory
from domain.sales.cart import Cart, CartTerms, draws_of, places_of
from domain.sales.errors import (
    AdmissionPassNeeded,
    GuestCheckoutNotAllowed,
    NotOnSale,
    Reserved,
    SoldOut,
)
from domain.sales.hoarding import MINUTE, CartLimits, guest_carts_full
from domain.sales.quote import Quote
from domain.shared.errors import DomainError, StaleVersion
from domain.shared.ids import AllotmentId, CartId, EventId


class Filling(Struct, frozen=True, kw_only=True):
    """What a cart is to take."""

    quote: Quote
    cart: Cart | None
    """As it was read; None for a new one."""
    giving_way: Cart | None = None
    """The lapsed cart that its owner leaves for a new one."""
    promo_code: str | None = None


@dataclass(frozen=True, slots=True)
class FillCart:
    """Hold what was quoted and keep it in the cart. Without the cache nothing is held.

    Raises GuestCheckoutNotAllowed, AdmissionPassNeeded, SaleNotOpen, SaleClosed, NotOnSale,
    SoldOut, Reserved, TooManyCarts, TooManyTicketsInCarts, GuestCartsFull, and StaleVersion if the
    cart was changed meanwhile.
    """

    begin: BeginCarts
    places: CartPlaces
    stock: CartStock
    holds: SoftHolds
    passes: AdmissionPasses
    ids: IdFactory
    clock: Clock
    terms: CartTerms
    limits: CartLimits

    async def __call__(self, visitor: CartVisitor, wish: Filling) -> CartChanged:
        quote, now = wish.quote, self.clock()
        self._check_visitor(visitor, quote, now)
        token = self.ids.secret() if wish.cart is None and visitor.actor is None else None
        cart = wish.cart or self._open(visitor, wish, token, now)
        room = None
        if cart.is_anonymous:
            room = await self.stock.room_of(quote.organization_id, quote.event_id)
        # Looked at before anything is held: who hoards shall not disturb even for a moment.
        async with self.begin(visitor.glance(quote.organization_id)) as tx:
            await self._check_limits(tx, cart, wish, room)
        changed = _changed(cart, wish, token, now)
        units = {draw.allotment_id: draw.units for draw in draws_of(quote)}
        await self._hold(cart, units, room, now)
        try:
            async with self.begin(visitor.within(quote.organization_id)) as tx:
                await self._check_limits(tx, cart, wish, room)
                if wish.cart is None:
                    await _give_way(tx, wish.giving_way)
                    cart.begin(at=tx.now, terms=self.terms)
                    await tx.carts.add(cart)
                else:
                    await self._fill(tx, wish.cart, wish, now)
                tx.remember(msgspec.to_builtins(changed), is_secret=token is not None)
        except BaseException:
            await self.settle(cart.id, cart.event_id)
            raise
        return changed

    async def hold_again(self, cart: Cart, now: datetime) -> None:
        """A live cart's lost hold is taken from what is open to all now, all of it or nothing.

        Its row counts in the guests' share already. Raises SoldOut, Reserved, NotOnSale.
        """
        if cart.draws:
            units = {draw.allotment_id: draw.units for draw in cart.draws}
            await self._hold(cart, units, None, now)

    async def settle(self, cart_id: CartId, event_id: EventId) -> None:
        """The hold becomes what the row says, as far as others leave it. Never raises."""
        with suppress(DomainError):  # Without the database it runs out by itself.
            cart = (await self.places.of_ids([cart_id])).get(cart_id)
            if cart is not None and cart.is_live(self.clock()) and cart.draws:
                units = {draw.allotment_id: draw.units for draw in cart.draws}
                free = await self.stock.open_to_all(cart.organization_id, units)
                await self.holds.hold(
                    CartHold(
                        event_id=cart.event_id,
                        cart_id=cart.id,
                        units=units,
                        free=free,
                        expires_at=cart.expires_at,
                        is_anonymous=cart.is_anonymous,
                    )
                )
            else:
                await self.holds.drop({cart_id: event_id})

    def _check_visitor(self, visitor: CartVisitor, quote: Quote, now: datetime) -> None:
        """What an order would be refused for, the cart is refused for."""
        if visitor.actor is None and not quote.is_for_guests:
            raise GuestCheckoutNotAllowed(organization_id=quote.organization_id)
        quote.check_windows(now)
        admission_pass = visitor.admission_pass
        if quote.needs_pass and not (
            admission_pass is not None
            and self.passes.admits(admission_pass, quote.event_id, visitor.visitor)
        ):
            raise AdmissionPassNeeded(event_id=quote.event_id)

    def _open(self, visitor: CartVisitor, wish: Filling, token: str | None, now: datetime) -> Cart:
        return Cart.open(
            wish.quote,
            id=CartId(self.ids.new()),
            owner_id=None if visitor.actor is None else visitor.actor.user_id,
            token_hash=None if token is None else hash_of(token),
            client=visitor.client,
            promo_code=wish.promo_code,
            at=now,
            terms=self.terms,
        )

    async def _check_limits(
        self, tx: CartsTransaction, cart: Cart, wish: Filling, room: int | None
    ) -> None:
        others = await tx.carts.of_client(cart.client, since=tx.now - MINUTE, but=cart.id)
        if wish.cart is None or not wish.cart.is_live(tx.now):
            self.limits.check_opening(others, tx.now)
        if cart.is_anonymous:
            places = places_of(wish.quote)
            self.limits.check_guest(others, places, tx.now)
            guests = await tx.carts.of_guests(cart.event_id, but=cart.id)
            self.limits.check_share(guests, places, room, tx.now)

    async def _hold(
        self, cart: Cart, units: Mapping[AllotmentId, int], room: int | None, now: datetime
    ) -> None:
        """All of it or nothing. Raises SoldOut, Reserved, NotOnSale, GuestCartsFull."""
        free = await self.stock.open_to_all(cart.organization_id, units)
        _refuse_sold_out(units, free)
        held = await self.holds.hold(
            CartHold(
                event_id=cart.event_id,
                cart_id=cart.id,
                units=units,
                free=free,
                expires_at=cart.expires_at if cart.is_live(now) else now + self.terms.hold_for,
                is_anonymous=cart.is_anonymous,
                anonymous_free=self.limits.guest_share(room),
            )
        )
        if not isinstance(held, HoldRefused):
            return
        if held.allotment_id is None:
            raise guest_carts_full(held.retry_at, now)
        raise Reserved(
            allotment_id=held.allotment_id,
            wanted=units[held.allotment_id],
            retry_at=held.retry_at,
        )

    async def _fill(self, tx: CartsTransaction, cart: Cart, wish: Filling, asked: datetime) -> None:
        """Into the cart as it is stored, if it still is as it was read and quoted."""
        stored = (await tx.carts.lock([cart.id])).get(cart.id)
        if stored is None or stored.version != cart.version:
            raise StaleVersion
        if stored.is_live(tx.now) != cart.is_live(asked):
            raise StaleVersion  # Its time ran out in between: what was promised holds no more.
        stored.fill(wish.quote, at=tx.now, terms=self.terms)
        if wish.promo_code is not None:
            stored.promo_code = wish.promo_code
        await tx.carts.save(stored)


async def _give_way(tx: CartsTransaction, former: Cart | None) -> None:
    if former is not None:
        stored = (await tx.carts.lock([former.id]))[former.id]
        if stored.version != former.version:
            raise StaleVersion
        stored.give_way(at=tx.now)
        await tx.carts.save(stored)


def _changed(cart: Cart, wish: Filling, token: str | None, now: datetime) -> CartChanged:
    before = {item.ticket_type_id: item.unit_price for item in cart.items}
    return CartChanged(
        cart_id=cart.id,
        cart_token=token,
        is_renewed=cart.is_lapsed(now),
        previous_prices={
            line.ticket_type_id: str(before[line.ticket_type_id])
            for line in wish.quote.lines
            if before.get(line.ticket_type_id, line.unit_price) != line.unit_price
        },
    )


def _refuse_sold_out(
    units: Mapping[AllotmentId, int], free: Mapping[AllotmentId, int | None]
) -> None:
    for allotment_id, wanted in units.items():
        if allotment_id not in free:
            raise NotOnSale(allotment_id=allotment_id)
        available = free[allotment_id]
        if available is not None and wanted > available:
            raise SoldOut(allotment_id=allotment_id, wanted=wanted, available=available)
