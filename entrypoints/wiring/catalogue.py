"""The catalogue, put together."""

from dependency_injector import containers, providers

from adapters.bridges.cart_units import BridgedCartUnits
from adapters.bridges.venue_sites import BridgedVenueSites
from adapters.bridges.ways_to_pay import BridgedWaysToPay
from adapters.postgres.catalogue.availability_queries import PostgresAvailabilityQueries
from adapters.postgres.catalogue.event_queries import PostgresEventQueries
from adapters.postgres.catalogue.organizers import PostgresOrganizers
from adapters.postgres.catalogue.pool_queries import PostgresPoolQueries
from adapters.postgres.catalogue.store import PostgresCatalogueTransaction
from adapters.postgres.catalogue.ticket_type_queries import PostgresTicketTypeQueries
from application.catalogue.cancel_event import CancelEvent
from application.catalogue.create_event import CreateEvent
from application.catalogue.create_pool import CreatePool
from application.catalogue.create_ticket_type import CreateTicketType
from application.catalogue.delete_event import DeleteEvent
from application.catalogue.delete_pool import DeletePool
from application.catalogue.delete_ticket_type import DeleteTicketType
from application.catalogue.event_access import EventAccess
from application.catalogue.public_events import PublicEvents
from application.catalogue.publish_event import PublishEvent
from application.catalogue.unpublish_event import UnpublishEvent
from application.catalogue.update_event import UpdateEvent
from application.catalogue.update_pool import UpdatePool
from application.catalogue.update_ticket_type import UpdateTicketType
from application.shared.retrying import retrying


class Catalogue(containers.DeclarativeContainer):
    core = providers.DependenciesContainer()
    venue_queries: providers.Dependency[object] = providers.Dependency()
    cart_holds: providers.Dependency[object] = providers.Dependency()

    begin = core.database.provided.beginner.call(PostgresCatalogueTransaction)
    _cart_units = providers.Singleton(BridgedCartUnits, cart_holds)
    event_queries = providers.Singleton(
        PostgresEventQueries, core.database, core.clock, _cart_units
    )
    ticket_type_queries = providers.Singleton(PostgresTicketTypeQueries, core.database, core.clock)
    public_events = providers.Singleton(PublicEvents, event_queries, core.clock)
    availability_queries = providers.Singleton(
        PostgresAvailabilityQueries,
        core.database,
        core.clock,
        _cart_units,
    )
    pool_queries = providers.Singleton(PostgresPoolQueries, core.database)
    event_access = providers.Singleton(EventAccess, event_queries)
    organizers = providers.Singleton(PostgresOrganizers, core.database)
    venue_sites = providers.Singleton(BridgedVenueSites, venue_queries)
    ways_to_pay = providers.Singleton(BridgedWaysToPay, core.settings.provided.payments)

    create_event = providers.Factory(
        retrying,
        providers.Factory(
            CreateEvent, begin=begin, ids=core.ids, organizers=organizers, venue_sites=venue_sites
        ),
    )
    update_event = providers.Factory(
        retrying,
        providers.Factory(UpdateEvent, begin=begin, access=event_access, venue_sites=venue_sites),
    )
    delete_event = providers.Factory(
        retrying, providers.Factory(DeleteEvent, begin=begin, access=event_access)
    )
    publish_event = providers.Factory(
        retrying,
        providers.Factory(
            PublishEvent,
            begin=begin,
            access=event_access,
            organizers=organizers,
            ways_to_pay=ways_to_pay,
        ),
    )
    unpublish_event = providers.Factory(
        retrying, providers.Factory(UnpublishEvent, begin=begin, access=event_access)
    )
    cancel_event = providers.Factory(
        retrying, providers.Factory(CancelEvent, begin=begin, access=event_access)
    )
    create_ticket_type = providers.Factory(
        retrying,
        providers.Factory(
            CreateTicketType,
            begin=begin,
            access=event_access,
            ids=core.ids,
            ways_to_pay=ways_to_pay,
        ),
    )
    update_ticket_type = providers.Factory(
        retrying,
        providers.Factory(
            UpdateTicketType, begin=begin, access=event_access, ways_to_pay=ways_to_pay
        ),
    )
    delete_ticket_type = providers.Factory(
        retrying, providers.Factory(DeleteTicketType, begin=begin, access=event_access)
    )
    create_pool = providers.Factory(
        retrying, providers.Factory(CreatePool, begin=begin, access=event_access, ids=core.ids)
    )
    update_pool = providers.Factory(
        retrying, providers.Factory(UpdatePool, begin=begin, access=event_access)
    )
    delete_pool = providers.Factory(
        retrying, providers.Factory(DeletePool, begin=begin, access=event_access)
    )
