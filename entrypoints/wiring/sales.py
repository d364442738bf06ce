"""Sales, put together."""

from collections.abc import Awaitable, Callable, Hashable
from datetime import timedelta
from typing import Concatenate, ParamSpec, TypeVar

from dependency_injector import containers, providers

from adapters.bridges.cashier import BridgedCashier
from adapters.memory.sales.soft_holds import MemorySoftHolds
from adapters.postgres.sales.cart_places import PostgresCartPlaces, PostgresCartStock
from adapters.postgres.sales.cart_queries import PostgresCartQueries
from adapters.postgres.sales.carts import PostgresCartsTransaction
from adapters.postgres.sales.one_trip import PostgresOneTrip
from adapters.postgres.sales.order_queries import PostgresOrderPlaces, PostgresOrderQueries
from adapters.postgres.sales.store import PostgresSalesTransaction
from adapters.redis.door import CacheDoor
from adapters.redis.soft_holds import RedisSoftHolds
from adapters.system.emails import read_buyer_email
from adapters.tokens.clients import ClientDigests
from application.sales.add_cart_item import AddCartItem
from application.sales.cancel_order import CancelOrder
from application.sales.cart_access import CartAccess
from application.sales.cart_baskets import CartBaskets
from application.sales.carts import CartVisitor, cart_key
from application.sales.claims import Claims
from application.sales.confirm_payments import ConfirmPayments
from application.sales.empty_cart import EmptyCart
from application.sales.expire_carts import ExpireCarts
from application.sales.expire_orders import ExpireOrders
from application.sales.extend_lock import ExtendLock
from application.sales.fill_cart import FillCart
from application.sales.get_cart import GetCart
from application.sales.lock_seats import LockSeats
from application.sales.on_event_cancelled import OnEventCancelled
from application.sales.pay_placed_order import PayPlacedOrder
from application.sales.place_orders import PlaceOrders
from application.sales.ports import ChargeCommand
from application.sales.quick_answers import QuickAnswers
from application.sales.remove_cart_item import RemoveCartItem
from application.sales.settle_payments import SettlePayments
from application.sales.soft_holds import SoftHolds
from application.sales.update_cart import UpdateCart
from application.shared.clock import Clock
from application.shared.coalescer import Coalescer
from application.shared.in_turn import Turns, in_turn
from application.shared.retrying import retrying
from domain.sales.cart import CartTerms
from domain.sales.hoarding import CartLimits
from entrypoints.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")

CART_ATTEMPTS = 6
"""Each process has one click of a buyer under way, so that few race."""


def _minutes(minutes: int) -> timedelta:
    return timedelta(minutes=minutes)


def _cart_terms(settings: Settings) -> CartTerms:
    return CartTerms(_minutes(settings.cart_minutes), _minutes(settings.cart_minutes_max))


def _cart_limits(settings: Settings) -> CartLimits:
    return CartLimits(
        opened_per_minute=settings.carts_per_minute,
        live=settings.carts_live_max,
        guest_places=settings.cart_guest_tickets_max,
        guest_share_percent=settings.cart_guest_share_percent,
    )


def _one_buyers(
    call: Callable[Concatenate[CartVisitor, P], Awaitable[R]], turns: Turns
) -> Callable[Concatenate[CartVisitor, P], Awaitable[R]]:
    """A buyer's clicks go one after another here, and race with those in other processes."""
    return in_turn(retrying(call, attempts=CART_ATTEMPTS), turns, cart_key)


def _soft_holds(door: CacheDoor, virtual_clock: Clock | None, clock: Clock) -> SoftHolds:
    if door.is_configured:
        return RedisSoftHolds(door, virtual_clock)
    return MemorySoftHolds(clock)


def _payment_lane_of(cashier: BridgedCashier) -> Callable[[ChargeCommand], Hashable]:
    """At a local till all share a lane; a remote processor's slow answer is its own payment's."""
    if cashier.is_local:
        return lambda _: None
    return lambda command: command.payment_id


class Sales(containers.DeclarativeContainer):
    core = providers.DependenciesContainer()
    quotes: providers.Dependency[object] = providers.Dependency()
    cashier: providers.Dependency[object] = providers.Dependency()
    passes: providers.Dependency[object] = providers.Dependency()
    offers: providers.Dependency[object] = providers.Dependency()

    begin = core.database.provided.beginner.call(PostgresSalesTransaction)
    places = providers.Singleton(PostgresOrderPlaces, core.database, core.virtual_clock)
    cart_queries = providers.Singleton(PostgresCartQueries, core.database)
    order_queries = providers.Singleton(PostgresOrderQueries, core.database, core.clock)
    soft_holds = providers.Singleton(_soft_holds, core.cache_door, core.virtual_clock, core.clock)

    expire_orders = providers.Factory(ExpireOrders, begin=begin, places=places)
    _cart_places = providers.Singleton(PostgresCartPlaces, core.database, core.clock)
    one_trip = providers.Singleton(PostgresOneTrip, core.database, core.virtual_clock)
    hold_for = providers.Callable(_minutes, core.settings.provided.order_minutes)
    _claims = providers.Factory(
        Claims,
        carts=providers.Factory(CartBaskets, _cart_places, core.clock),
        offers=offers,
        quotes=quotes,
        passes=passes,
        holds=soft_holds,
        till=cashier,
        read_email=providers.Object(read_buyer_email),
        ids=core.ids,
    )
    quick_answers = providers.Factory(
        QuickAnswers, one_trip=one_trip, ids=core.ids, hold_for=hold_for
    )
    # It repeats its transactions itself: a batch has several, and none may be had twice.
    place_orders = providers.Factory(
        PlaceOrders,
        begin=begin,
        quick=quick_answers,
        claims=_claims,
        places=places,
        ids=core.ids,
        expire=expire_orders,
        hold_for=hold_for,
    )
    order_lane = providers.Singleton(
        Coalescer, serve=place_orders, again=place_orders.provided.again
    )
    settle_payments = providers.Factory(
        retrying, providers.Factory(SettlePayments, begin=begin, ids=core.ids)
    )
    confirm_payments = providers.Factory(ConfirmPayments, cashier=cashier, settle=settle_payments)
    payment_lane = providers.Singleton(
        Coalescer,
        serve=confirm_payments,
        again=confirm_payments.provided.again,
        lane=providers.Callable(_payment_lane_of, cashier),
    )
    pay_placed_order = providers.Singleton(PayPlacedOrder, cashier=cashier, charge=payment_lane)
    cancel_order = providers.Factory(
        retrying, providers.Factory(CancelOrder, begin=begin, places=places, ids=core.ids)
    )
    on_event_cancelled = providers.Factory(OnEventCancelled, begin=begin, places=places)

    client_digests = providers.Singleton(ClientDigests, core.keyring)
    _begin_carts = core.database.provided.beginner.call(PostgresCartsTransaction)
    _terms = providers.Callable(_cart_terms, core.settings)
    _cart_stock = providers.Singleton(PostgresCartStock, core.database)
    _cart_access = providers.Factory(CartAccess, _cart_places, quotes, core.clock, _cart_stock)
    cart_turns = providers.Singleton(Turns)
    _fill_cart = providers.Factory(
        FillCart,
        begin=_begin_carts,
        places=_cart_places,
        stock=_cart_stock,
        holds=soft_holds,
        passes=passes,
        ids=core.ids,
        clock=core.clock,
        terms=_terms,
        limits=providers.Callable(_cart_limits, core.settings),
    )
    get_cart = providers.Factory(GetCart, access=_cart_access, holds=soft_holds, clock=core.clock)
    add_cart_item = providers.Factory(
        _one_buyers,
        providers.Factory(AddCartItem, access=_cart_access, fill=_fill_cart, clock=core.clock),
        cart_turns,
    )
    lock_seats = providers.Factory(
        _one_buyers,
        providers.Factory(LockSeats, access=_cart_access, fill=_fill_cart, clock=core.clock),
        cart_turns,
    )
    remove_cart_item = providers.Factory(
        _one_buyers,
        providers.Factory(
            RemoveCartItem,
            begin=_begin_carts,
            access=_cart_access,
            fill=_fill_cart,
            clock=core.clock,
        ),
        cart_turns,
    )
    update_cart = providers.Factory(
        _one_buyers,
        providers.Factory(UpdateCart, begin=_begin_carts, access=_cart_access, clock=core.clock),
        cart_turns,
    )
    extend_lock = providers.Factory(
        _one_buyers,
        providers.Factory(
            ExtendLock,
            begin=_begin_carts,
            access=_cart_access,
            holds=soft_holds,
            fill=_fill_cart,
            terms=_terms,
        ),
        cart_turns,
    )
    empty_cart = providers.Factory(
        _one_buyers,
        providers.Factory(EmptyCart, begin=_begin_carts, access=_cart_access, holds=soft_holds),
        cart_turns,
    )
    expire_carts = providers.Factory(
        ExpireCarts, begin=_begin_carts, places=_cart_places, holds=soft_holds
    )
