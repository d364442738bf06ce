"""What keeps the house tidy, whichever context made the mess, put together."""

from dependency_injector import containers, providers

from adapters.postgres.transaction import PostgresTransaction
from application.shared.forget_requests import ForgetRequests


class Upkeep(containers.DeclarativeContainer):
    core = providers.DependenciesContainer()

    begin = core.database.provided.beginner.call(PostgresTransaction)
    forget_requests = providers.Factory(ForgetRequests, begin=begin)
