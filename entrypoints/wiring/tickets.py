"""The public face of tickets, put together."""

from dependency_injector import containers, providers

from adapters.postgres.sales.ticket_queries import PostgresTicketQueries
from adapters.qr.pictures import QrPictures
from adapters.tokens.ticket_seal import TicketSeal


class Tickets(containers.DeclarativeContainer):
    core = providers.DependenciesContainer()

    _seal = providers.Singleton(
        TicketSeal, core.keyring.provided.masters, core.keyring.provided.current
    )
    qr_pictures = providers.Singleton(QrPictures)
    ticket_queries = providers.Singleton(PostgresTicketQueries, core.database, _seal)
