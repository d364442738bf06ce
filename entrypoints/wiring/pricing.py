"""Pricing, put together."""

from dependency_injector import containers, providers

from adapters.postgres.pricing.queries import PostgresOwnEvents, PostgresPromoCodeQueries
from adapters.postgres.pricing.store import PostgresPricingTransaction
from application.pricing.create_promo_code import CreatePromoCode
from application.pricing.delete_promo_code import DeletePromoCode
from application.pricing.promo_code_access import PromoCodeAccess
from application.pricing.update_promo_code import UpdatePromoCode
from application.pricing.validate_promo_code import ValidatePromoCode
from application.shared.retrying import retrying


class Pricing(containers.DeclarativeContainer):
    core = providers.DependenciesContainer()
    promo_code_trials: providers.Dependency[object] = providers.Dependency()

    begin = core.database.provided.beginner.call(PostgresPricingTransaction)
    promo_code_queries = providers.Singleton(PostgresPromoCodeQueries, core.database, core.clock)
    promo_code_access = providers.Factory(PromoCodeAccess, owners=promo_code_queries)
    own_events = providers.Singleton(PostgresOwnEvents, core.database)

    create_promo_code = providers.Factory(
        CreatePromoCode, begin=begin, events=own_events, ids=core.ids
    )
    update_promo_code = providers.Factory(
        retrying,
        providers.Factory(
            UpdatePromoCode, begin=begin, access=promo_code_access, events=own_events
        ),
    )
    delete_promo_code = providers.Factory(DeletePromoCode, begin=begin, access=promo_code_access)
    validate_promo_code = providers.Factory(ValidatePromoCode, trials=promo_code_trials)
