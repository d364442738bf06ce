"""Waiting lists, put together."""

from datetime import timedelta

from dependency_injector import containers, providers

from adapters.postgres.sales.waiting_list import (
    PostgresWaitingListPlaces,
    PostgresWaitingListTransaction,
)
from adapters.postgres.sales.waiting_list_queries import PostgresWaitingListQueries
from adapters.system.emails import read_buyer_email
from adapters.tokens.waiting_list_secrets import DerivedWaitingListSecrets
from application.sales.change_waiting_list_priority import ChangeWaitingListPriority
from application.sales.close_waiting_lists import CloseWaitingLists
from application.sales.expire_offers import ExpireOffers
from application.sales.forget_waiting_person import ForgetWaitingPerson
from application.sales.join_waiting_list import JoinWaitingList
from application.sales.leave_waiting_list import LeaveWaitingList
from application.sales.offer_baskets import OfferBaskets
from application.sales.offer_places import OfferPlaces
from application.sales.on_place_freed import OnPlaceFreed
from application.sales.on_waiting_event_cancelled import OnWaitingEventCancelled
from application.sales.serve_waiting_lists import ServeWaitingLists
from application.sales.waiting_list_access import WaitingListAccess
from application.shared.retrying import retrying


def _minutes(minutes: int) -> timedelta:
    return timedelta(minutes=minutes)


class WaitingLists(containers.DeclarativeContainer):
    core = providers.DependenciesContainer()
    quotes: providers.Dependency[object] = providers.Dependency()

    begin = core.database.provided.beginner.call(PostgresWaitingListTransaction)
    _places = providers.Singleton(PostgresWaitingListPlaces, core.database, core.virtual_clock)
    waiting_list_secrets = providers.Singleton(DerivedWaitingListSecrets, core.keyring)
    _access = providers.Singleton(WaitingListAccess, _places, waiting_list_secrets)
    waiting_list_queries = providers.Singleton(
        PostgresWaitingListQueries, core.database, core.clock, _access, waiting_list_secrets
    )
    offer_baskets = providers.Singleton(OfferBaskets, _places, waiting_list_secrets)

    join_waiting_list = providers.Factory(
        retrying,
        providers.Factory(
            JoinWaitingList,
            begin=begin,
            quotes=quotes,
            read_email=providers.Object(read_buyer_email),
            ids=core.ids,
            joins_per_hour=core.settings.provided.waiting_list_joins_per_hour,
        ),
    )
    leave_waiting_list = providers.Factory(
        retrying, providers.Factory(LeaveWaitingList, begin=begin, access=_access)
    )
    forget_waiting_person = providers.Factory(
        retrying, providers.Factory(ForgetWaitingPerson, begin=begin, places=_places)
    )
    change_waiting_list_priority = providers.Factory(
        retrying, providers.Factory(ChangeWaitingListPriority, begin=begin, access=_access)
    )
    serve_waiting_lists = providers.Factory(
        ServeWaitingLists,
        begin=begin,
        places=_places,
        quotes=quotes,
        offer_for=providers.Callable(_minutes, core.settings.provided.offer_minutes),
    )
    offer_places = providers.Factory(
        OfferPlaces, begin=begin, access=_access, serve=serve_waiting_lists
    )
    expire_offers = providers.Factory(ExpireOffers, begin=begin, places=_places)
    close_waiting_lists = providers.Factory(CloseWaitingLists, begin=begin, places=_places)
    on_place_freed = providers.Factory(OnPlaceFreed, places=_places, serve=serve_waiting_lists)
    on_waiting_event_cancelled = providers.Factory(
        OnWaitingEventCancelled, close_waiting_lists=close_waiting_lists
    )
