"""What orders cost, put together: sales and pricing share the one memory of the offer."""

from dependency_injector import containers, providers

from adapters.bridges.quotes import PricedQuotes
from adapters.postgres.sales.offers import PostgresOffers


class QuotesWiring(containers.DeclarativeContainer):
    core = providers.DependenciesContainer()

    offers = providers.Singleton(PostgresOffers, core.database)
    quotes = providers.Singleton(PricedQuotes, offers, core.clock)
