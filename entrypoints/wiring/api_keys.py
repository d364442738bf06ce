"""API keys, put together."""

from dependency_injector import containers, providers

from adapters.postgres.identity.api_key_queries import (
    ApiKeyUses,
    PostgresApiKeyBearers,
    PostgresApiKeyQueries,
)
from adapters.postgres.identity.api_keys import PostgresApiKeyTransaction
from application.identity.api_key_ports import RememberedKeys
from application.identity.create_api_key import CreateApiKey
from application.identity.revoke_api_key import RevokeApiKey
from application.identity.rotate_api_key import RotateApiKey
from application.identity.update_api_key import UpdateApiKey
from application.shared.retrying import retrying


class KeyBearers(containers.DeclarativeContainer):
    """Who is behind keys: apart, because identity asks it and API keys ask identity."""

    core = providers.DependenciesContainer()

    begin = core.database.provided.beginner.call(PostgresApiKeyTransaction)
    uses = providers.Singleton(ApiKeyUses, begin)
    bearers = providers.Singleton(PostgresApiKeyBearers, core.database, core.clock, uses)


class ApiKeys(containers.DeclarativeContainer):
    core = providers.DependenciesContainer()
    remembered: providers.Dependency[RememberedKeys] = providers.Dependency()

    begin = core.database.provided.beginner.call(PostgresApiKeyTransaction)
    api_key_queries = providers.Singleton(PostgresApiKeyQueries, core.database, core.clock)

    create_api_key = providers.Factory(
        retrying, providers.Factory(CreateApiKey, begin=begin, ids=core.ids)
    )
    update_api_key = providers.Factory(
        retrying, providers.Factory(UpdateApiKey, begin=begin, remembered=remembered)
    )
    rotate_api_key = providers.Factory(
        retrying, providers.Factory(RotateApiKey, begin=begin, ids=core.ids, remembered=remembered)
    )
    revoke_api_key = providers.Factory(
        retrying, providers.Factory(RevokeApiKey, begin=begin, remembered=remembered)
    )
