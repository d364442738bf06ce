"""Sales, put together."""

from datetime import timedelta

from dependency_injector import containers, providers

from adapters.bridges.nobody import NoBaskets, NoHolds, NoPasses
from adapters.postgres.sales.order_queries import PostgresOrderPlaces, PostgresOrderQueries
from adapters.postgres.sales.store import PostgresSalesTransaction
from adapters.system.emails import read_email
from application.sales.cancel_order import CancelOrder
from application.sales.claims import Claims
from application.sales.confirm_payments import ConfirmPayments
from application.sales.expire_orders import ExpireOrders
from application.sales.on_event_cancelled import OnEventCancelled
from application.sales.place_orders import PlaceOrders
from application.sales.settle_payments import SettlePayments
from application.shared.coalescer import Coalescer
from application.shared.retrying import retrying


def _minutes(minutes: int) -> timedelta:
    return timedelta(minutes=minutes)


class Sales(containers.DeclarativeContainer):
    core = providers.DependenciesContainer()
    quotes: providers.Dependency[object] = providers.Dependency()
    cashier: providers.Dependency[object] = providers.Dependency()

    begin = core.database.provided.beginner.call(PostgresSalesTransaction)
    places = providers.Singleton(PostgresOrderPlaces, core.database, core.virtual_clock)
    order_queries = providers.Singleton(PostgresOrderQueries, core.database, core.clock)

    expire_orders = providers.Factory(ExpireOrders, begin=begin, places=places)
    _baskets = providers.Object(NoBaskets())
    _claims = providers.Factory(
        Claims,
        carts=_baskets,
        offers=_baskets,
        quotes=quotes,
        passes=providers.Object(NoPasses()),
        holds=providers.Object(NoHolds()),
        till=cashier,
        read_email=providers.Object(read_email),
        ids=core.ids,
    )
    # It repeats its transactions itself: a batch has several, and none may be had twice.
    place_orders = providers.Factory(
        PlaceOrders,
        begin=begin,
        claims=_claims,
        places=places,
        ids=core.ids,
        expire=expire_orders,
        hold_for=providers.Callable(_minutes, core.settings.provided.order_minutes),
    )
    order_lane = providers.Singleton(
        Coalescer, serve=place_orders, again=place_orders.provided.again
    )
    settle_payments = providers.Factory(
        retrying, providers.Factory(SettlePayments, begin=begin, ids=core.ids)
    )
    confirm_payments = providers.Factory(ConfirmPayments, cashier=cashier, settle=settle_payments)
    cancel_order = providers.Factory(
        retrying, providers.Factory(CancelOrder, begin=begin, places=places, ids=core.ids)
    )
    on_event_cancelled = providers.Factory(OnEventCancelled, begin=begin, places=places)
