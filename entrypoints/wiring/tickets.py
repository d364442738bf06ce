"""The public face of tickets, put together."""

from dependency_injector import containers, providers

from adapters.postgres.sales.ticket_queries import PostgresTicketQueries
from adapters.qr.pictures import QrPictures


class Tickets(containers.DeclarativeContainer):
    core = providers.DependenciesContainer()

    qr_pictures = providers.Singleton(QrPictures)
    ticket_queries = providers.Singleton(PostgresTicketQueries, core.database, core.ticket_seal)
