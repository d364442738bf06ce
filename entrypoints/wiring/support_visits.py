"""Support visits, put together."""

from dependency_injector import containers, providers

from adapters.postgres.identity.support_visits import (
    PostgresSupportVisitQueries,
    PostgresSupportVisitTransaction,
)
from application.identity.close_support_visits import CloseSupportVisits
from application.identity.end_support_visit import EndSupportVisit
from application.identity.ports import RememberedTokens
from application.identity.start_support_visit import StartSupportVisit


class SupportVisitsWiring(containers.DeclarativeContainer):
    core = providers.DependenciesContainer()
    remembered: providers.Dependency[RememberedTokens] = providers.Dependency()

    begin = core.database.provided.beginner.call(PostgresSupportVisitTransaction)
    support_visit_queries = providers.Singleton(
        PostgresSupportVisitQueries, core.database, core.clock
    )

    start_support_visit = providers.Factory(
        StartSupportVisit, begin=begin, ids=core.ids, issuer=core.token_signer
    )
    end_support_visit = providers.Factory(EndSupportVisit, begin=begin, remembered=remembered)
    close_support_visits = providers.Factory(CloseSupportVisits, begin=begin)
