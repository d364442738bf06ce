"""Carts and waiting lists, as one process of the shop has them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from adapters.memory.database import MemoryDatabase
from adapters.memory.sales.carts import (
    MemoryCartPlaces,
    MemoryCartStock,
    MemoryCartsTransaction,
)
from adapters.memory.sales.waiting_list import (
    MemoryWaitingListPlaces,
    MemoryWaitingListTransaction,
)
from adapters.system.emails import read_email
from adapters.tokens.keyring import Keyring
from adapters.tokens.waiting_list_secrets import DerivedWaitingListSecrets
from application.sales.add_cart_item import AddCartItem
from application.sales.cart_access import CartAccess
from application.sales.cart_baskets import CartBaskets
from application.sales.empty_cart import EmptyCart
from application.sales.expire_carts import ExpireCarts
from application.sales.expire_offers import ExpireOffers
from application.sales.extend_lock import ExtendLock
from application.sales.fill_cart import FillCart
from application.sales.join_waiting_list import JoinWaitingList
from application.sales.leave_waiting_list import LeaveWaitingList
from application.sales.offer_baskets import OfferBaskets
from application.sales.on_place_freed import OnPlaceFreed
from application.sales.ports import Quotes
from application.sales.serve_waiting_lists import ServeWaitingLists
from application.sales.waiting_list_access import WaitingListAccess
from application.shared.clock import Clock
from application.shared.ids import IdFactory
from application.shared.retrying import retrying
from domain.sales.cart import CartTerms
from domain.sales.hoarding import CartLimits
from tests.application.sales.nobody import NoPasses
from tests.simulation.pauses import Pauses

TERMS = CartTerms(timedelta(minutes=10), timedelta(minutes=30))
LIMITS = CartLimits(opened_per_minute=20, live=6, guest_places=10, guest_share_percent=60)
OFFERED_FOR = timedelta(minutes=60)
SECRETS = DerivedWaitingListSecrets(Keyring({1: b"of thirty-two bytes or more......"}))

Call = Callable[..., Awaitable[Any]]


@dataclass(frozen=True)
class Ground:
    """What every desk stands on."""

    memory: MemoryDatabase
    pauses: Pauses
    ids: IdFactory
    clock: Clock
    quotes: Quotes


@dataclass(frozen=True)
class CartDesk:
    baskets: CartBaskets
    add_cart_item: Call
    extend_lock: Call
    empty_cart: Call
    expire_carts: Call


@dataclass(frozen=True)
class LineDesk:
    baskets: OfferBaskets
    join: Call
    leave: Call
    serve: Call
    expire_offers: Call
    on_place_freed: Call


def cart_desk(ground: Ground, holds: Any) -> CartDesk:
    memory, around, clock = ground.memory, ground.pauses.around, ground.clock
    places = around(MemoryCartPlaces(memory))
    begin = ground.pauses.before_transactions(memory.beginner(MemoryCartsTransaction))
    access = CartAccess(places, ground.quotes, clock, around(MemoryCartStock(memory)))
    fill = FillCart(
        begin=begin,
        places=places,
        stock=around(MemoryCartStock(memory)),
        holds=holds,
        passes=NoPasses(),
        ids=ground.ids,
        clock=clock,
        terms=TERMS,
        limits=LIMITS,
    )
    return CartDesk(
        baskets=CartBaskets(places, clock),
        add_cart_item=retrying(AddCartItem(access, fill, clock)),
        extend_lock=retrying(ExtendLock(begin, access, holds, fill, TERMS)),
        empty_cart=retrying(EmptyCart(begin, access, holds)),
        expire_carts=ExpireCarts(begin, places, holds),
    )


def line_desk(ground: Ground) -> LineDesk:
    places = ground.pauses.around(MemoryWaitingListPlaces(ground.memory))
    begin = ground.pauses.before_transactions(ground.memory.beginner(MemoryWaitingListTransaction))
    serve = ServeWaitingLists(begin, places, ground.quotes, OFFERED_FOR)
    return LineDesk(
        baskets=OfferBaskets(places, SECRETS),
        join=retrying(JoinWaitingList(begin, ground.quotes, read_email, ground.ids)),
        leave=retrying(LeaveWaitingList(begin, WaitingListAccess(places, SECRETS))),
        serve=serve,
        expire_offers=ExpireOffers(begin, places),
        on_place_freed=OnPlaceFreed(places, serve),
    )
