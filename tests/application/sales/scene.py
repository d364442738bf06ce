"""Sales on memory adapters: one event, two ticket types, a buyer, an obedient price list."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

import msgspec

from adapters.bridges.cashier import BridgedCashier
from adapters.memory.database import MemoryDatabase
from adapters.memory.sales.one_trip import MemoryOneTrip
from adapters.memory.sales.order_places import MemoryOrderPlaces
from adapters.memory.sales.soft_holds import MemorySoftHolds
from adapters.memory.sales.store import MemorySalesTransaction
from adapters.memory.stock_rows import MemoryCounter
from adapters.simulated.gateway import SimulatedGateway
from adapters.system.emails import read_email
from adapters.system.ids import SystemIds
from application.payments.charge_payments import Answer, ChargePayment
from application.payments.create_payment_intent import (
    CreatePaymentIntentCommand,
    PaymentIntentView,
)
from application.sales.claims import Claims
from application.sales.expire_orders import ExpireOrders
from application.sales.messages import OrderItem, PlaceOrder, PlaceOrderRequest
from application.sales.place_orders import PlaceOrders
from application.sales.ports import QuoteRequest
from application.sales.quick_answers import QuickAnswers
from application.sales.settle_payments import SettlePayments
from application.shared.actor import Actor
from application.shared.order_links import Shopper
from domain.identity.session import Session
from domain.sales.order import Order, OrderStatus
from domain.sales.quote import Quote
from domain.shared.errors import DomainError
from domain.shared.ids import (
    AllotmentId,
    EventId,
    OrderId,
    OrganizationId,
    SessionId,
    TicketTypeId,
    UserId,
)
from domain.shared.permissions import Role
from tests.application.sales.nobody import NoBaskets, NoPasses
from tests.domain.sales.builders import CODE, EVENT, FLOOR, NOON, ORG, VIP, a_quote

BUYER = UserId(uuid4())
SELLER = UserId(uuid4())


@dataclass
class ObedientQuotes:
    """Prices every ticket at 50.00 and reads the revision it is told; a refusal can be planted."""

    revision: int = 0
    price: int = 5000
    edition: int = 0
    refusal: DomainError | None = None
    forgotten: list[EventId] = field(default_factory=list)

    async def quote(self, requests: Sequence[QuoteRequest]) -> list[Quote | DomainError]:
        return [self._quote(request) for request in requests]

    def _quote(self, request: QuoteRequest) -> Quote | DomainError:
        if self.refusal:
            return self.refusal
        items = {item.ticket_type_id: item.quantity for item in request.items}
        return a_quote(
            items, price=self.price, revision=self.edition, promo=request.promo_code is not None
        )

    def forget(self, event_ids: Collection[EventId]) -> None:
        self.forgotten += event_ids
        if event_ids:
            self.edition = self.revision


class Scene:
    def __init__(self, memory: MemoryDatabase) -> None:
        self.memory = memory
        capacities = {EVENT: 100, FLOOR: 10, VIP: 10, CODE: 5}
        for id_, capacity in capacities.items():
            counter = MemoryCounter(
                organization_id=ORG, allotment_id=AllotmentId(id_), capacity=capacity
            )
            memory.table("allotment_counters").put(id_, counter)
        self.quotes = ObedientQuotes()
        self.ids = SystemIds()
        self.begin = memory.beginner(MemorySalesTransaction)
        self.places = MemoryOrderPlaces(memory)
        self.expire_orders = ExpireOrders(self.begin, self.places)
        self.settle_payments = SettlePayments(self.begin, self.ids)
        self.holds = MemorySoftHolds(memory.clock)
        self.one_trip = MemoryOneTrip(memory)
        self.claims = Claims(
            carts=NoBaskets(),
            offers=NoBaskets(),
            quotes=self.quotes,
            passes=NoPasses(),
            holds=self.holds,
            till=BridgedCashier(_nobody_charges, SimulatedGateway(), _nobody_opens),
            read_email=read_email,
            ids=self.ids,
        )
        self.place_orders = self.office(self.expire_orders)
        self.buyer = self.signed_in(BUYER)
        self.seller = self.signed_in(SELLER, {ORG: Role.OWNER})

    def office(self, expire: ExpireOrders) -> PlaceOrders:
        fifteen = timedelta(minutes=15)
        quick = QuickAnswers(self.one_trip, self.ids, fifteen)
        return PlaceOrders(self.begin, quick, self.claims, self.places, self.ids, expire, fifteen)

    def signed_in(
        self, user_id: UserId, memberships: dict[OrganizationId, Role] | None = None
    ) -> Actor:
        session_id = SessionId(uuid4())
        session = Session.__new__(Session)  # Only whether it lives matters here.
        object.__setattr__(session, "revoked_at", None)
        self.memory.table("sessions").put(session_id, session)
        return Actor(
            user_id=user_id,
            session_id=session_id,
            email="ada@example.com",
            name="Ada Byron",
            memberships=memberships or {},
        )

    async def place(
        self, items: dict[TicketTypeId, int] | None = None, *, promo: str | None = None
    ) -> OrderId:
        [outcome] = await self.place_orders([self.wish(items, promo=promo)])
        if isinstance(outcome, DomainError):
            raise outcome
        return outcome.id

    def wish(
        self, items: dict[TicketTypeId, int] | None = None, *, promo: str | None = None
    ) -> PlaceOrder:
        wanted = items or {FLOOR: 1}
        request = PlaceOrderRequest(
            items=tuple(OrderItem(ticket_type_id=t, quantity=q) for t, q in wanted.items()),
            promo_code=promo,
        )
        return PlaceOrder(actor=self.buyer, request=request, order_id=OrderId(self.ids.new()))

    def order(self, order_id: OrderId) -> Order:
        found = self.memory.table("orders").get(order_id)
        assert isinstance(found, Order)
        return found

    def status(self, order_id: OrderId) -> OrderStatus:
        return self.order(order_id).status

    def floor(self) -> tuple[int, int]:
        counter = self.memory.table("allotment_counters").get(FLOOR)
        assert isinstance(counter, MemoryCounter)
        return counter.held, counter.sold

    def announced(self) -> list[str]:
        return [type(recorded.event).__name__ for recorded in self.memory.events]


async def _nobody_opens(shopper: Shopper, command: CreatePaymentIntentCommand) -> PaymentIntentView:
    raise NotImplementedError


async def _nobody_charges(commands: Sequence[ChargePayment]) -> list[Answer]:
    raise NotImplementedError


AT = NOON


def same(command: PlaceOrder, **changes: object) -> PlaceOrder:
    """The command with something else about it."""
    return msgspec.structs.replace(command, **changes)
