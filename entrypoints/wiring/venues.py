"""Venues, put together."""

from dependency_injector import containers, providers

from adapters.postgres.venues.queries import PostgresVenueQueries
from adapters.postgres.venues.store import PostgresVenuesTransaction
from application.shared.retrying import retrying
from application.venues.create_venue import CreateVenue
from application.venues.delete_venue import DeleteVenue
from application.venues.update_venue import UpdateVenue


class Venues(containers.DeclarativeContainer):
    core = providers.DependenciesContainer()

    begin = core.database.provided.beginner.call(PostgresVenuesTransaction)
    venue_queries = providers.Singleton(PostgresVenueQueries, core.database)

    create_venue = providers.Factory(CreateVenue, begin=begin, ids=core.ids)
    update_venue = providers.Factory(
        retrying, providers.Factory(UpdateVenue, begin=begin, owners=venue_queries)
    )
    delete_venue = providers.Factory(DeleteVenue, begin=begin, owners=venue_queries)
