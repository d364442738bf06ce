"""Signing in with a provider, put together."""

from dependency_injector import containers, providers

from adapters.oidc.configuration import (
    ListedAddresses,
    Provider,
    read_providers,
    read_redirect_uris,
)
from adapters.oidc.fetching import ProviderCalls
from adapters.oidc.providers import OidcProviders
from adapters.postgres.identity.provider_logins import (
    PostgresLinkedIdentityQueries,
    PostgresProviderLoginTransaction,
)
from adapters.system.emails import read_email
from application.identity.finish_provider_login import FinishProviderLogin
from application.identity.link_identity import LinkIdentity
from application.identity.return_from_provider import ReturnFromProvider
from application.identity.start_provider_login import StartProviderLogin
from application.identity.unlink_identity import UnlinkIdentity
from entrypoints.settings import Settings


def _allow_http(settings: Settings) -> bool:
    return settings.env == "test"


def _providers(settings: Settings) -> tuple[Provider, ...]:
    return read_providers(settings.oidc_providers, allow_http=_allow_http(settings))


def _shops(settings: Settings) -> ListedAddresses:
    listed = read_redirect_uris(settings.oidc_redirect_uris, address=settings.address)
    return ListedAddresses(listed)


class LoginProvidersWiring(containers.DeclarativeContainer):
    core = providers.DependenciesContainer()
    identity = providers.DependenciesContainer()

    begin = core.database.provided.beginner.call(PostgresProviderLoginTransaction)
    _allow_http = providers.Callable(_allow_http, core.settings)
    provider_calls = providers.Singleton(ProviderCalls, allow_http=_allow_http)
    login_provider_queries = providers.Singleton(
        OidcProviders,
        providers.Callable(_providers, core.settings),
        provider_calls,
        core.clock,
        address=core.settings.provided.address,
        allow_http=_allow_http,
    )
    linked_identity_queries = providers.Singleton(PostgresLinkedIdentityQueries, core.database)
    _shops = providers.Singleton(_shops, core.settings)

    start_provider_login = providers.Factory(
        StartProviderLogin,
        begin=begin,
        ids=core.ids,
        providers=login_provider_queries,
        shops=_shops,
        reauthenticate=identity.reauthenticate,
    )
    return_from_provider = providers.Factory(ReturnFromProvider, begin=begin)
    finish_provider_login = providers.Factory(
        FinishProviderLogin,
        begin=begin,
        ids=core.ids,
        providers=login_provider_queries,
        read_email=providers.Object(read_email),
        finish_sign_in=identity.finish_sign_in,
    )
    link_identity = providers.Factory(
        LinkIdentity, begin=begin, ids=core.ids, providers=login_provider_queries
    )
    unlink_identity = providers.Factory(
        UnlinkIdentity,
        begin=begin,
        ids=core.ids,
        providers=login_provider_queries,
        reauthenticate=identity.reauthenticate,
    )
