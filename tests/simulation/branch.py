"""One process of the shop: the use cases as the container puts them together, and the network."""

import dataclasses
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from adapters.bridges.cashier import BridgedCashier
from adapters.bridges.quotes import PricedQuotes
from adapters.bridges.settle import BridgedSettle
from adapters.memory.catalogue import MemoryCatalogueTransaction, MemoryEventOwners
from adapters.memory.payments import MemoryPaymentBook, MemoryPaymentsTransaction
from adapters.memory.sales.order_places import MemoryOrderPlaces
from application.catalogue.cancel_event import CancelEvent
from application.catalogue.event_access import EventAccess
from application.catalogue.update_event import UpdateEvent
from application.catalogue.update_ticket_type import UpdateTicketType
from application.payments.create_payment_intent import CreatePaymentIntent
from application.payments.record_intents import RecordIntents
from application.sales.cancel_order import CancelOrder
from application.sales.claims import Claims
from application.sales.confirm_payments import ConfirmPayments
from application.sales.messages import PlacedOrder, PlaceOrder
from application.sales.on_event_cancelled import OnEventCancelled
from application.sales.place_orders import PlaceOrders
from application.sales.ports import ChargeCommand
from application.sales.settle_payments import SettlementResult
from application.shared.coalescer import Coalescer
from application.shared.retrying import retrying
from tests.simulation.desks import CartDesk, Ground, LineDesk, cart_desk, line_desk
from tests.simulation.exact_path import NoShortWay
from tests.simulation.offers import RememberedOffers
from tests.simulation.pauses import Life, Process

if TYPE_CHECKING:
    from tests.simulation.shop import Shop


@dataclass
class Branch:
    """One process of the shop, as it was started last."""

    life: Life
    place: Coalescer[PlaceOrder, PlacedOrder]
    place_orders: PlaceOrders
    carts: CartDesk
    line: LineDesk
    create_payment_intent: Any
    pay: Coalescer[ChargeCommand, SettlementResult]
    confirm_payments: ConfirmPayments
    cancel_order: Callable[..., Awaitable[None]]
    expire_orders: Any
    reconcile_payments: Any
    apply_gateway_notice: Any
    update_event: Callable[..., Awaitable[None]]
    update_ticket_type: Callable[..., Awaitable[None]]
    cancel_event: Callable[..., Awaitable[None]]
    subscribers: dict[str, Any]


@dataclass(frozen=True)
class _Till:
    """Where money is collected, and where it is settled."""

    cashier: BridgedCashier
    create: Any
    settle: Any
    asking: dict[str, Any]
    """What use cases of payments are given."""


def open_branch(shop: "Shop", process: Process) -> Branch:
    scene, memory, around = shop.scene, shop.memory, shop.pauses.around
    begin, places = shop.begin_sales(), around(MemoryOrderPlaces(memory))
    till = _till(shop, begin)
    settling = {**till.asking, "settle": BridgedSettle(till.settle)}
    offers = around(RememberedOffers(memory, shop.limits, Decimal("2.5")))
    ground = Ground(memory, shop.pauses, shop.ids, shop.clock, PricedQuotes(offers, shop.clock))
    holds = around(shop.holds, reads=False)
    carts, line = cart_desk(ground, holds), line_desk(ground)
    claims = dataclasses.replace(
        scene.claims,
        quotes=ground.quotes,
        carts=carts.baskets,
        offers=line.baskets,
        holds=holds,
        till=till.cashier,
        ids=shop.ids,
    )
    expire = dataclasses.replace(scene.expire_orders, begin=begin, places=places)
    place_orders = _box_office(shop, claims, begin=begin, places=places, expire=expire)
    confirm = ConfirmPayments(till.cashier, till.settle)
    desk = shop.pauses.before_transactions(memory.beginner(MemoryCatalogueTransaction))
    access = EventAccess(around(MemoryEventOwners(memory.table("events"))))
    return Branch(
        life=Life(process, process.generation),
        place=Coalescer(place_orders, place_orders.again),
        place_orders=place_orders,
        carts=carts,
        line=line,
        create_payment_intent=till.create,
        pay=Coalescer(confirm, confirm.again),
        confirm_payments=confirm,
        cancel_order=retrying(CancelOrder(begin, places, shop.ids)),
        expire_orders=expire,
        reconcile_payments=dataclasses.replace(scene.reconcile, **settling),
        apply_gateway_notice=dataclasses.replace(scene.apply, **settling),
        update_event=retrying(UpdateEvent(desk, access, _Nowhere())),
        update_ticket_type=retrying(UpdateTicketType(desk, access, _Rich())),
        cancel_event=retrying(CancelEvent(desk, access)),
        subscribers={
            "sales.on_event_cancelled": OnEventCancelled(begin, places),
            "waiting_lists.on_place_freed": line.on_place_freed,
            "payments.on_refund_requested": dataclasses.replace(
                scene.on_refund_requested, **till.asking
            ),
        },
    )


def _till(shop: "Shop", begin: Any) -> _Till:
    scene, around = shop.scene, shop.pauses.around
    book, gateway = around(MemoryPaymentBook(shop.memory)), around(shop.processor, reads=False)
    slow = shop.pauses.before_transactions(shop.memory.beginner(MemoryPaymentsTransaction))
    asking = {"begin": slow, "book": book, "gateway": gateway}
    record = RecordIntents(slow, book, gateway)
    create = CreatePaymentIntent(
        Coalescer(record, record.alone), record.alone, slow, gateway, shop.ids
    )
    cashier = BridgedCashier(dataclasses.replace(scene.charge, **asking), gateway, create)
    settle = retrying(dataclasses.replace(scene.settle_payments, begin=begin, ids=shop.ids))
    return _Till(cashier, create, settle, asking)


def _box_office(shop: "Shop", claims: Claims, **ports: Any) -> PlaceOrders:
    """However the scene builds it: what it asks of the world is a network away."""
    trip = shop.pauses.around(NoShortWay() if shop.is_exact else shop.one_trip(), reads=False)
    office = shop.scene.place_orders
    quick = dataclasses.replace(office.quick, one_trip=trip, ids=shop.ids)
    return dataclasses.replace(office, quick=quick, claims=claims, ids=shop.ids, **ports)


class _Nowhere:
    async def address_of(self, organization_id: Any, venue_id: Any) -> Any:
        raise NotImplementedError


class _Rich:
    async def can_take_money(self, organization_id: Any) -> bool:
        return True
