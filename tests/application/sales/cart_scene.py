"""The scene of sales with carts: a price list that keeps promises, a pass, a client per visitor."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID, uuid4

from adapters.memory.database import MemoryDatabase
from adapters.memory.sales.carts import (
    MemoryCartPlaces,
    MemoryCartStock,
    MemoryCartsTransaction,
)
from adapters.memory.stock_rows import MemoryCounter
from application.sales.add_cart_item import AddCartItem, AddCartItemCommand
from application.sales.cart_access import CartAccess
from application.sales.cart_baskets import CartBaskets
from application.sales.carts import CartVisitor
from application.sales.empty_cart import EmptyCart
from application.sales.expire_carts import ExpireCarts
from application.sales.extend_lock import ExtendLock
from application.sales.fill_cart import FillCart
from application.sales.get_cart import CartView, GetCart
from application.sales.lock_seats import LockSeats, LockSeatsCommand
from application.sales.messages import GuestBuyer, PlacedOrder, PlaceOrder, PlaceOrderRequest
from application.sales.ports import QuoteRequest
from application.sales.remove_cart_item import RemoveCartItem
from application.sales.soft_holds import SoftHolds
from application.sales.update_cart import UpdateCart
from domain.sales.cart import Cart, CartTerms
from domain.sales.errors import SeveralEvents, TicketTypeNotFound
from domain.sales.hoarding import CartLimits
from domain.sales.order import Draw, OrderLine
from domain.sales.quote import Quote, Window
from domain.shared.errors import DomainError
from domain.shared.ids import AllotmentId, CartId, EventId, OrderId, TicketTypeId, UserId
from domain.shared.money import Money
from tests.application.sales.scene import Scene
from tests.domain.sales.builders import CODE, EVENT, FLOOR, ORG, VIP, usd

OTHER_EVENT = EventId(UUID(int=11))
OTHER_TYPE = TicketTypeId(UUID(int=22))
TERMS = CartTerms(timedelta(minutes=10), timedelta(minutes=30))
LIMITS = CartLimits(opened_per_minute=6, live=3, guest_places=10, guest_share_percent=20)
PASS = "a-pass"


@dataclass
class PromisingQuotes:
    """Today's prices, but for what was promised; a code takes a tenth off. Facts can be planted."""

    prices: dict[TicketTypeId, int] = field(
        default_factory=lambda: {FLOOR: 5000, VIP: 9000, OTHER_TYPE: 2000}
    )
    refusal: DomainError | None = None
    code_refusal: DomainError | None = None
    windows: tuple[Window, ...] = ()
    needs_pass: bool = False
    is_for_guests: bool = True

    async def quote(self, requests: Sequence[QuoteRequest]) -> list[Quote | DomainError]:
        return [self._quote(request) for request in requests]

    def _quote(self, request: QuoteRequest) -> Quote | DomainError:
        counts: Counter[TicketTypeId] = Counter()
        promised: dict[TicketTypeId, Money] = {}
        for item in request.items:
            counts[item.ticket_type_id] += item.quantity
            if item.unit_price is not None:
                promised[item.ticket_type_id] = item.unit_price
        refusal = self._refusal(request, counts)
        if refusal is not None:
            return refusal
        event = OTHER_EVENT if OTHER_TYPE in counts else EVENT
        draws = [Draw(AllotmentId(type_id), count) for type_id, count in counts.items()]
        draws.append(Draw(AllotmentId(event), counts.total()))
        if request.promo_code:
            draws.append(Draw(AllotmentId(CODE), 1))
        lines = []
        for type_id, count in counts.items():
            price = promised.get(type_id, usd(self.prices[type_id]))
            off = usd(price.minor * count // 10 if request.promo_code else 0)
            lines.append(
                OrderLine(
                    ticket_type_id=type_id,
                    name=f"Type {type_id.int}",
                    quantity=count,
                    unit_price=price,
                    discount=off,
                )
            )
        return Quote(
            organization_id=ORG,
            event_id=event,
            currency="USD",
            lines=tuple(lines),
            fees=usd(0),
            tax=usd(0),
            draws=tuple(sorted(draws, key=lambda draw: draw.allotment_id)),
            windows=self.windows,
            revision=0,
            promo_code_id=CODE if request.promo_code else None,
            promo_code=request.promo_code and request.promo_code.upper(),
            needs_pass=self.needs_pass,
            is_for_guests=self.is_for_guests,
        )

    def _refusal(self, request: QuoteRequest, counts: Counter[TicketTypeId]) -> DomainError | None:
        if self.refusal:
            return self.refusal
        if any(type_id not in self.prices for type_id in counts):
            return TicketTypeNotFound()
        if OTHER_TYPE in counts and len(counts) > 1:
            return SeveralEvents()
        return self.code_refusal if request.promo_code else None

    def forget(self, event_ids: Collection[EventId]) -> None:
        pass


class OnePass:
    def admits(self, admission_pass: str, event_id: EventId, visitor: str) -> bool:
        return (admission_pass, visitor) == (PASS, "ada")


class CartScene(Scene):
    def __init__(self, memory: MemoryDatabase, holds: SoftHolds | None = None) -> None:
        super().__init__(memory)
        for id_, capacity in {OTHER_EVENT: 100, OTHER_TYPE: 10}.items():
            row = MemoryCounter(
                organization_id=ORG, allotment_id=AllotmentId(id_), capacity=capacity
            )
            memory.table("allotment_counters").put(AllotmentId(id_), row)
        self.prices = PromisingQuotes()
        self.cart_holds = holds or self.holds
        clock, self.cart_places = memory.clock, MemoryCartPlaces(memory)
        begin = memory.beginner(MemoryCartsTransaction)
        self.access = access = CartAccess(
            self.cart_places, self.prices, clock, MemoryCartStock(memory)
        )
        self.fill = fill = FillCart(
            begin=begin,
            places=self.cart_places,
            stock=MemoryCartStock(memory),
            holds=self.cart_holds,
            passes=OnePass(),
            ids=self.ids,
            clock=clock,
            terms=TERMS,
            limits=LIMITS,
        )
        self.add_cart_item = AddCartItem(access, fill, clock)
        self.remove_cart_item = RemoveCartItem(begin, access, fill, clock)
        self.update_cart = UpdateCart(begin, access, clock)
        self.lock_seats = LockSeats(access, fill, clock)
        self.extend_lock = ExtendLock(begin, access, self.cart_holds, fill, TERMS)
        self.empty_cart = EmptyCart(begin, access, self.cart_holds)
        self.expire_carts = ExpireCarts(begin, self.cart_places, self.cart_holds)
        self.get_cart = GetCart(access, self.cart_holds, clock)
        self.claims = replace(
            self.claims,
            carts=CartBaskets(self.cart_places, clock),
            quotes=self.prices,
            holds=self.cart_holds,
        )
        self.place_orders = self.office(self.expire_orders)
        self.person = CartVisitor(client=UUID(int=1), actor=self.buyer)

    def somebody(self) -> CartVisitor:
        """Another person."""
        return CartVisitor(client=uuid4(), actor=self.signed_in(UserId(uuid4())))

    def guest(self, client: UUID | None = None) -> CartVisitor:
        return CartVisitor(client=client or uuid4())

    async def add(
        self, visitor: CartVisitor, type_id: TicketTypeId = FLOOR, quantity: int = 1, **facts: str
    ) -> CartVisitor:
        """The visitor again, with the token of a new guest cart."""
        command = AddCartItemCommand(
            ticket_type_id=type_id, quantity=quantity, promo_code=facts.get("promo_code")
        )
        changed = await self.add_cart_item(visitor, command)
        if changed.cart_token is None:
            return visitor
        return CartVisitor(client=visitor.client, actor=visitor.actor, token=changed.cart_token)

    async def lock(self, visitor: CartVisitor) -> CartView:
        changed = await self.lock_seats(visitor, LockSeatsCommand())
        return await self.get_cart(visitor, changed)

    async def cart(self, visitor: CartVisitor) -> Cart:
        found = await self.access.find(visitor)
        assert found is not None
        return found

    async def units(self, visitor: CartVisitor) -> dict[AllotmentId, int]:
        """What the cart holds now."""
        cart = await self.cart(visitor)
        return dict((await self.cart_holds.held_by(cart.event_id, [cart.id])).get(cart.id, {}))

    def count(self, type_id: TicketTypeId, **facts: int) -> None:
        """What has become of its units without the carts' knowing."""
        counters = self.memory.table("allotment_counters")
        row = counters.get(AllotmentId(type_id))
        for name, value in facts.items():
            setattr(row, name, value)
        counters.put(AllotmentId(type_id), row)

    def checkout(self, visitor: CartVisitor, cart_id: CartId, **facts: str) -> PlaceOrder:
        guest = GuestBuyer(name="Guest", email="guest@example.com")
        request = PlaceOrderRequest(
            cart_id=cart_id,
            buyer=None if visitor.actor else guest,
            promo_code=facts.get("promo_code"),
        )
        return PlaceOrder(
            actor=visitor.actor,
            request=request,
            order_id=OrderId(self.ids.new()),
            cart_token=visitor.token,
        )

    async def buy(self, visitor: CartVisitor) -> PlacedOrder:
        cart = await self.cart(visitor)
        [outcome] = await self.place_orders([self.checkout(visitor, cart.id)])
        if isinstance(outcome, DomainError):
            raise outcome
        return outcome
